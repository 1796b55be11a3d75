/// A tar archive in memory: the POSIX form (ustar, with pax headers) and that of GNU for long names.
///
/// Plain files are given; folders, links and devices are passed over, and nothing is written
/// anywhere. IEEE Std 1003.1, "pax", section ustar Interchange Format.
public struct TarArchive: Sendable {
  /// Plain files in the order of the archive.
  public let members: [Member]

  public struct Member: Hashable, Sendable {
    /// As the archive has it; it may name any path, and is not to be written to.
    public let name: String
    let range: Range<Int>

    public var size: Int { range.count }
  }

  private let content: [UInt8]

  /// More members than this are refused.
  public static let mostMembers = 1_000_000

  private static let block = 512

  /// Whether the bytes begin as an archive does: a header with its checksum.
  public static func isArchive(_ bytes: [UInt8]) -> Bool {
    bytes.count >= block && bytes[257..<262].elementsEqual("ustar".utf8)
      && checksum(bytes[0..<block]) == octal(bytes[148..<156])
  }

  /// - Parameter bytes: Not packed.
  /// - Throws: ``ReadingError`` for a header that is damaged and a member that is cut off.
  public init(_ bytes: [UInt8], file: String) throws(ReadingError) {
    var members: [Member] = []
    var place = 0
    var longName: String?
    while place + Self.block <= bytes.count {
      let header = bytes[place..<place + Self.block]
      if header.allSatisfy({ $0 == 0 }) { break }
      guard let sum = Self.octal(header, 148, 8), sum == Self.checksum(header),
        let size = Self.size(header)
      else {
        throw ReadingError(
          file: file, message: "The header at byte \(place) of the archive is damaged.")
      }
      let start = place + Self.block
      guard size <= bytes.count - start else {
        throw ReadingError(
          file: file,
          message: "The archive is cut off: a member has \(size) bytes, and "
            + "\(bytes.count - start) are there.")
      }
      let range = start..<start + size
      switch header[place + 156] {
      case UInt8(ascii: "L"): longName = Self.text(bytes[range])
      case UInt8(ascii: "x"): longName = Self.path(inPax: bytes[range]) ?? longName
      case 0, UInt8(ascii: "0"), UInt8(ascii: "7"):
        let name = longName ?? Self.name(header)
        if !name.hasSuffix("/") { members.append(Member(name: name, range: range)) }
        longName = nil
      default: longName = nil
      }
      guard members.count <= Self.mostMembers else {
        throw ReadingError(file: file, message: "More than \(Self.mostMembers) members.")
      }
      // Overflows nowhere: the size is at most that of the archive.
      place = start + (size + Self.block - 1) / Self.block * Self.block
    }
    content = bytes
    self.members = members
  }

  /// The bytes of a member of this archive.
  public func bytes(of member: Member) -> [UInt8] {
    precondition(member.range.upperBound <= content.count, "the member is of another archive")
    return Array(content[member.range])
  }

  // MARK: Headers

  private static func checksum(_ header: ArraySlice<UInt8>) -> Int {
    // The field of the checksum counts as blanks.
    let start = header.startIndex
    return header.enumerated().reduce(0) {
      $0 + (148..<156 ~= $1.offset ? 32 : Int(header[start + $1.offset]))
    }
  }

  private static func octal(_ header: ArraySlice<UInt8>, _ from: Int, _ count: Int) -> Int? {
    let start = header.startIndex + from
    return octal(header[start..<start + count])
  }

  private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
    let digits = field.filter { $0 != 0 && $0 != 32 }
    return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
  }

  /// Octal digits, or a binary number where the first bit is set.
  private static func size(_ header: ArraySlice<UInt8>) -> Int? {
    let start = header.startIndex + 124
    let field = header[start..<start + 12]
    guard header[start] & 0x80 != 0 else {
      return octal(field).flatMap { $0 >= 0 ? $0 : nil }
    }
    var value = 0
    for byte in field.dropFirst() {
      let (shifted, overflow) = value.multipliedReportingOverflow(by: 256)
      guard !overflow, shifted <= Int.max - 255 else { return nil }
      value = shifted + Int(byte)
    }
    return value
  }

  private static func name(_ header: ArraySlice<UInt8>) -> String {
    let start = header.startIndex
    let name = text(header[start..<start + 100])
    let isPOSIX = header[start + 257..<start + 263].elementsEqual("ustar\0".utf8)
    let prefix = isPOSIX ? text(header[start + 345..<start + 500]) : ""
    return prefix.isEmpty ? name : "\(prefix)/\(name)"
  }

  private static func text(_ field: ArraySlice<UInt8>) -> String {
    String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// The value of `path` among records `LENGTH KEY=VALUE\n`.
  private static func path(inPax records: ArraySlice<UInt8>) -> String? {
    var rest = records
    while let blank = rest.firstIndex(of: 32),
      let length = Int(String(decoding: rest[rest.startIndex..<blank], as: UTF8.self)),
      length > blank - rest.startIndex + 1, length <= rest.count
    {
      let record = rest[(blank + 1)..<(rest.startIndex + length - 1)]
      if record.starts(with: "path=".utf8) {
        return String(decoding: record.dropFirst(5), as: UTF8.self)
      }
      rest = rest.dropFirst(length)
    }
    return nil
  }
}
