internal import Foundation
public import Matter

/// How many atoms lie at each distance from an atom, against a gas of the same density.
///
/// `g_AB(r) = V / (N_A N_B) Σ δ(r − r_ij) / (4π r²)`, each pair of atoms smeared by a Gaussian; 1 at
/// long distances. A finite structure has no density, so that `Σ δ / (4π r² N_A)` is given, 1/Å³. A
/// shared site counts by its shares, a pair by their product: the mean over all fillings.
public struct RadialDistribution: DifferentiableDescriptor {
  public let name = "rdf"
  let channels: ElementChannels
  let grid: SmearedGrid
  private let cutoff: Double

  /// - Parameters:
  ///   - elements: A distribution for each pair of these; `nil` for one of all atoms.
  ///   - cutoff: Å; the last bin ends here.
  ///   - bins: 1 or more.
  ///   - smearing: Standard deviation, Å.
  /// - Throws: ``StructureDescriptorError`` for settings that make no sense.
  public init(
    elements: [Element]? = nil, cutoff: Double = 8, bins: Int = 80, smearing: Double = 0.1
  ) throws {
    try StructureDescriptorError.check(
      cutoff.isFinite && cutoff > 0 && smearing > 0 && smearing < cutoff
        && (1...100_000).contains(bins),
      "A distribution to \(cutoff) Å in \(bins) bins smeared by \(smearing) Å is not usable; give "
        + "positive numbers and a smearing below the cutoff.")
    channels = try ElementChannels(elements)
    let step = cutoff / Double(bins)
    grid = SmearedGrid(low: step / 2, step: step, count: bins, width: smearing)
    self.cutoff = cutoff
  }

  public var settings: String { "\(grid.width)" }

  public var columns: [String] {
    let labels = grid.labels
    return channels.pairSymbols.flatMap { pair in labels.map { "rdf \(pair) \($0)" } }
  }

  public func row(of structure: AtomicStructure) throws -> [Double] {
    try distribution(structure, withSlopes: false).row
  }

  public func derivatives(of structure: AtomicStructure) throws -> PositionDerivatives {
    try distribution(structure, withSlopes: true)
  }

  private func distribution(
    _ structure: AtomicStructure, withSlopes: Bool
  ) throws -> PositionDerivatives {
    let occupants = try channels.occupants(of: structure, descriptor: name)
    var result = PositionDerivatives(
      row: [Double](repeating: 0, count: channels.pairCount * grid.count),
      sites: withSlopes ? structure.siteCount : 0)
    let factors = factors(occupants, volume: structure.lattice?.volume)
    let reach = cutoff + SmearedGrid.reach * grid.width
    for (site, row) in try structure.surroundings(within: reach).enumerated() {
      for neighbor in row {
        for (a, share) in occupants[site] {
          for (b, part) in occupants[neighbor.site] where a <= b {
            let pair = channels.pair(a, b)
            let weight = share * part * factors[pair]
            grid.spread(neighbor.distance) { bin, density, slope in
              let radius = grid.low + Double(bin) * grid.step
              let shell = weight / (4 * Double.pi * radius * radius)
              let column = pair * grid.count + bin
              result.row[column] += shell * density
              guard withSlopes else { return }
              let move = shell * slope / neighbor.distance * neighbor.vector
              result.add(move, to: column, site: neighbor.site)
              result.add(-move, to: column, site: site)
            }
          }
        }
      }
    }
    return result
  }

  /// `V / (N_A N_B)`, or `1 / N_A` where there is no cell, by pairs; 0 where an element is missing.
  private func factors(
    _ occupants: [[(channel: Int, share: Double)]], volume: Double?
  ) -> [Double] {
    var counts = [Double](repeating: 0, count: channels.count)
    for (channel, share) in occupants.joined() { counts[channel] += share }
    return (0..<channels.count).flatMap { a in
      (a..<channels.count).map { b in
        guard counts[a] > 0, counts[b] > 0 else { return 0 }
        return volume.map { $0 / (counts[a] * counts[b]) } ?? 1 / counts[a]
      }
    }
  }
}
