extension NPYArray {
  /// The length of what ``rowHeader(rows:columns:)`` gives, bytes.
  public static let rowHeaderLength = 128

  /// The head of an NPY file of doubles, row-major, of the same length for any number of rows: a
  /// table that is written row by row gets its head again when the number is known.
  public static func rowHeader(rows: Int, columns: Int) -> [UInt8] {
    precondition(rows >= 0 && columns >= 0, "\(rows) × \(columns) is no shape")
    // Two numbers of 19 digits leave room.
    let text = "{'descr': '<f8', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
    let length = rowHeaderLength - 10
    let head = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length), 0]
    let padding = [UInt8](repeating: 32, count: length - text.utf8.count - 1)
    return head + Array(text.utf8) + padding + [10]
  }

  /// The data of some rows, as they stand behind the head.
  public static func rowData(_ values: [Double]) -> [UInt8] {
    values.withUnsafeBytes { Array($0) }
  }
}
