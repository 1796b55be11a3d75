import Matter

/// Elastic constants of a relaxed system from the stress of small strains.
///
/// Central differences of the stress over strains of ±``strain``; after each strain the ions
/// relax again in the strained cell, so the constants are those of the static lattice with
/// relaxed ions (for a pure cubic metal relaxed and clamped ions agree by symmetry).
public struct ElasticResponse: Hashable, Sendable {
  /// The strain on either side of zero.
  public var strain = 2e-3
  /// The largest force component after relaxation in the strained cell, eV/Å.
  public var forceTolerance = 1e-3

  public init() {}

  /// `B = −V dP/dV` in GPa by isotropic strain.
  ///
  /// - Parameter system: Relaxed; it comes back with its positions and cell as they were.
  /// - Throws: ``PotentialError`` when the atoms leave the range in which neighbors can be found.
  public func bulkModulusGPa(_ system: EmbeddedAtomSystem) throws(PotentialError) -> Double {
    let isotropic = StrainMatrix(diagonal: SIMD3(repeating: 1))
    let slope = try stressSlope(system, isotropic)
    return (slope[0] + slope[1] + slope[2]) / 9 * Stress.gigapascals
  }

  /// The 36 constants `C_ij = dσ_i / dε_j` in GPa, Voigt's order, row by row.
  ///
  /// - Parameter system: Relaxed; it comes back with its positions and cell as they were.
  /// - Throws: ``PotentialError`` when the atoms leave the range in which neighbors can be found.
  public func stiffnessGPa(_ system: EmbeddedAtomSystem) throws(PotentialError) -> [Double] {
    var constants = [Double](repeating: 0, count: 36)
    for j in 0..<6 {
      let slope = try stressSlope(system, StrainMatrix.voigt(j))
      for i in 0..<6 { constants[6 * i + j] = slope[i] * Stress.gigapascals }
    }
    return constants
  }

  /// dσ/dε along one strain, eV/Å³, Voigt's order.
  private func stressSlope(
    _ system: EmbeddedAtomSystem, _ direction: StrainMatrix
  ) throws(PotentialError) -> [Double] {
    let (places, lattice) = (system.positions, system.lattice)
    let forward = try stress(system, places, lattice, strain, direction)
    let backward = try stress(system, places, lattice, -strain, direction)
    try system.move(to: places, lattice: lattice)
    return (0..<6).map { (forward[$0] - backward[$0]) / (2 * strain) }
  }

  private func stress(
    _ system: EmbeddedAtomSystem, _ places: [SIMD3<Double>], _ lattice: Lattice,
    _ amount: Double, _ direction: StrainMatrix
  ) throws(PotentialError) -> [Double] {
    let f = StrainMatrix.identity + amount * direction
    guard let cell = try? Lattice(a: f * lattice.a, b: f * lattice.b, c: f * lattice.c) else {
      preconditionFailure("A strain of \(amount) leaves a cell its volume.")
    }
    try system.move(to: places.map { f * $0 }, lattice: cell)
    var configuration = Relaxation.Configuration()
    configuration.cell = .fixed
    configuration.forceTolerance = forceTolerance
    _ = try Relaxation(configuration: configuration).relax(system)
    return system.stress.voigt
  }
}

/// The three constants of a cubic crystal, GPa.
public struct CubicConstants: Codable, Hashable, Sendable {
  public let c11: Double
  public let c12: Double
  public let c44: Double

  /// The cubic average of 36 constants whose axes lie along the cube's: means over the
  /// equivalent entries, so that the isotropic part is kept exactly.
  public init(averaging c: [Double]) {
    precondition(c.count == 36, "\(c.count) elastic constants instead of 36.")
    c11 = (c[0] + c[7] + c[14]) / 3
    c12 = (c[1] + c[2] + c[8] + c[6] + c[12] + c[13]) / 6
    c44 = (c[21] + c[28] + c[35]) / 3
  }

  /// (C11 + 2 C12) / 3.
  public var bulkModulus: Double { (c11 + 2 * c12) / 3 }
}
