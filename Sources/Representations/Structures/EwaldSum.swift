internal import Foundation
internal import Matter

/// How far an Ewald sum goes.
public struct EwaldAccuracy: Hashable, Sendable {
  /// The size of the first terms left out, as a share of those of the nearest; in 0 ..< 1.
  public let tolerance: Double

  /// Width of the screening charges, 1/Å; `nil` for the one that makes both sums equally long.
  public let screening: Double?

  /// - Throws: ``StructureDescriptorError`` for numbers that are no accuracy.
  public init(tolerance: Double = 1e-8, screening: Double? = nil) throws {
    guard tolerance > 0, tolerance < 1 else {
      throw StructureDescriptorError.badSetting(
        "An accuracy of \(tolerance) is not usable; give a number above 0 and below 1.")
    }
    guard screening.map({ $0.isFinite && $0 > 0 }) ?? true else {
      throw StructureDescriptorError.badSetting(
        "A screening of \(screening ?? 0) per Å is not usable; give a number above 0.")
    }
    (self.tolerance, self.screening) = (tolerance, screening)
  }

  private init(checked tolerance: Double) { (self.tolerance, screening) = (tolerance, nil) }

  public static let fine = EwaldAccuracy(checked: 1e-8)
  static let coarse = EwaldAccuracy(checked: 1e-5)
}

/// The Coulomb interaction of point charges that a lattice repeats, in a neutralizing background.
///
/// Ewald, Ann. Phys. 369, 253 (1921), in the form of Toukmaji and Board, Comput. Phys. Commun. 95, 73
/// (1996); cutoffs after Jackson and Catlow, Mol. Simul. 1, 207 (1988): `a = √π (N/V²)^(1/6)`,
/// `√(−ln tolerance)/a` in real and `2a √(−ln tolerance)` in reciprocal space. The result does not
/// depend on `a` within the tolerance.
struct EwaldSum {
  let structure: AtomicStructure
  let screening: Double
  let realCutoff: Double
  let volume: Double

  /// One of each two opposite reciprocal vectors, 2π included, 1/Å.
  let waves: [SIMD3<Double>]

  /// `8π/V exp(−G²/4a²)/G²`, `[waves]`: both opposite vectors together.
  let weights: [Double]

  /// More waves than this are refused.
  static let mostWaves = 4_000_000

  init(of structure: AtomicStructure, _ accuracy: EwaldAccuracy) throws {
    guard let given = structure.lattice else {
      throw StructureDescriptorError.notPeriodic(descriptor: "the Ewald sum")
    }
    let lattice = given.niggliReduced().lattice
    volume = lattice.volume
    let sites = Double(structure.siteCount)
    let a = accuracy.screening ?? Double.pi.squareRoot() * pow(sites / (volume * volume), 1.0 / 6)
    let reach = (-log(accuracy.tolerance)).squareRoot()
    screening = a
    realCutoff = reach / a
    waves = try Self.waves(of: lattice, within: 2 * a * reach)
    let prefactor = 8 * Double.pi / volume
    weights = waves.map { wave in
      let square = dot(wave, wave)
      return prefactor * exp(-square / (4 * a * a)) / square
    }
    self.structure = structure
  }

  /// What one charge feels per unit of another, `[sites, sites]`, e²/Å: `Σ q_i q_j p_ij` over `i < j`
  /// plus `Σ q_i² p_ii` is the energy. Also how `p_ij` changes with the position of site `i`.
  func pairs(withSlopes: Bool) throws -> (potentials: [Double], slopes: [SIMD3<Double>]) {
    let count = structure.siteCount
    var values = [Double](repeating: 0, count: count * count)
    var slopes = [SIMD3<Double>](repeating: .zero, count: withSlopes ? count * count : 0)
    try addNear(&values, &slopes)
    addWaves(&values, &slopes)
    let background = -Double.pi / (volume * screening * screening)
    for i in 0..<count {
      for j in 0..<count { values[i * count + j] += background }
      // Each pair of a site with its own images is seen from both ends.
      values[i * count + i] *= 0.5
      values[i * count + i] -= screening / Double.pi.squareRoot()
    }
    return (values, slopes)
  }

  private func addNear(_ values: inout [Double], _ slopes: inout [SIMD3<Double>]) throws {
    let count = structure.siteCount
    let list = try structure.neighbors(within: realCutoff)
    for i in 0..<count {
      for pair in list.offsets[i]..<list.offsets[i + 1] {
        let j = Int(list.sites[pair])
        let (value, slope) = try near(list.vectors[pair], i, j)
        values[i * count + j] += value
        if !slopes.isEmpty, i != j { slopes[i * count + j] += slope }
      }
    }
  }

  /// `erfc(a r)/r` and its slope with the site that the vector starts from.
  private func near(
    _ vector: SIMD3<Double>, _ i: Int, _ j: Int
  ) throws -> (Double, SIMD3<Double>) {
    let distance = length(vector)
    guard distance > 1e-9 else {
      throw StructureDescriptorError.coincidentSites(min(i, j), max(i, j))
    }
    let x = screening * distance
    let value = erfc(x) / distance
    let rate = value + 2 * screening / Double.pi.squareRoot() * exp(-x * x)
    return (value, rate / (distance * distance) * vector)
  }

  private func addWaves(_ values: inout [Double], _ slopes: inout [SIMD3<Double>]) {
    let positions = structure.positions
    let count = positions.count
    var cosines = [Double](repeating: 0, count: count)
    var sines = cosines
    for (wave, weight) in zip(waves, weights) {
      for site in 0..<count {
        let phase = dot(wave, positions[site])
        (cosines[site], sines[site]) = (cos(phase), sin(phase))
      }
      for i in 0..<count {
        let (c, s) = (weight * cosines[i], weight * sines[i])
        for j in 0..<count { values[i * count + j] += c * cosines[j] + s * sines[j] }
        guard !slopes.isEmpty else { continue }
        for j in 0..<count where j != i {
          slopes[i * count + j] += (c * sines[j] - s * cosines[j]) * wave
        }
      }
    }
  }

  /// The share of each site in the energy of point charges, e²/Å; their sum is the energy of the cell.
  ///
  /// - Parameter charges: `[sites]`
  func siteEnergies(of charges: [Double]) throws -> [Double] {
    let list = try structure.neighbors(within: realCutoff)
    let total = charges.reduce(0, +)
    let background = Double.pi / (2 * volume * screening * screening) * total
    var energies: [Double] = []
    for (i, charge) in charges.enumerated() {
      var potential = -2 * screening / Double.pi.squareRoot() * charge - 2 * background
      for pair in list.offsets[i]..<list.offsets[i + 1] {
        let j = Int(list.sites[pair])
        potential += charges[j] * (try near(list.vectors[pair], i, j)).0
      }
      energies.append(0.5 * charge * potential)
    }
    var (cosines, sines) = (energies, energies)
    for (wave, weight) in zip(waves, weights) {
      var (c, s) = (0.0, 0.0)
      for (site, charge) in charges.enumerated() {
        let phase = dot(wave, structure.positions[site])
        (cosines[site], sines[site]) = (charge * cos(phase), charge * sin(phase))
        c += cosines[site]
        s += sines[site]
      }
      for site in energies.indices {
        energies[site] += 0.5 * weight * (c * cosines[site] + s * sines[site])
      }
    }
    return energies
  }

  /// One of each two opposite points of the reciprocal lattice in a sphere, without the origin.
  private static func waves(
    of lattice: Lattice, within radius: Double
  ) throws -> [SIMD3<Double>] {
    let (u, v, w) = lattice.reciprocal
    let bounds = [lattice.a, lattice.b, lattice.c].map { radius * length($0) / (2 * .pi) }
    let expected = bounds.reduce(1) { $0 * (2 * $1 + 1) }
    guard expected < 4 * Double(mostWaves) else {
      throw StructureDescriptorError.tooLarge(
        "The Ewald sum of this cell would need about \(Int(min(expected, 1e15))) waves, more than "
          + "\(mostWaves); lower the accuracy or give a smaller cell.")
    }
    let (h, k, l) = (Int(bounds[0]), Int(bounds[1]), Int(bounds[2]))
    var waves: [SIMD3<Double>] = []
    for x in 0...h {
      for y in (x == 0 ? 0 : -k)...k {
        for z in (x == 0 && y == 0 ? 1 : -l)...max(l, x == 0 && y == 0 ? 1 : -l) {
          guard z <= l else { continue }
          let wave = 2 * .pi * (Double(x) * u + Double(y) * v + Double(z) * w)
          if dot(wave, wave) < radius * radius { waves.append(wave) }
        }
      }
    }
    return waves
  }
}
