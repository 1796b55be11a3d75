public import Matter

/// All compositions of some elements in whole steps of atomic fraction.
///
/// With `n` = 1 / step, a member gives each element a whole number of steps that sum to `n`; its
/// candidate has the amounts `steps / n`. Nothing is enumerated: members are counted, drawn and
/// numbered through a table of partial counts.
public struct CompositionSimplex: Space, Hashable {
  /// How much of one element a member may hold.
  public struct Share: Hashable, Codable, Sendable {
    /// Atomic fraction. Above 0 the element is in every member.
    public var minimum: Double
    public var maximum: Double

    public init(minimum: Double = 0, maximum: Double = 1) {
      self.minimum = minimum
      self.maximum = maximum
    }
  }

  /// In order of atomic number.
  public let elements: [Element]

  /// How many steps make up the whole.
  public let steps: Int

  /// How many different elements a member may hold.
  public let maximumElements: Int

  /// Whole steps of each element that a member may hold, in the order of ``elements``.
  let ranges: [ClosedRange<Int>]
  let counts: PartialCounts

  /// - Parameters:
  ///   - step: Atomic fraction; 1 / step is a whole number, at most 1000.
  ///   - maximumElements: `nil` for all elements.
  ///   - shares: Limits of single elements.
  /// - Throws: ``SpaceError``.
  public init(
    elements: [Element], step: Double, maximumElements: Int? = nil, shares: [Element: Share] = [:]
  ) throws(SpaceError) {
    guard !elements.isEmpty else { throw .empty }
    let sorted = elements.sorted()
    for (a, b) in zip(sorted, sorted.dropFirst()) where a == b { throw .repeatedElement(a) }
    guard step.isFinite, step > 0, step <= 1, step >= 0.001 else { throw .step(step) }
    let steps = (1 / step).rounded()
    guard abs(steps * step - 1) < 1e-9 else { throw .step(step) }
    let most = maximumElements ?? sorted.count
    guard (1...sorted.count).contains(most) else {
      throw .maximumElements(most, available: sorted.count)
    }
    for element in shares.keys.sorted() where !sorted.contains(element) {
      throw .foreignShare(element)
    }
    self.elements = sorted
    self.steps = Int(steps)
    self.maximumElements = most
    var ranges: [ClosedRange<Int>] = []
    for element in sorted {
      ranges.append(try Self.range(of: element, shares[element] ?? Share(), steps: Int(steps)))
    }
    self.ranges = ranges
    counts = try PartialCounts(ranges: ranges, steps: Int(steps), maximumElements: most)
    guard counts.total > 0 else { throw .noComposition }
  }

  private static func range(
    of element: Element, _ share: Share, steps: Int
  ) throws(SpaceError) -> ClosedRange<Int> {
    let bounds = [share.minimum, share.maximum].map { $0 * Double(steps) }
    guard bounds.allSatisfy({ abs($0 - $0.rounded()) < 1e-6 }),
      0 <= share.minimum, share.minimum <= share.maximum, share.maximum <= 1
    else { throw .share(element, minimum: share.minimum, maximum: share.maximum) }
    return Int(bounds[0].rounded())...Int(bounds[1].rounded())
  }

  public var count: Int { counts.total }

  public func candidate(at index: Int) -> Candidate {
    precondition(index >= 0 && index < count, "no candidate \(index) among \(count)")
    return candidate(steps: counts.member(at: index))
  }

  /// The candidate of a member.
  ///
  /// - Parameter parts: Steps of each element, in the order of ``elements``; they sum to ``steps``.
  func candidate(steps parts: [Int]) -> Candidate {
    var amounts: [Element: Double] = [:]
    for (element, part) in zip(elements, parts) where part > 0 {
      amounts[element] = Double(part) / Double(steps)
    }
    do {
      return Candidate(try Composition(amounts))
    } catch {
      preconditionFailure("A member's amounts are positive and not empty: \(error)")
    }
  }

  /// Steps of each element, `nil` when the candidate is no member.
  ///
  /// Fractions may be off by 1e-6 of a step, as those of a formula like `Al0.333333` are.
  func parts(of candidate: Candidate) -> [Int]? {
    guard candidate.variables.isEmpty else { return nil }
    let composition = candidate.composition
    guard composition.elements.allSatisfy(elements.contains) else { return nil }
    var parts: [Int] = []
    for element in elements {
      let scaled = composition.fraction(of: element) * Double(steps)
      guard abs(scaled - scaled.rounded()) < 1e-6 else { return nil }
      parts.append(Int(scaled.rounded()))
    }
    return isMember(parts) ? parts : nil
  }

  func isMember(_ parts: [Int]) -> Bool {
    parts.reduce(0, +) == steps && parts.count(where: { $0 > 0 }) <= maximumElements
      && zip(parts, ranges).allSatisfy { $1.contains($0) }
  }

  public func contains(_ candidate: Candidate) -> Bool { parts(of: candidate) != nil }

  /// Whether its elements are those of the space, each within its share, and not too many.
  public func keepsLimits(_ candidate: Candidate) -> Bool {
    let composition = candidate.composition
    guard candidate.hasMaterial, candidate.variables.isEmpty,
      composition.elements.count <= maximumElements,
      composition.elements.allSatisfy(elements.contains)
    else { return false }
    return zip(elements, ranges).allSatisfy { element, range in
      let parts = composition.fraction(of: element) * Double(steps)
      return parts > Double(range.lowerBound) - 1e-6 && parts < Double(range.upperBound) + 1e-6
    }
  }
}
