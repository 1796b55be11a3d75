import Foundation

/// Lays one cell on another in every way that their lattices allow.
///
/// The lattice of `base` is mapped onto the cell of `target`, over `multiplicity` cells of base.
struct SuperpositionSearch {
  private let matcher: StructureMatcher
  private let base: MatchingCell
  private let baseLattice: Lattice
  private let target: MatchingCell
  private let targetLattice: Lattice
  private let multiplicity: Int
  /// The kind of base's sites in target's numbering, and the places of target's sites by kind.
  private let baseKinds: [Int]
  private let sitesByKind: [[Int]]

  private struct Result {
    var rms: Double
    var maximum: Double
    /// For each site of the target, the site of base.
    var partners: [Int]
  }

  /// The best superposition of two cells, or the first.
  static func best(
    _ first: MatchingCell, _ second: MatchingCell, _ matcher: StructureMatcher, stopsAtFirst: Bool
  ) throws(MatchingError) -> StructureMatcher.Match? {
    let ratio = Double(second.siteCount) / Double(first.siteCount)
    let isForward = !matcher.triesSupercells || ratio >= 2.0 / 3
    let (base, target) = isForward ? (first, second) : (second, first)
    let multiplicity =
      matcher.triesSupercells ? Int((isForward ? ratio : 1 / ratio).rounded()) : 1
    guard base.siteCount * multiplicity == target.siteCount else { return nil }
    var best: Result?
    for kinds in kindMaps(base, target, multiplicity, matcher) {
      let search = SuperpositionSearch(base, target, multiplicity, kinds, matcher)
      if let result = try search.run(stopsAtFirst: stopsAtFirst),
        result.rms < best?.rms ?? .infinity
      {
        best = result
        if stopsAtFirst { break }
      }
    }
    return best.map { result in
      StructureMatcher.Match(
        rms: result.rms, maximum: result.maximum,
        pairs: result.partners.enumerated().map { site, partner in
          let (inBase, inTarget) = (base.origins[partner], target.origins[site])
          return StructureMatcher.Pair(
            first: isForward ? inBase : inTarget, second: isForward ? inTarget : inBase)
        })
    }
  }

  /// Which kind of target each kind of base is: one way, or, where what sits on the sites is not
  /// compared, every way that the numbers of sites allow.
  private static func kindMaps(
    _ base: MatchingCell, _ target: MatchingCell, _ multiplicity: Int, _ matcher: StructureMatcher
  ) -> [[Int]] {
    guard base.contents.count == target.contents.count else { return [] }
    let (have, want) = (base.counts, target.counts)
    let isAnonymous = matcher.comparison == .anonymous
    var maps: [[Int]] = [[]]
    for kind in have.indices {
      var longer: [[Int]] = []
      for map in maps {
        for other in want.indices
        where !map.contains(other) && have[kind] * multiplicity == want[other]
          && (isAnonymous
            || base.contents[kind].isClose(to: target.contents[other], matcher.occupancyTolerance))
        {
          longer.append(map + [other])
          if longer.count >= 5040 { break }
        }
      }
      maps = longer
    }
    return maps
  }

  private init(
    _ base: MatchingCell, _ target: MatchingCell, _ multiplicity: Int, _ kinds: [Int],
    _ matcher: StructureMatcher
  ) {
    self.matcher = matcher
    self.base = base
    self.target = target
    self.multiplicity = multiplicity
    baseKinds = base.kinds.map { kinds[$0] }
    var sitesByKind = [[Int]](repeating: [], count: target.contents.count)
    for (site, kind) in target.kinds.enumerated() { sitesByKind[kind].append(site) }
    self.sitesByKind = sitesByKind
    // Both to the geometric mean of the two volumes for each cell of the target.
    let volumes = target.lattice.volume / (base.lattice.volume * Double(multiplicity))
    let factor = matcher.scalesVolume ? pow(volumes, 1.0 / 6) : 1
    baseLattice = base.lattice.scaled(factor)
    targetLattice = target.lattice.scaled(1 / factor)
  }

  private func run(stopsAtFirst: Bool) throws(MatchingError) -> Result? {
    let mappings = try LatticeMappings(
      of: baseLattice, to: targetLattice, lengthTolerance: matcher.lengthTolerance,
      angleTolerance: matcher.angleTolerance, multiplicity: multiplicity)
    guard
      let rarest = sitesByKind.indices.filter({ !sitesByKind[$0].isEmpty })
        .min(by: { sitesByKind[$0].count < sitesByKind[$1].count }),
      let anchor = sitesByKind[rarest].first
    else { return nil }
    let goal = targetLattice.parameters
    var best: Result?
    mappings.forEach { mapping in
      guard
        let lattice = try? Lattice(
          a: mapping.vectors.0, b: mapping.vectors.1, c: mapping.vectors.2),
        let mean = try? Lattice(lattice.parameters.mean(goal))
      else { return false }
      let placed = place(lattice, mapping)
      let unit = cbrt(mean.volume / Double(target.siteCount))
      let (u, v, w) = mean.reciprocal
      let box = SIMD3(length(u), length(v), length(w)) * (2 * matcher.siteTolerance * unit)
      let fit = SiteFit(
        lattice: mean, unit: unit, box: box, placed: placed.positions, placedKinds: placed.kinds,
        placedOrigins: placed.origins, targetKinds: target.kinds)
      for (site, kind) in placed.kinds.enumerated() where kind == rarest {
        // Copies of one site by whole cells of base give the same superposition.
        if multiplicity > 1 && placed.copies[site] != 0 { continue }
        let shift = placed.positions[site] - target.positions[anchor]
        guard let found = fit.superpose(target.positions.map { $0 + shift }),
          found.maximum < matcher.siteTolerance, found.rms < best?.rms ?? .infinity
        else { continue }
        best = Result(rms: found.rms, maximum: found.maximum, partners: found.partners)
        if stopsAtFirst || found.maximum < 1e-5 { return true }
      }
      return false
    }
    return best
  }

  private struct Placed {
    var positions: [SIMD3<Double>] = []
    var kinds: [Int] = []
    var origins: [Int] = []
    /// Which copy of its site each is, from 0.
    var copies: [Int] = []
  }

  /// The sites of base in fractions of a mapping's vectors.
  private func place(_ lattice: Lattice, _ mapping: LatticeMappings.Mapping) -> Placed {
    let shifts = multiplicity == 1 ? [SIMD3<Double>()] : cellsInside(lattice, mapping)
    var placed = Placed()
    for (site, position) in base.positions.enumerated() {
      let fraction = lattice.fractional(baseLattice.cartesian(position))
      for (copy, shift) in shifts.enumerated() {
        placed.positions.append(SiteCell.wrap(fraction + shift))
        placed.kinds.append(baseKinds[site])
        placed.origins.append(site)
        placed.copies.append(copy)
      }
    }
    return placed
  }

  /// The translations of base inside one cell of the mapping, in its fractions; the first is zero.
  private func cellsInside(
    _ lattice: Lattice, _ mapping: LatticeMappings.Mapping
  ) -> [SIMD3<Double>] {
    // Each coset of the sublattice has a member with components below the multiplicity.
    var found: [SIMD3<Double>] = []
    for i in 0..<multiplicity {
      for j in 0..<multiplicity {
        for k in 0..<multiplicity {
          let step = SiteCell.wrap(
            lattice.fractional(baseLattice.cartesian(SIMD3(Double(i), Double(j), Double(k)))))
          let isKnown = found.contains { other in
            let d = SiteCell.shortest(step - other)
            return dot(d, d) < 1e-6 / Double(multiplicity * multiplicity)
          }
          if !isKnown { found.append(step) }
          if found.count == multiplicity { return found }
        }
      }
    }
    return found
  }
}

extension Lattice {
  /// The lattice with every length multiplied; itself where that leaves no lattice.
  fileprivate func scaled(_ factor: Double) -> Lattice {
    (try? Lattice(a: factor * a, b: factor * b, c: factor * c)) ?? self
  }
}

extension Lattice.Parameters {
  fileprivate func mean(_ other: Lattice.Parameters) -> Lattice.Parameters {
    Lattice.Parameters(
      a: (a + other.a) / 2, b: (b + other.b) / 2, c: (c + other.c) / 2,
      alpha: (alpha + other.alpha) / 2, beta: (beta + other.beta) / 2,
      gamma: (gamma + other.gamma) / 2)
  }
}
