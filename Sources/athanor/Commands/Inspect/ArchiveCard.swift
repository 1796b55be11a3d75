import Formats

/// What is in an archive.
enum ArchiveCard {
  /// So many files of an archive are looked into, each up to a size, all up to another, bytes.
  private static let mostMembers = 100
  private static let mostOfMember = 64 << 20
  private static let mostOfAll = 256 << 20

  /// All files of an archive; those that are small enough with what they hold.
  static func members(
    _ archive: ZipArchive, file: String, tolerance: Double
  ) -> [FileCard.ArchiveEntry] {
    var rest = mostOfAll
    return archive.entries.enumerated().map { place, entry in
      var member = FileCard.ArchiveEntry(name: entry.name, size: entry.size)
      guard place < mostMembers, entry.size <= min(mostOfMember, rest) else { return member }
      rest -= entry.size
      member.content = card(entry, of: archive, file: file, tolerance: tolerance)
      return member
    }
  }

  /// `nil` for files of no known kind and for archives inside the archive.
  private static func card(
    _ entry: ZipArchive.Entry, of archive: ZipArchive, file: String, tolerance: Double
  ) -> FileCard? {
    do {
      let bytes = try archive.bytes(of: entry)
      guard let kind = try? FileKind(beginning: bytes, file: entry.name), kind != .text,
        kind != .archive
      else { return nil }
      var rest: [UInt8]? = bytes
      return try FileCard(
        data: entry.name, tolerance: tolerance, limits: ExpansionLimits(bytes: mostOfMember)
      ) {
        defer { rest = nil }
        return rest
      }
    } catch {
      return FileCard(refused: entry.name, because: error)
    }
  }
}
