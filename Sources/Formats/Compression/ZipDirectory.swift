/// The central directory of a ZIP archive, checked entry by entry.
struct ZipDirectory {
  private let bytes: [UInt8]
  private let file: String

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  func entries() throws(ReadingError) -> [ZipArchive.Entry] {
    let directory = try locate()
    var entries: [ZipArchive.Entry] = []
    var names: [String: String] = [:]
    var position = directory.range.lowerBound
    for _ in 0..<directory.count {
      let header = try header(at: position, end: directory.range.upperBound)
      position = header.end
      try refuseDangerous(header)
      guard names.updateValue(header.name, forKey: header.name.lowercased()) == nil else {
        throw refuse("Two entries are named \"\(header.name)\", or differ in case alone.")
      }
      if header.name.hasSuffix("/"), header.size == 0 { continue }
      entries.append(try entry(header, directoryStart: directory.range.lowerBound))
    }
    try refuseOverlaps(entries)
    return entries
  }

  private struct Location {
    let range: Range<Int>
    let count: Int
  }

  private struct Header {
    let name: String
    let flags: Int
    let method: Int
    let checksum: UInt32
    let packedSize: Int
    let size: Int
    let mode: Int
    let offset: Int
    /// Behind the header.
    let end: Int
  }

  /// The record at the end of the archive, behind which only its own comment stands.
  private func locate() throws(ReadingError) -> Location {
    let shortest = 22
    var place = bytes.count - shortest
    while place >= max(0, bytes.count - shortest - 65_535) {
      if integer(4, at: place) == 0x0605_4B50,
        integer(2, at: place + 20) == bytes.count - place - 22
      {
        return try location(endRecord: place)
      }
      place -= 1
    }
    throw refuse("The archive has no directory; it is cut off or no ZIP archive.")
  }

  private func location(endRecord: Int) throws(ReadingError) -> Location {
    let disks = [integer(2, at: endRecord + 4), integer(2, at: endRecord + 6)]
    var count = integer(2, at: endRecord + 10) ?? 0
    var size = integer(4, at: endRecord + 12) ?? 0
    var offset = integer(4, at: endRecord + 16) ?? 0
    var limit = endRecord
    if count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF,
      integer(4, at: endRecord - 20) == 0x0706_4B50
    {
      guard let record = integer(8, at: endRecord - 12), integer(4, at: record) == 0x0606_4B50,
        let wideCount = integer(8, at: record + 32), let wideSize = integer(8, at: record + 40),
        let wideOffset = integer(8, at: record + 48), record <= endRecord - 20 - 56
      else { throw refuse("The directory of the large archive is damaged.") }
      (count, size, offset, limit) = (wideCount, wideSize, wideOffset, record)
    } else if disks.contains(where: { $0 != 0 }) {
      throw refuse("The archive is one part of several; join them first.")
    }
    guard count <= ZipArchive.mostEntries else {
      throw refuse("\(count) entries are more than the limit of \(ZipArchive.mostEntries).")
    }
    let (end, overflow) = offset.addingReportingOverflow(size)
    guard !overflow, end <= limit, size >= 46 * count else {
      throw refuse("The directory lies outside the archive; the archive is cut off or damaged.")
    }
    return Location(range: offset..<end, count: count)
  }

  private func header(at position: Int, end: Int) throws(ReadingError) -> Header {
    guard position + 46 <= end, integer(4, at: position) == 0x0201_4B50,
      let flags = integer(2, at: position + 8), let method = integer(2, at: position + 10),
      let checksum = integer(4, at: position + 16), let packed = integer(4, at: position + 20),
      let size = integer(4, at: position + 24), let nameSize = integer(2, at: position + 28),
      let extraSize = integer(2, at: position + 30), let noteSize = integer(2, at: position + 32),
      let system = integer(1, at: position + 5), let attributes = integer(4, at: position + 38),
      let offset = integer(4, at: position + 42),
      position + 46 + nameSize + extraSize + noteSize <= end
    else { throw refuse("The directory is damaged at byte \(position).") }
    let nameEnd = position + 46 + nameSize
    guard let name = String(validating: bytes[position + 46..<nameEnd], as: UTF8.self) else {
      throw refuse("The name of an entry at byte \(position + 46) is not valid UTF-8.")
    }
    let wide = wideSizes(
      nameEnd..<nameEnd + extraSize, size: size, packedSize: packed, offset: offset)
    return Header(
      name: name, flags: flags, method: method, checksum: UInt32(truncatingIfNeeded: checksum),
      packedSize: wide.packedSize, size: wide.size, mode: system == 3 ? attributes >> 16 : 0,
      offset: wide.offset, end: nameEnd + extraSize + noteSize)
  }

  /// Sizes of 64 bits, from the extra field 1 where the header has no room for them.
  private func wideSizes(
    _ extra: Range<Int>, size: Int, packedSize: Int, offset: Int
  ) -> (size: Int, packedSize: Int, offset: Int) {
    var result = (size: size, packedSize: packedSize, offset: offset)
    var position = extra.lowerBound
    while position + 4 <= extra.upperBound, let kind = integer(2, at: position),
      let length = integer(2, at: position + 2), position + 4 + length <= extra.upperBound
    {
      if kind == 1 {
        var place = position + 4
        func next(_ value: Int) -> Int {
          guard value == 0xFFFF_FFFF, place + 8 <= position + 4 + length else { return value }
          defer { place += 8 }
          return integer(8, at: place) ?? value
        }
        result = (next(size), next(packedSize), next(offset))
      }
      position += 4 + length
    }
    return result
  }

  private func refuseDangerous(_ header: Header) throws(ReadingError) {
    let name = header.name
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let isDrive = name.utf8.dropFirst().first == UInt8(ascii: ":")
    if name.isEmpty || name.hasPrefix("/") || name.contains("\\") || isDrive || parts.contains("..")
      || name.utf8.contains(where: { $0 < 32 || $0 == 127 })
    {
      throw refuse(
        "The entry \"\(Self.shown(name))\" is not a plain path inside the archive; it could be "
          + "written elsewhere.")
    }
    // The kind of file in Unix modes: 0o12 is a symbolic link, 0o10 a file, 0o04 a folder.
    let kind = header.mode >> 12
    guard kind == 0 || kind == 0o10 || kind == 0o04 else {
      throw refuse(
        "The entry \"\(Self.shown(name))\" is a symbolic link or a device; put in the file itself.")
    }
    guard header.flags & 0x2041 == 0 else {
      throw refuse("The entry \"\(Self.shown(name))\" is encrypted; pack it without a password.")
    }
    guard header.method == 0 || header.method == 8 else {
      throw refuse(
        "The entry \"\(Self.shown(name))\" is packed by method \(header.method); use deflate.")
    }
  }

  /// Follows the header to the local one before the content.
  private func entry(_ header: Header, directoryStart: Int) throws(ReadingError) -> ZipArchive.Entry
  {
    let place = header.offset
    guard place <= directoryStart - 30, integer(4, at: place) == 0x0403_4B50,
      let nameSize = integer(2, at: place + 26), let extraSize = integer(2, at: place + 28),
      header.packedSize <= directoryStart,
      place + 30 + nameSize + extraSize + header.packedSize <= directoryStart
    else {
      throw refuse("The entry \"\(header.name)\" lies outside the archive, which is damaged.")
    }
    let name = bytes[place + 30..<place + 30 + nameSize]
    guard name.elementsEqual(header.name.utf8) else {
      throw refuse("The entry \"\(header.name)\" has another name before its content.")
    }
    let start = place + 30 + nameSize + extraSize
    return ZipArchive.Entry(
      name: header.name, size: header.size, isPacked: header.method == 8,
      checksum: header.checksum, range: start..<start + header.packedSize)
  }

  private func refuseOverlaps(_ entries: [ZipArchive.Entry]) throws(ReadingError) {
    let ordered = entries.sorted { $0.range.lowerBound < $1.range.lowerBound }
    for (earlier, later) in zip(ordered, ordered.dropFirst())
    where later.range.lowerBound - 30 < earlier.range.upperBound {
      throw refuse("\"\(earlier.name)\" and \"\(later.name)\" share bytes: a decompression bomb.")
    }
  }

  /// A little-endian number; `nil` outside the bytes and beyond 63 bits.
  private func integer(_ size: Int, at place: Int) -> Int? {
    guard place >= 0, place <= bytes.count - size else { return nil }
    var value: UInt64 = 0
    for byte in bytes[place..<place + size].reversed() { value = value << 8 | UInt64(byte) }
    return Int(exactly: value)
  }

  private static func shown(_ name: String) -> String {
    let scalars = name.unicodeScalars.prefix(80).map { $0.value < 32 ? "?" : String($0) }
    return scalars.joined()
  }

  private func refuse(_ message: String) -> ReadingError {
    ReadingError(file: file, message: message)
  }
}
