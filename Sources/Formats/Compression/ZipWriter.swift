/// Writes ZIP archives in memory, the same bytes for the same entries.
struct ZipWriter {
  private var content: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  /// Adds an entry, packed where that makes it smaller.
  ///
  /// - Precondition: Fewer than 65,535 entries and less than 4 GiB in all: such archives need no
  ///   64-bit records.
  mutating func add(_ name: String, _ bytes: [UInt8]) {
    let deflated = Deflate.pack(bytes, level: 6, windowBits: -15)
    let isPacked = deflated.count < bytes.count
    let data = isPacked ? deflated : bytes
    precondition(
      count < 65_534 && content.count + data.count + bytes.count < 1 << 32,
      "The archive is too large for the plain ZIP format.")
    // From the version to the sizes, which stand in both headers alike.
    var common = little(20, 2) + little(0x0800, 2) + little(isPacked ? 8 : 0, 2)
    common += little(0, 2) + little(0x21, 2)  // 1 January 1980: entries have no time
    common += little(Int(ZipArchive.checksum(bytes)), 4)
    common += little(data.count, 4) + little(bytes.count, 4) + little(name.utf8.count, 2)
    directory += little(0x0201_4B50, 4) + little(0x0314, 2) + common + little(0, 8)
    directory += little(0o100644 << 16, 4) + little(content.count, 4) + Array(name.utf8)
    content += little(0x0403_4B50, 4) + common + little(0, 2) + Array(name.utf8) + data
    count += 1
  }

  /// The whole archive.
  func finished() -> [UInt8] {
    content + directory + little(0x0605_4B50, 4) + little(0, 4) + little(count, 2)
      + little(count, 2)
      + little(directory.count, 4) + little(content.count, 4) + little(0, 2)
  }

  private func little(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: $0 < 8 ? value >> (8 * $0) : 0) }
  }
}
