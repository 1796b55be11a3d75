internal import Foundation
public import Matter

/// The many-body tensor representation: how elements, distances and angles are distributed.
///
/// Huo and Rupp, Mach. Learn.: Sci. Technol. 3, 045017 (2022); columns, weights and normalizations as
/// in DScribe 2.1: each group of atoms that involves the cell counts by the share of it that lies in
/// the cell, so that a supercell has the same numbers times its size. Here groups are counted once a
/// cell by the atom they start from, which is the same sum without its rounding at cell walls.
/// Shared sites count by the product of their shares: the mean over all fillings.
///
/// At exactly 180° the angle has no slope (its cosine has), and 0 is given.
public struct MBTR: DifferentiableDescriptor {
  public let name = "mbtr"
  public let terms: [ManyBodyTerm]
  let channels: ElementChannels

  /// - Throws: ``StructureDescriptorError`` when no element or no term is given.
  public init(elements: [Element], terms: [ManyBodyTerm]) throws {
    try StructureDescriptorError.check(!terms.isEmpty, "An MBTR needs at least one term.")
    channels = try ElementChannels(elements)
    self.terms = terms
  }

  /// Elements, inverse distances and cosines, by atoms of the cell.
  public init(elements: [Element], bins: Int = 50) throws {
    try self.init(
      elements: elements,
      terms: [
        ManyBodyTerm(
          .inverseDistance, weighting: .exponential(scale: 0.75, threshold: 1e-2),
          normalization: .atoms, range: 0...1, bins: bins, smearing: 0.02),
        ManyBodyTerm(
          .cosine, weighting: .exponential(scale: 0.75, threshold: 1e-3), normalization: .atoms,
          range: -1...1, bins: bins, smearing: 0.05),
      ])
  }

  public var settings: String { "\(terms)" }

  public var columns: [String] {
    terms.flatMap { term in
      let labels = term.grid.labels
      return groups(term).flatMap { group in
        labels.map { "mbtr \(term.geometry.rawValue) \(group) \($0)" }
      }
    }
  }

  private func groups(_ term: ManyBodyTerm) -> [String] {
    switch term.geometry.atoms {
    case 1: channels.symbols
    case 2: channels.pairSymbols
    default:
      channels.symbols.flatMap { center in
        channels.pairSymbols.map { pair in
          let ends = pair.split(separator: "-")
          return "\(ends[0])-\(center)-\(ends[ends.count - 1])"
        }
      }
    }
  }

  public func row(of structure: AtomicStructure) throws -> [Double] {
    try terms.flatMap { try sum($0, structure, withSlopes: false).row }
  }

  public func derivatives(of structure: AtomicStructure) throws -> PositionDerivatives {
    let parts = try terms.map { try sum($0, structure, withSlopes: true) }
    let sites = structure.siteCount
    var result = PositionDerivatives(row: parts.flatMap(\.row), sites: sites)
    result.slopes = (0..<3 * sites).flatMap { line in
      parts.flatMap { $0.slopes[line * $0.row.count..<(line + 1) * $0.row.count] }
    }
    return result
  }

  private func sum(
    _ term: ManyBodyTerm, _ structure: AtomicStructure, withSlopes: Bool
  ) throws -> PositionDerivatives {
    let occupants = try channels.occupants(of: structure, descriptor: name)
    var sum = ManyBodySum(
      term, width: groups(term).count * term.bins, sites: withSlopes ? structure.siteCount : 0)
    let cutoff = try cutoff(term, structure)
    if term.geometry.atoms == 1 {
      for (channel, share) in occupants.joined() {
        sum.add(number: Double(elements[channel].atomicNumber), block: channel, weight: share)
      }
    } else {
      let rows = try structure.surroundings(within: cutoff)
      for (site, row) in rows.enumerated() {
        if term.geometry.atoms == 2 {
          addPairs(row, at: site, occupants, to: &sum)
        } else {
          addTriples(row, at: site, term, occupants, to: &sum)
        }
      }
    }
    try normalize(&sum.result, term, occupants, structure)
    return sum.result
  }

  private func addPairs(
    _ row: [AtomicNeighbor], at site: Int, _ occupants: [[(channel: Int, share: Double)]],
    to sum: inout ManyBodySum
  ) {
    for neighbor in row {
      for (a, share) in occupants[site] {
        for (b, part) in occupants[neighbor.site] {
          // Each pair is listed from both ends.
          sum.add(neighbor, from: site, block: channels.pair(a, b), weight: 0.5 * share * part)
        }
      }
    }
  }

  private func addTriples(
    _ row: [AtomicNeighbor], at site: Int, _ term: ManyBodyTerm,
    _ occupants: [[(channel: Int, share: Double)]], to sum: inout ManyBodySum
  ) {
    for (place, first) in row.enumerated() {
      for second in row[(place + 1)...] {
        let triple = ManyBodyTriple(first, second, term)
        guard triple.weight > 0 else { continue }
        for (center, filling) in occupants[site] {
          for (a, share) in occupants[first.site] {
            for (b, part) in occupants[second.site] {
              sum.add(
                triple, block: center * channels.pairCount + channels.pair(a, b),
                weight: filling * share * part, sites: (site, first.site, second.site))
            }
          }
        }
      }
    }
  }

  public var elements: [Element] { channels.elements ?? [] }

  private func cutoff(_ term: ManyBodyTerm, _ structure: AtomicStructure) throws -> Double {
    if let cutoff = term.cutoff { return cutoff }
    try StructureDescriptorError.check(
      structure.lattice == nil || term.geometry.atoms == 1,
      "Distances and angles of a periodic structure need a weighting; without one their sum has no "
        + "end.")
    return structure.diameter
  }

  private func normalize(
    _ result: inout PositionDerivatives, _ term: ManyBodyTerm,
    _ occupants: [[(channel: Int, share: Double)]], _ structure: AtomicStructure
  ) throws {
    var counts = [Double](repeating: 0, count: channels.count)
    for (channel, share) in occupants.joined() { counts[channel] += share }
    switch term.normalization {
    case .none: break
    case .l2: result.divideByLength()
    case .atoms:
      let atoms = counts.reduce(0, +)
      result.scale { _ in 1 / atoms }
    case .valleOganov:
      guard let volume = structure.lattice?.volume else {
        throw StructureDescriptorError.notPeriodic(
          descriptor: "the normalization of Valle and Oganov")
      }
      guard term.geometry.atoms > 1 else { return }
      let factors = valleOganov(counts, volume, triples: term.geometry.atoms == 3)
      result.scale { factors[$0 / term.bins] }
    }
  }

  private func valleOganov(_ counts: [Double], _ volume: Double, triples: Bool) -> [Double] {
    let pairs = counts.indices.flatMap { a in
      (a..<counts.count).map { b in counts[a] * counts[b] * (a == b && !triples ? 0.5 : 1) }
    }
    let groups = triples ? counts.flatMap { center in pairs.map { $0 * center } } : pairs
    return groups.map { $0 > 0 ? volume / (4 * .pi * $0) : 0 }
  }
}
