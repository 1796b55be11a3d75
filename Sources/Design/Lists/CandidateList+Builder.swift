import Foundation
public import Matter

extension CandidateList {
  /// Takes candidates in, one after the other.
  ///
  /// While they come, memory holds sixteen bytes for each; of the finished list nothing but what a mapped
  /// file needs.
  public struct Builder: ~Copyable {
    private var records = ListRecords()
    private var file: TemporaryFile?

    /// Longest list that is kept in memory, bytes.
    private static let mostHeld = 1 << 20

    public init() {}

    /// How many came, repeated ones too.
    public var count: Int { records.starts.count }

    /// - Throws: What the folder of temporary files throws.
    public mutating func append(_ candidate: Candidate) throws {
      records.append(candidate)
      if records.bytes.count >= Self.mostHeld { try spill() }
    }

    private mutating func spill() throws {
      let file = try self.file ?? TemporaryFile()
      if self.file == nil {
        try file.handle.write(contentsOf: PackedCandidates.header(count: 0, end: 0))
        self.file = file
      }
      try records.takeBytes { try file.handle.write(contentsOf: $0) }
    }

    /// Each candidate once, in the order of its first occurrence.
    ///
    /// - Throws: ``SpaceError/empty``, and what the folder of temporary files throws.
    public consuming func finish() throws -> CandidateList {
      guard let file else { return CandidateList(try records.packed()) }
      try spill()
      let index = records.index(try file.mapped())
      try index.write { try file.handle.write(contentsOf: $0) }
      try file.handle.seek(toOffset: 0)
      try file.handle.write(
        contentsOf: PackedCandidates.header(count: index.starts.count, end: records.end))
      guard let packed = PackedCandidates(try file.mapped()) else {
        throw CocoaError(.fileReadCorruptFile)
      }
      return CandidateList(packed)
    }
  }
}

/// A file that goes when it is let go; what is mapped of it stays readable.
private final class TemporaryFile {
  let handle: FileHandle
  private let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("athanor-list-\(UUID().uuidString)")
    try Data().write(to: url)
    handle = try FileHandle(forWritingTo: url)
  }

  func mapped() throws -> Data { try Data(contentsOf: url, options: .alwaysMapped) }

  deinit {
    try? handle.close()
    try? FileManager.default.removeItem(at: url)
  }
}
