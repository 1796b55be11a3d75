internal import CZlib

/// A ZIP archive in memory (PKWARE APPNOTE 6.3.10): read in full, nothing is written anywhere.
///
/// Archives are refused whole when any entry is dangerous: names that leave the folder, symbolic
/// links, encryption, names that are equal but for case, entries that share bytes, and more entries
/// or bytes than the limits allow.
public struct ZipArchive: Sendable {
  /// In the order of the directory; folders are left out.
  public let entries: [Entry]

  public struct Entry: Hashable, Sendable {
    /// A relative path with `/`, without `..`.
    public let name: String

    /// Bytes once unpacked, as the directory states them.
    public let size: Int

    let isPacked: Bool
    let checksum: UInt32
    /// The packed bytes in the archive.
    let range: Range<Int>
  }

  private let bytes: [UInt8]
  private let file: String
  private let limits: ExpansionLimits

  /// More entries than this are refused.
  public static let mostEntries = 100_000

  /// - Parameter limits: They hold for each entry, and ``ExpansionLimits/bytes`` for their sum.
  /// - Throws: ``ReadingError`` for damage and danger; the content of entries is checked when it is
  ///   read.
  public init(
    _ bytes: [UInt8], file: String, limits: ExpansionLimits = ExpansionLimits()
  ) throws(ReadingError) {
    self.bytes = bytes
    self.file = file
    self.limits = limits
    entries = try ZipDirectory(bytes, file: file).entries()
    var total = 0
    for entry in entries {
      let (sum, overflow) = total.addingReportingOverflow(entry.size)
      guard !overflow, sum <= limits.bytes else {
        throw ReadingError(
          file: file,
          message: "The entries unpack to more than the limit of \(limits.bytes) bytes; unpack the "
            + "archive yourself and give its files.")
      }
      total = sum
    }
  }

  /// Whether the bytes begin as an archive does.
  public static func isArchive(_ bytes: some Sequence<UInt8>) -> Bool {
    bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06])
  }

  /// The unpacked content of an entry of this archive.
  ///
  /// - Throws: ``ReadingError`` for damage, a wrong checksum or size, and expansion beyond the limits.
  public func bytes(of entry: Entry) throws(ReadingError) -> [UInt8] {
    let name = "\(file)/\(entry.name)"
    guard entry.range.upperBound <= bytes.count else {
      throw ReadingError(file: name, message: "The entry is not of this archive.")
    }
    let packed = Array(bytes[entry.range])
    let content = entry.isPacked ? try inflate(packed, entry, name: name) : packed
    guard content.count == entry.size else {
      throw ReadingError(
        file: name,
        message:
          "The entry has \(content.count) bytes, the directory says \(entry.size); the archive "
          + "is damaged.")
    }
    guard Self.checksum(content) == entry.checksum else {
      throw ReadingError(
        file: name, message: "The checksum is wrong: the archive is damaged; fetch it again.")
    }
    return content
  }

  private func inflate(
    _ packed: [UInt8], _ entry: Entry, name: String
  ) throws(ReadingError) -> [UInt8] {
    var limits = limits
    limits.bytes = min(limits.bytes, entry.size)
    let stream = InflateStream(.raw, file: name, limits: limits)
    stream.feed(packed)
    var content: [UInt8] = []
    while let chunk = try stream.next() { content += chunk }
    try stream.finish()
    return content
  }

  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer {
      UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count))
    }
  }
}
