import Matter

/// The best of any number of candidates, each composition or crystal once, in memory for twice as many as are
/// wanted.
///
/// The result is that of ranking all of them by falling score, the earlier row first among equals,
/// and of taking each composition the first time it comes: it does not depend on how they arrive in
/// batches.
struct BestList: Sendable {
  private let wanted: Int
  private var members: [ScreenedCandidate] = []

  /// A candidate that comes later must score higher to be of use; `nil` while any is.
  private(set) var cutoff: Double?

  init(_ wanted: Int) {
    precondition(wanted > 0, "\(wanted) candidates are wanted")
    self.wanted = wanted
  }

  /// - Precondition: candidates arrive in the order of their places; no score is NaN.
  mutating func add(_ candidate: ScreenedCandidate) {
    if let cutoff, candidate.score <= cutoff { return }
    members.append(candidate)
    if members.count >= 2 * wanted + 1024 { prune() }
  }

  mutating func prune() {
    var seen: Set<ProportionKey> = []
    var kept: [ScreenedCandidate] = []
    for member in members.sorted(by: Self.isBefore) where kept.count < wanted {
      if seen.insert(member.key).inserted { kept.append(member) }
    }
    members = kept
    if kept.count == wanted { cutoff = kept[wanted - 1].score }
  }

  private static func isBefore(_ a: ScreenedCandidate, _ b: ScreenedCandidate) -> Bool {
    (a.score, -a.place) > (b.score, -b.place)
  }

  /// By falling score.
  var ranked: [ScreenedCandidate] {
    var list = self
    list.prune()
    return list.members
  }
}
