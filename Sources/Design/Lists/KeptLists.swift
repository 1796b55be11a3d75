public import Foundation
import Representations

/// Lists that were read once, in files that later runs of the program map into memory.
///
/// A file holds the list as ``PackedCandidates`` has it, a note, the length of the note, the checksum of
/// all that, and a line of eight bytes.
public struct KeptLists: Sendable {
  private let folder: CacheFolder

  /// - Parameter folder: Where the files lie, 8 GiB at most; the oldest make room.
  public init(_ folder: URL) {
    self.folder = CacheFolder(folder, pathExtension: "list")
  }

  /// Those of the person who runs the program: in `$XDG_CACHE_HOME/athanor/lists`, or the same under
  /// `~/.cache`.
  public static var standard: KeptLists { KeptLists(CacheFolder.standard("lists")) }

  private static let mark = UInt64(0x3130_5450_454B_5441)  // "ATKEPT01"
  private static let footerSize = 24

  /// The list of a key with its note; `nil` where there is none. One that is damaged is removed.
  public func list(_ key: String) -> (list: CandidateList, note: String)? {
    let file = folder.file(key)
    guard let data = try? Data(contentsOf: file, options: .alwaysMapped) else { return nil }
    guard let found = Self.read(data) else {
      try? FileManager.default.removeItem(at: file)
      return nil
    }
    return found
  }

  private static func read(_ data: Data) -> (list: CandidateList, note: String)? {
    let body = data.count - footerSize
    guard body > 0 else { return nil }
    let footer = (0..<3).map { place in
      data.withUnsafeBytes {
        $0.loadUnaligned(fromByteOffset: body + 8 * place, as: UInt64.self)
      }
    }
    guard footer[2] == mark, let length = Int(exactly: footer[0]), length <= body,
      checksum(data[..<(body - length)], data[(body - length)..<body]) == footer[1],
      let packed = PackedCandidates(data[..<(body - length)])
    else { return nil }
    return (
      CandidateList(packed), String(decoding: data[(body - length)..<body], as: UTF8.self)
    )
  }

  /// Keeps a list, whole or not at all.
  ///
  /// - Parameters:
  ///   - key: The name of a file, without its ending.
  ///   - note: What else is to be known of it.
  /// - Throws: What the file system has against it.
  public func keep(_ list: CandidateList, as key: String, note: String) throws {
    let (records, text) = (list.packed.data, Data(note.utf8))
    let size = records.count + text.count + Self.footerSize
    try folder.makeRoom(for: size)
    let beside = folder.url.appendingPathComponent("\(key).\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: beside) }
    try records.write(to: beside)
    let handle = try FileHandle(forWritingTo: beside)
    try handle.seekToEnd()
    let footer = [UInt64(text.count), Self.checksum(records, text), Self.mark]
    try handle.write(contentsOf: text + footer.withUnsafeBytes { Data($0) })
    try handle.close()
    // The name is free or holds the same.
    guard rename(beside.path, folder.file(key).path) == 0 else {
      throw CocoaError(.fileWriteUnknown)
    }
  }

  private static func checksum(_ records: Data, _ note: Data) -> UInt64 {
    var sum = ContentSum()
    for part in [records, note] { part.withUnsafeBytes { sum.add($0) } }
    return sum.words.first
  }
}
