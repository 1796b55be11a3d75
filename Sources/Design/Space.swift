public import DenseMath
public import Matter

/// What may be proposed.
///
/// Laws: ``candidate(at:)`` gives each member once for 0 ..< ``count``; ``contains(_:)`` is true
/// for members and for nothing else; neighbors are members, and none is the candidate itself. Where
/// nobody can count the members, as with settings that take any number, ``count`` is `Int.max` and
/// ``candidate(at:)`` gives members drawn by their index, some of them twice.
public protocol Space: Sendable {
  /// How many different candidates there are; greater than zero.
  var count: Int { get }

  /// One member by its place in a fixed order.
  ///
  /// - Parameter index: 0 ..< ``count``.
  func candidate(at index: Int) -> Candidate

  func contains(_ candidate: Candidate) -> Bool

  /// Whether a candidate lies within what the members' elements, amounts and settings are bounded by, be it
  /// on their grid or not: what a person may ask to have measured. True for members.
  func keepsLimits(_ candidate: Candidate) -> Bool

  /// Whether members are rows of a list, which no steps connect and which is cheap to read from end to end.
  var isList: Bool { get }

  /// Members that differ by one small step, in a fixed order; empty where the space knows no
  /// steps.
  func neighbors(of candidate: Candidate) -> [Candidate]
}

extension Space {
  public var isList: Bool { false }

  public func keepsLimits(_ candidate: Candidate) -> Bool { contains(candidate) }

  /// A member, each with equal probability.
  public func sample(using generator: inout SplitMix64) -> Candidate {
    candidate(at: generator.index(below: count))
  }

  /// Different members drawn at random without replacement.
  ///
  /// - Parameters:
  ///   - wanted: How many; fewer come back where the space has no more.
  ///   - excluded: Members that are not drawn.
  public func sample(
    _ wanted: Int, excluding excluded: Set<Candidate> = [],
    using generator: inout SplitMix64
  ) -> [Candidate] {
    // Where most members are wanted, walk through a random order of all of them.
    if count <= 4 * (wanted + excluded.count) {
      let order = generator.shuffled(0..<count)
      return Array(order.lazy.map(candidate(at:)).filter { !excluded.contains($0) }.prefix(wanted))
    }
    var drawn: [Candidate] = []
    var seen = excluded
    // A space that nobody can count may hold fewer than are wanted.
    var repeats = 0
    while drawn.count < wanted, repeats < 100 * (wanted + 10) {
      let candidate = sample(using: &generator)
      if seen.insert(candidate).inserted { drawn.append(candidate) } else { repeats += 1 }
    }
    return drawn
  }
}
