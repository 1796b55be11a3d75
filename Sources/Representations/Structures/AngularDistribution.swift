internal import Foundation
public import Matter

/// How often bonds meet at each angle, in degrees.
///
/// `Σ f(r_ij) f(r_ik) δ(θ − θ_jik) / N`, smeared by Gaussians, where `f` fades out towards the cutoff
/// so that the numbers change smoothly when atoms come and go, and `N` counts the atoms (of the
/// element in the middle). At 0 and 180° the Gaussians are folded back, so that angles near them lose
/// nothing. A shared site counts by its shares, three atoms by their product.
public struct AngularDistribution: DifferentiableDescriptor {
  public let name = "adf"
  let channels: ElementChannels
  let grid: SmearedGrid
  private let cutoff: Double

  /// - Parameters:
  ///   - elements: A distribution for each of these in the middle and each pair at the ends; `nil` for
  ///     one of all atoms.
  ///   - cutoff: Å; longer bonds do not count.
  ///   - bins: From 0 to 180°; 1 or more.
  ///   - smearing: Standard deviation, degrees.
  /// - Throws: ``StructureDescriptorError`` for settings that make no sense.
  public init(
    elements: [Element]? = nil, cutoff: Double = 5, bins: Int = 36, smearing: Double = 5
  ) throws {
    try StructureDescriptorError.check(
      cutoff.isFinite && cutoff > 0 && smearing > 0 && smearing < 25
        && (1...100_000).contains(bins),
      "A distribution of angles between bonds to \(cutoff) Å in \(bins) bins smeared by "
        + "\(smearing)° is not usable; give positive numbers and a smearing below 25°.")
    channels = try ElementChannels(elements)
    let step = 180 / Double(bins)
    grid = SmearedGrid(low: step / 2, step: step, count: bins, width: smearing)
    self.cutoff = cutoff
  }

  public var settings: String { "\(cutoff) \(grid.width)" }

  public var columns: [String] {
    let labels = grid.labels
    let ends = channels.pairSymbols
    return channels.symbols.flatMap { center in
      ends.flatMap { pair in labels.map { "adf \(pair) at \(center) \($0)" } }
    }
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
      row: [Double](repeating: 0, count: channels.count * channels.pairCount * grid.count),
      sites: withSlopes ? structure.siteCount : 0)
    var counts = [Double](repeating: 0, count: channels.count)
    for (channel, share) in occupants.joined() { counts[channel] += share }
    for (site, row) in try structure.surroundings(within: cutoff).enumerated() {
      for (place, first) in row.enumerated() {
        for second in row[(place + 1)...] {
          let bend = Bend(first, second, cutoff: cutoff)
          for (center, filling) in occupants[site] {
            for (a, share) in occupants[first.site] {
              for (b, part) in occupants[second.site] {
                add(
                  bend, weight: filling * share * part / counts[center],
                  block: center * channels.pairCount + channels.pair(a, b),
                  sites: (site, first.site, second.site), withSlopes, to: &result)
              }
            }
          }
        }
      }
    }
    return result
  }

  private func add(
    _ bend: Bend, weight: Double, block: Int, sites: (Int, Int, Int), _ withSlopes: Bool,
    to result: inout PositionDerivatives
  ) {
    for (angle, turn) in [(bend.degrees, 1.0), (-bend.degrees, -1), (360 - bend.degrees, -1)] {
      grid.spread(angle) { bin, density, slope in
        let column = block * grid.count + bin
        result.row[column] += weight * bend.fade * density
        guard withSlopes else { return }
        let rate = bend.fade * slope * turn
        let a = weight * (rate * bend.slopes.0 + density * bend.fadeSlopes.0)
        let b = weight * (rate * bend.slopes.1 + density * bend.fadeSlopes.1)
        result.add(a, to: column, site: sites.1)
        result.add(b, to: column, site: sites.2)
        result.add(-(a + b), to: column, site: sites.0)
      }
    }
  }

  /// Two bonds that meet.
  private struct Bend {
    let degrees: Double

    /// Of the angle, by the positions of the two ends, degrees/Å; 0 where the bonds are in line, where
    /// the folded Gaussians are flat.
    let slopes: (SIMD3<Double>, SIMD3<Double>)
    let fade: Double
    let fadeSlopes: (SIMD3<Double>, SIMD3<Double>)

    init(_ first: AtomicNeighbor, _ second: AtomicNeighbor, cutoff: Double) {
      let angle = BondAngle(first, second)
      degrees = acos(angle.cosine) * 180 / .pi
      let sine = (1 - angle.cosine * angle.cosine).squareRoot()
      let rate = sine > 1e-7 ? -180 / .pi / sine : 0
      slopes = (rate * angle.slopes.0, rate * angle.slopes.1)
      let fades = (
        CosineFade(first.distance, cutoff: cutoff), CosineFade(second.distance, cutoff: cutoff)
      )
      fade = fades.0.value * fades.1.value
      fadeSlopes = (
        fades.0.slope * fades.1.value / first.distance * first.vector,
        fades.1.slope * fades.0.value / second.distance * second.vector
      )
    }
  }
}
