/// Numbers in NumPy's NPY format, version 1.0: little-endian, row-major.
public enum NPYArray {
  /// - Parameter shape: Sizes of the dimensions; their product is the count of `values`.
  public static func encode(_ values: [Float], shape: [Int]) -> [UInt8] {
    precondition(values.count == shape.reduce(1, *), "\(values.count) numbers do not fill \(shape)")
    return header("<f4", shape) + values.withUnsafeBytes { Array($0) }
  }

  public static func encode(_ values: [Double], shape: [Int]) -> [UInt8] {
    precondition(values.count == shape.reduce(1, *), "\(values.count) numbers do not fill \(shape)")
    return header("<f8", shape) + values.withUnsafeBytes { Array($0) }
  }

  /// Magic, version, length and a Python literal, padded with blanks to a multiple of 64 bytes.
  static func header(_ type: String, _ shape: [Int]) -> [UInt8] {
    let list = shape.map(String.init).joined(separator: ", ")
    let sizes = shape.count == 1 ? list + "," : list
    var text = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }".utf8)
    while (10 + text.count + 1) % 64 != 0 { text.append(32) }
    text.append(10)
    let length = [
      UInt8(truncatingIfNeeded: text.count), UInt8(truncatingIfNeeded: text.count >> 8),
    ]
    return [0x93] + Array("NUMPY".utf8) + [1, 0] + length + text
  }
}
