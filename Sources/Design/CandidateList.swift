public import Matter

/// A space that is a list, such as the rows of a table.
public struct CandidateList: Space, Hashable {
  /// Each candidate once, in the order of its first occurrence.
  public let candidates: [Candidate]
  private let members: Set<Candidate>

  /// - Throws: ``SpaceError/empty``.
  public init(_ candidates: [Candidate]) throws(SpaceError) {
    guard !candidates.isEmpty else { throw .empty }
    var seen: Set<Candidate> = []
    self.candidates = candidates.filter { seen.insert($0).inserted }
    members = seen
  }

  public var count: Int { candidates.count }

  public var isList: Bool { true }

  public func candidate(at index: Int) -> Candidate { candidates[index] }

  public func contains(_ candidate: Candidate) -> Bool { members.contains(candidate) }

  public func neighbors(of candidate: Candidate) -> [Candidate] { [] }
}
