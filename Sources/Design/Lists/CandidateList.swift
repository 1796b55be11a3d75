public import Matter

/// A space that is a list of any length, such as the rows of a table or the crystals of a folder.
///
/// Members are kept as packed records: in memory as long as there are few, in a mapped file where there are
/// more, which is read from end to end by ``SpaceSearch`` and needs no memory of its own.
public struct CandidateList: Space {
  let packed: PackedCandidates

  init(_ packed: PackedCandidates) {
    self.packed = packed
  }

  /// Each candidate once, in the order of its first occurrence; kept in memory.
  ///
  /// - Throws: ``SpaceError/empty``.
  public init(_ candidates: [Candidate]) throws(SpaceError) {
    var records = ListRecords()
    for candidate in candidates { records.append(candidate) }
    self.init(try records.packed())
  }

  /// Each once, in the order of their first occurrence; made anew whenever one is asked for.
  public var candidates: LazyMapSequence<Range<Int>, Candidate> {
    let packed = packed
    return (0..<packed.count).lazy.map { packed.candidate($0) }
  }

  public var count: Int { packed.count }

  public var isList: Bool { true }

  public func candidate(at index: Int) -> Candidate { packed.candidate(index) }

  public func contains(_ candidate: Candidate) -> Bool {
    packed.members(of: CandidateRecord.bytesAndHash(of: candidate).hash)
      .contains { packed.candidate($0) == candidate }
  }

  public func neighbors(of candidate: Candidate) -> [Candidate] { [] }
}
