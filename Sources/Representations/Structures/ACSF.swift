public import DenseMath
internal import Foundation
public import Matter

/// Atom-centered symmetry functions: what surrounds an atom, by elements.
///
/// Behler, J. Chem. Phys. 134, 074106 (2011); columns in the order of DScribe 2.1: for each element
/// G1, all G2, all G3, then for each pair of elements all G4, all G5. A neighbor that is shared counts
/// by its shares, two of them by the product: the mean over all fillings of the sites. A structure's
/// row is the mean over its atoms.
public struct ACSF: SiteDescriptor, DifferentiableDescriptor {
  /// `Σ exp(−η (r − R)²) f(r)`
  public struct Radial: Hashable, Sendable {
    /// 1/Å²
    public var eta: Double

    /// Å
    public var shift: Double

    public init(eta: Double, shift: Double) { (self.eta, self.shift) = (eta, shift) }
  }

  /// `2^(1−ζ) Σ (1 + λ cos θ)^ζ exp(−η (r² + …)) f f …`
  public struct Angular: Hashable, Sendable {
    /// 1/Å²
    public var eta: Double

    /// 1 or more.
    public var zeta: Double

    /// Usually 1 or −1.
    public var lambda: Double

    public init(eta: Double, zeta: Double, lambda: Double) {
      (self.eta, self.zeta, self.lambda) = (eta, zeta, lambda)
    }
  }

  public struct Configuration: Hashable, Sendable {
    /// Å
    public var cutoff = 6.0
    public var g2: [Radial] = [0.5, 1.5, 2.5, 3.5, 4.5].map { Radial(eta: 1, shift: $0) }

    /// κ, 1/Å
    public var g3: [Double] = []

    /// With the distance between the two neighbors.
    public var g4: [Angular] = [1.0, -1].flatMap { lambda in
      [1.0, 4].map { Angular(eta: 0.005, zeta: $0, lambda: lambda) }
    }

    /// Without it.
    public var g5: [Angular] = []

    public init() {}
  }

  public let name = "acsf"
  public let configuration: Configuration
  let channels: ElementChannels

  /// - Throws: ``StructureDescriptorError`` for settings that make no sense.
  public init(elements: [Element], _ configuration: Configuration = Configuration()) throws {
    self.configuration = configuration
    channels = try ElementChannels(elements)
    let cutoff = configuration.cutoff
    try StructureDescriptorError.check(
      cutoff.isFinite && cutoff > 0,
      "A cutoff of \(cutoff) Å is not usable; give a distance above 0.")
    for angular in configuration.g4 + configuration.g5 {
      try StructureDescriptorError.check(
        angular.zeta >= 1 && angular.eta >= 0 && abs(angular.lambda) <= 1,
        "G4 and G5 need η of 0 or more, ζ of 1 or more and λ in −1 … 1, not η \(angular.eta), ζ "
          + "\(angular.zeta), λ \(angular.lambda).")
    }
  }

  public var elements: [Element] { channels.elements ?? [] }

  public var settings: String { "\(configuration)" }

  private var radialCount: Int { 1 + configuration.g2.count + configuration.g3.count }
  private var angularCount: Int { configuration.g4.count + configuration.g5.count }
  private var width: Int { channels.count * radialCount + channels.pairCount * angularCount }

  public var columns: [String] {
    let radial =
      ["G1"] + configuration.g2.map { "G2 \($0.eta) \($0.shift)" }
      + configuration.g3.map { "G3 \($0)" }
    let angular =
      configuration.g4.map { "G4 \($0.eta) \($0.zeta) \($0.lambda)" }
      + configuration.g5.map { "G5 \($0.eta) \($0.zeta) \($0.lambda)" }
    // Pairs as DScribe orders them: the lower triangle row by row.
    let symbols = channels.symbols
    return symbols.flatMap { symbol in radial.map { "acsf \($0) \(symbol)" } }
      + symbols.indices.flatMap { i in
        symbols[...i].flatMap { other in angular.map { "acsf \($0) \(other)-\(symbols[i])" } }
      }
  }

  public func siteRows(of structure: AtomicStructure) throws -> Matrix {
    var rows: [Double] = []
    let occupants = try channels.occupants(of: structure, descriptor: name)
    for row in try structure.surroundings(within: configuration.cutoff) {
      var sum = ACSFSum(values: [Double](repeating: 0, count: width), slopes: nil)
      add(row, site: 0, weight: 1, occupants, to: &sum)
      rows += sum.values
    }
    return Matrix(rows: structure.siteCount, columns: width, elements: rows)
  }

  public func row(of structure: AtomicStructure) throws -> [Double] {
    try mean(of: structure, withSlopes: false).values
  }

  public func derivatives(of structure: AtomicStructure) throws -> PositionDerivatives {
    let sum = try mean(of: structure, withSlopes: true)
    var result = sum.slopes ?? PositionDerivatives(row: sum.values, sites: 0)
    result.row = sum.values
    return result
  }

  /// The slopes of each site's numbers, `[sites]`.
  public func siteDerivatives(of structure: AtomicStructure) throws -> [PositionDerivatives] {
    let occupants = try channels.occupants(of: structure, descriptor: name)
    let rows = try structure.surroundings(within: configuration.cutoff)
    return rows.enumerated().map { site, row in
      let zeros = [Double](repeating: 0, count: width)
      let start = PositionDerivatives(row: zeros, sites: structure.siteCount)
      var sum = ACSFSum(values: zeros, slopes: start)
      add(row, site: site, weight: 1, occupants, to: &sum)
      var result = sum.slopes ?? start
      result.row = sum.values
      return result
    }
  }

  private func mean(of structure: AtomicStructure, withSlopes: Bool) throws -> ACSFSum {
    let occupants = try channels.occupants(of: structure, descriptor: name)
    let zeros = [Double](repeating: 0, count: width)
    var sum = ACSFSum(
      values: zeros,
      slopes: withSlopes ? PositionDerivatives(row: zeros, sites: structure.siteCount) : nil)
    let shares = occupants.map { $0.reduce(0) { $0 + $1.share } }
    let atoms = shares.reduce(0, +)
    for (site, row) in try structure.surroundings(within: configuration.cutoff).enumerated() {
      add(row, site: site, weight: shares[site] / atoms, occupants, to: &sum)
    }
    return sum
  }

  private func add(
    _ neighbors: [AtomicNeighbor], site: Int, weight: Double,
    _ occupants: [[(channel: Int, share: Double)]], to sum: inout ACSFSum
  ) {
    for neighbor in neighbors {
      let values = radialValues(neighbor.distance)
      for (channel, share) in occupants[neighbor.site] {
        for (place, value) in values.enumerated() {
          sum.add(
            weight * share * value.value, to: channel * radialCount + place,
            slope: weight * share * value.slope / neighbor.distance * neighbor.vector,
            at: neighbor.site, from: site)
        }
      }
    }
    guard angularCount > 0 else { return }
    let start = channels.count * radialCount
    for (place, first) in neighbors.enumerated() {
      for second in neighbors[(place + 1)...] {
        let triple = ACSFTriple(first, second, cutoff: configuration.cutoff)
        for (channel, share) in occupants[first.site] {
          for (other, part) in occupants[second.site] {
            let (low, high) = (min(channel, other), max(channel, other))
            let column = start + (high * (high + 1) / 2 + low) * angularCount
            triple.add(
              configuration, weight * share * part, to: &sum, column: column,
              sites: (site, first.site, second.site))
          }
        }
      }
    }
  }

  /// G1, G2 and G3 of one neighbor and their slopes with its distance.
  private func radialValues(_ distance: Double) -> [(value: Double, slope: Double)] {
    let fade = CosineFade(distance, cutoff: configuration.cutoff)
    var values = [(fade.value, fade.slope)]
    for radial in configuration.g2 {
      let offset = distance - radial.shift
      let bell = exp(-radial.eta * offset * offset)
      values.append(
        (bell * fade.value, bell * (fade.slope - 2 * radial.eta * offset * fade.value)))
    }
    for kappa in configuration.g3 {
      let (wave, rate) = (cos(kappa * distance), -kappa * sin(kappa * distance))
      values.append((wave * fade.value, wave * fade.slope + rate * fade.value))
    }
    return values
  }
}

/// `½ (cos(π r / cutoff) + 1)`, 0 from the cutoff on.
struct CosineFade {
  let value: Double
  let slope: Double

  init(_ distance: Double, cutoff: Double) {
    guard distance < cutoff else {
      (value, slope) = (0, 0)
      return
    }
    let phase = Double.pi * distance / cutoff
    value = 0.5 * (cos(phase) + 1)
    slope = -0.5 * Double.pi / cutoff * sin(phase)
  }
}
