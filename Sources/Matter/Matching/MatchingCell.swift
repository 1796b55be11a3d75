/// A crystal as the matcher compares it: a compact primitive cell, sites wrapped into it.
public struct MatchingCell: Hashable, Sendable {
  let lattice: Lattice

  /// Fractions in 0..<1, `[sites]`.
  let positions: [SIMD3<Double>]

  /// What sits on each site, as a place in ``contents``.
  let kinds: [Int]

  /// The distinct contents of sites, in an order that depends on them alone.
  let contents: [SiteContent]

  /// For each site, the first site of the crystal that it stands for.
  let origins: [Int]

  init(_ crystal: Crystal, _ matcher: StructureMatcher) throws(MatchingError) {
    var contents: [SiteContent] = []
    var kinds: [Int] = []
    for site in 0..<crystal.siteCount {
      let content = SiteContent(crystal.occupants(of: site), matcher.comparison)
      let known = contents.firstIndex { $0.isClose(to: content, matcher.occupancyTolerance) }
      kinds.append(known ?? contents.count)
      if known == nil { contents.append(content) }
    }
    let order = contents.indices.sorted { contents[$0].precedes(contents[$1]) }
    var ranks = [Int](repeating: 0, count: contents.count)
    for (rank, kind) in order.enumerated() { ranks[kind] = rank }
    self.contents = order.map { contents[$0] }
    kinds = kinds.map { ranks[$0] }
    for (site, p) in crystal.positions.enumerated()
    where !(max(abs(p.x), abs(p.y), abs(p.z)) < NeighborList.farthestCell) {
      throw .positionTooFar(site: site)
    }
    var cell = SiteCell(
      lattice: crystal.lattice, positions: crystal.positions.map { $0 - $0.rounded(.down) },
      kinds: kinds, origins: Array(crystal.positions.indices))
    // Compact before it is divided: tolerances along skewed vectors would mean little.
    cell.reduce()
    if matcher.usesPrimitiveCells { cell.makePrimitive(tolerance: matcher.primitiveTolerance) }
    cell.reduce()
    lattice = cell.lattice
    positions = cell.positions
    self.kinds = cell.kinds
    origins = cell.origins
  }

  var siteCount: Int { positions.count }

  /// Sites of each kind.
  var counts: [Int] {
    var counts = [Int](repeating: 0, count: contents.count)
    for kind in kinds { counts[kind] += 1 }
    return counts
  }

  /// Whether what the crystals hold allows a match: a cheap test before any cell is reduced.
  static func mayMatch(_ a: Crystal, _ b: Crystal, _ matcher: StructureMatcher) -> Bool {
    guard matcher.comparison != .anonymous else { return true }
    let (first, second) = (amounts(a), amounts(b))
    guard zip(first, second).allSatisfy({ ($0 > 0) == ($1 > 0) }) else { return false }
    guard a.isOrdered && b.isOrdered else { return true }
    // Ordered amounts are whole: shares agree exactly.
    let (n, m) = (first.reduce(0, +), second.reduce(0, +))
    return zip(first, second).allSatisfy { $0 * m == $1 * n }
  }

  /// The amount of each element in the cell, by atomic number.
  private static func amounts(_ crystal: Crystal) -> [Double] {
    var amounts = [Double](repeating: 0, count: Element.count + 1)
    for occupant in crystal.occupants {
      amounts[occupant.element.atomicNumber] += occupant.occupancy
    }
    return amounts
  }

  /// Equal for crystals that may match: kinds of sites and how many there are in proportion.
  func key(_ comparison: StructureMatcher.Comparison) -> String {
    let counts = counts
    let most = max(counts.reduce(0, SiteCell.divisor), 1)
    return zip(contents, counts).map { content, count in
      "\(comparison == .anonymous ? "" : content.elements):\(count / most)"
    }.sorted().joined(separator: " ")
  }
}

/// The occupants of a site in a fixed order, as far as they are compared.
struct SiteContent: Hashable, Sendable {
  private struct Part: Hashable, Sendable {
    var atomicNumber: Int
    var oxidationState: Double?
    var massNumber: Int?
    var occupancy: Double

    var order: (Int, Double, Int) { (atomicNumber, oxidationState ?? -100, massNumber ?? 0) }
  }

  private let parts: [Part]

  init(_ occupants: ArraySlice<Occupant>, _ comparison: StructureMatcher.Comparison) {
    let isExact = comparison == .species
    var parts = occupants.map {
      Part(
        atomicNumber: $0.element.atomicNumber,
        oxidationState: isExact ? $0.species.oxidationState : nil,
        massNumber: isExact ? $0.species.massNumber : nil, occupancy: $0.occupancy)
    }.sorted { $0.order < $1.order }
    // The same species twice on a site is one species.
    for index in parts.indices.dropFirst().reversed()
    where parts[index].order == parts[index - 1].order {
      parts[index - 1].occupancy += parts[index].occupancy
      parts.remove(at: index)
    }
    self.parts = parts
  }

  var elements: String { parts.map { "\($0.atomicNumber)" }.joined(separator: "+") }

  func isClose(to other: SiteContent, _ tolerance: Double) -> Bool {
    parts.count == other.parts.count
      && zip(parts, other.parts).allSatisfy {
        $0.order == $1.order && abs($0.occupancy - $1.occupancy) <= tolerance
      }
  }

  func precedes(_ other: SiteContent) -> Bool {
    for (a, b) in zip(parts, other.parts) {
      if a.order != b.order { return a.order < b.order }
      if a.occupancy != b.occupancy { return a.occupancy < b.occupancy }
    }
    return parts.count < other.parts.count
  }
}
