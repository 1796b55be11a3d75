/// The checksum at the end of a page.
///
/// Eight bytes: two sums over the 32-bit words before them, each of which takes the other in, as in the
/// frames of SQLite's write-ahead log (sqlite.org/fileformat2.html, 4.2); kept where its checksum VFS shim
/// keeps its own (sqlite.org/cksumvfs.html). A single changed word changes the sums, whatever it was.
enum PageSeal {
  /// Bytes at the end of each page.
  static let length = 8

  /// The seal of a page as it stands, little-endian words.
  ///
  /// - Parameter page: A power of two of bytes, at least 512, seal included.
  static func sums(_ page: UnsafeRawBufferPointer) -> (UInt32, UInt32) {
    var (first, second): (UInt32, UInt32) = (0, 0)
    for offset in stride(from: 0, to: page.count - length, by: 8) {
      first &+= UInt32(littleEndian: page.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
      first &+= second
      second &+= UInt32(
        littleEndian: page.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
      second &+= first
    }
    return (first, second)
  }

  static func seal(_ page: UnsafeMutableRawBufferPointer) {
    let (first, second) = sums(UnsafeRawBufferPointer(page))
    page.storeBytes(of: first.littleEndian, toByteOffset: page.count - length, as: UInt32.self)
    page.storeBytes(of: second.littleEndian, toByteOffset: page.count - 4, as: UInt32.self)
  }

  static func isSound(_ page: UnsafeRawBufferPointer) -> Bool {
    let stored = (
      UInt32(
        littleEndian: page.loadUnaligned(fromByteOffset: page.count - length, as: UInt32.self)),
      UInt32(littleEndian: page.loadUnaligned(fromByteOffset: page.count - 4, as: UInt32.self))
    )
    return sums(page) == stored
  }

  /// Whether a read or write of so many bytes at an offset is one of whole pages.
  static func isPage(count: Int32, offset: Int64) -> Bool {
    count >= 512 && count & (count - 1) == 0 && offset % Int64(count) == 0
  }

  /// Whether the beginning of a file says that its pages are sealed: SQLite's mark, and eight bytes at
  /// the end of each page that SQLite leaves alone.
  static func isSealed(header: UnsafeRawBufferPointer) -> Bool {
    header.count >= 100 && header[20] == length
      && header.prefix(16).elementsEqual("SQLite format 3\0".utf8)
  }
}
