import DenseMath
public import Matter

/// A candidate and how much it is wanted.
public struct ScoredCandidate: Hashable, Sendable {
  public let candidate: Candidate
  public let score: Double

  public init(_ candidate: Candidate, score: Double) {
    self.candidate = candidate
    self.score = score
  }
}

/// Finds the members of a space with the highest scores.
///
/// A space of at most ``enumerationLimit`` members is scored whole, in one batch; a longer list
/// (``Space/isList``) too, batch by batch in the memory of one. Of any other larger space, a random pool and
/// the neighbors of given starting points are scored in one batch. Then the best climb: along the slope in
/// settings that take any number, and step by step, where each round scores all new neighbors of the climbers
/// together and keeps the best members seen, until no climber improves. Ties go to the member that was seen first, so equal seeds give
/// equal results.
public struct SpaceSearch: Hashable, Codable, Sendable {
  /// Spaces up to this size are scored whole.
  public var enumerationLimit = 5000

  /// Random members scored at first.
  public var poolSize = 2000

  /// Members that climb side by side.
  public var climbers = 6

  /// Limit of the rounds of climbing.
  public var rounds = 40

  public init() {}

  /// The best members by falling score.
  ///
  /// - Parameters:
  ///   - wanted: How many members to return; fewer come back where the space has no more.
  ///   - space: Where to look.
  ///   - starts: Members whose neighborhood is looked at first: the best ones known.
  ///   - excluded: Members that are not wanted: measured or on their way.
  ///   - seed: Of the random pool.
  ///   - readsLists: Whether long lists are scored whole; if not, a random pool of them is.
  ///   - score: Higher is better, for a whole batch at once; a score that is not a number counts
  ///     as the lowest.
  public func best<Failure: Error>(
    _ wanted: Int, in space: any Space, startingFrom starts: [Candidate] = [],
    excluding excluded: Set<Candidate>, seed: UInt64, readsLists: Bool = true,
    score: ([Candidate]) throws(Failure) -> [Double]
  ) throws(Failure) -> [ScoredCandidate] {
    if space.isList, readsLists, space.count > enumerationLimit {
      return try read(space, wanted, excluding: excluded, score)
    }
    var ranking = Ranking(excluded: excluded)
    if space.count <= enumerationLimit {
      try ranking.add((0..<space.count).map(space.candidate(at:)), score)
      return ranking.top(wanted)
    }
    var generator = SplitMix64(seed: seed)
    let pool = space.sample(poolSize, excluding: excluded, using: &generator)
    try ranking.add(starts.flatMap(space.neighbors(of:)) + pool, score)
    try ascend(&ranking, space, score)
    var climbed: Set<Candidate> = []
    for _ in 0..<rounds {
      let summit = ranking.top(max(climbers, 1)).map(\.candidate).filter {
        climbed.insert($0).inserted
      }
      guard !summit.isEmpty else { break }
      try ranking.add(summit.flatMap(space.neighbors(of:)), score)
    }
    return ranking.top(wanted)
  }

  /// Adds the summits above the best members, where settings take any number.
  private func ascend<Failure: Error>(
    _ ranking: inout Ranking, _ space: any Space, _ score: ([Candidate]) throws(Failure) -> [Double]
  ) throws(Failure) {
    guard rounds > 0, let ascent = ProcessAscent(space) else { return }
    var summits: [Candidate] = []
    for start in ranking.top(max(climbers, 1)) {
      if let summit = try ascent.summit(above: start.candidate, score: score) {
        summits.append(summit)
      }
    }
    try ranking.add(summits, score)
  }

  /// Scores every member of a list.
  private func read<Failure: Error>(
    _ list: any Space, _ wanted: Int, excluding excluded: Set<Candidate>,
    _ score: ([Candidate]) throws(Failure) -> [Double]
  ) throws(Failure) -> [ScoredCandidate] {
    var best = Ranking(excluded: excluded)
    for start in stride(from: 0, to: list.count, by: Self.batch) {
      let members = (start..<min(start + Self.batch, list.count)).map(list.candidate(at:))
      try best.add(members, score)
      best.keep(wanted)
    }
    return best.top(wanted)
  }

  private static let batch = 4096
}

/// Scored members, each once, in the order in which they were seen.
private struct Ranking {
  private let excluded: Set<Candidate>
  private var seen: Set<Candidate>
  private var members: [ScoredCandidate] = []

  init(excluded: Set<Candidate>) {
    self.excluded = excluded
    seen = excluded
  }

  mutating func add<Failure: Error>(
    _ candidates: [Candidate], _ score: ([Candidate]) throws(Failure) -> [Double]
  ) throws(Failure) {
    let new = candidates.filter { seen.insert($0).inserted }
    guard !new.isEmpty else { return }
    let scores = try score(new)
    precondition(scores.count == new.count, "\(scores.count) scores for \(new.count) candidates")
    for (candidate, score) in zip(new, scores) {
      members.append(ScoredCandidate(candidate, score: score.isNaN ? -.infinity : score))
    }
  }

  /// Forgets members below the best `wanted`, so that they may be added again.
  mutating func keep(_ wanted: Int) {
    members = top(wanted)
    seen = excluded
  }

  func top(_ wanted: Int) -> [ScoredCandidate] {
    members.enumerated()
      .sorted { ($0.element.score, -$0.offset) > ($1.element.score, -$1.offset) }
      .prefix(wanted).map(\.element)
  }
}
