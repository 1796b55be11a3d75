/// An NPY file in numbers, read piece by piece: memory does not grow with the file.
public struct NPYSummary: Codable, Hashable, Sendable {
  /// NumPy's name of the items, such as `<f8`.
  public let type: String

  /// Sizes of the dimensions; empty for a single value.
  public let shape: [Int]

  /// Items.
  public let count: Int

  /// Of the finite items; flags are 0 and 1. Integers beyond 2⁵³ are rounded.
  public private(set) var minimum: Double?
  public private(set) var maximum: Double?

  public private(set) var notANumber = 0
  public private(set) var infinite = 0

  /// Longest header, bytes.
  private static let headerLimit = 1 << 20

  /// - Parameter chunks: Bytes of the file in order, in pieces of any size; `nil` at its end.
  /// - Throws: ``ReadingError`` for what ``NPYContent`` refuses, and what the source throws.
  public init(file: String, chunks: () throws -> [UInt8]?) throws {
    var bytes: [UInt8] = []
    while bytes.count < 12 || NPYHeader.length(bytes) > bytes.count,
      bytes.count < Self.headerLimit, let chunk = try chunks()
    {
      bytes += chunk
    }
    let header = try NPYHeader(bytes, file: file)
    type = header.type
    shape = header.shape
    count = header.count ?? .max
    bytes.removeFirst(header.end)
    let size = header.itemSize
    var read = 0
    while true {
      let whole = bytes.count / size * size
      bytes.withUnsafeBytes { take(UnsafeRawBufferPointer(rebasing: $0[..<whole]), header) }
      read += whole
      guard read / size <= count, let chunk = try chunks() else { break }
      if whole == bytes.count { bytes = chunk } else { bytes = bytes[whole...] + chunk }
    }
    guard header.count != nil, read / size == count, bytes.count % size == 0
    else {
      throw ReadingError(
        file: file,
        message: "The data do not fill the shape \(shape) with items of \(size) bytes, or exceed "
          + "it; the file is cut off or damaged.")
    }
  }

  private mutating func take(_ bytes: UnsafeRawBufferPointer, _ header: NPYHeader) {
    switch (header.kind, header.itemSize) {
    case (.real, 2): scan(bytes, UInt16.self, header) { Double(Float16(bitPattern: $0)) }
    case (.real, 4): scan(bytes, UInt32.self, header) { Double(Float(bitPattern: $0)) }
    case (.real, _): scan(bytes, UInt64.self, header) { Double(bitPattern: $0) }
    case (.signed, 1): scan(bytes, Int8.self, header) { Double($0) }
    case (.signed, 2): scan(bytes, Int16.self, header) { Double($0) }
    case (.signed, 4): scan(bytes, Int32.self, header) { Double($0) }
    case (.signed, _): scan(bytes, Int64.self, header) { Double($0) }
    case (.unsigned, 1): scan(bytes, UInt8.self, header) { Double($0) }
    case (.unsigned, 2): scan(bytes, UInt16.self, header) { Double($0) }
    case (.unsigned, 4): scan(bytes, UInt32.self, header) { Double($0) }
    case (.unsigned, _): scan(bytes, UInt64.self, header) { Double($0) }
    case (.flag, _): scan(bytes, UInt8.self, header) { $0 == 0 ? 0 : 1 }
    }
  }

  @inline(__always)
  private mutating func scan<Word: FixedWidthInteger>(
    _ bytes: UnsafeRawBufferPointer, _ type: Word.Type, _ header: NPYHeader,
    _ value: (Word) -> Double
  ) {
    var (low, high) = (minimum ?? .infinity, maximum ?? -.infinity)
    for place in stride(from: 0, to: bytes.count, by: MemoryLayout<Word>.size) {
      let word = bytes.loadUnaligned(fromByteOffset: place, as: Word.self)
      let item = value(header.isBigEndian ? Word(bigEndian: word) : Word(littleEndian: word))
      if item.isFinite {
        low = min(low, item)
        high = max(high, item)
      } else if item.isNaN {
        notANumber += 1
      } else {
        infinite += 1
      }
    }
    if low <= high { (minimum, maximum) = (low, high) }
  }
}
