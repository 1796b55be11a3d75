import Matter

/// Elastic constants of a relaxed system from the stress of small strains.
///
/// Central differences of the stress over strains of ±``strain``. By default the ions relax again
/// in each strained cell, so the constants are those of the static lattice with relaxed ions (for
/// a pure cubic metal relaxed and clamped ions agree by symmetry). The search in the second of
/// two opposite strains starts from the mirrored response to the first and keeps its curvatures.
public struct ElasticResponse: Hashable, Sendable {
  /// The strain on either side of zero.
  public var strain = 4e-3
  /// The largest force component after relaxation in a strained cell, eV/Å.
  public var forceTolerance = 2e-3
  /// Whether the ions follow the strain to their new rest, or only affinely (clamped).
  public var relaxesIons = true

  public init() {}

  /// `B = −V dP/dV` in GPa by isotropic strain.
  ///
  /// - Parameter system: Relaxed; it comes back with its positions and cell as they were.
  /// - Throws: ``PotentialError`` when the atoms leave the range in which neighbors can be found.
  public func bulkModulusGPa(_ system: EmbeddedAtomSystem) throws(PotentialError) -> Double {
    let isotropic = StrainMatrix(diagonal: SIMD3(repeating: 1))
    let slope = try stressSlopes(system, [isotropic])[0]
    return (slope[0] + slope[1] + slope[2]) / 9 * Stress.gigapascals
  }

  /// The 36 constants `C_ij = dσ_i / dε_j` in GPa, Voigt's order, row by row.
  ///
  /// - Parameter system: Relaxed; it comes back with its positions and cell as they were.
  /// - Throws: ``PotentialError`` when the atoms leave the range in which neighbors can be found.
  public func stiffnessGPa(_ system: EmbeddedAtomSystem) throws(PotentialError) -> [Double] {
    let slopes = try stressSlopes(system, (0..<6).map(StrainMatrix.voigt))
    var constants = [Double](repeating: 0, count: 36)
    for j in 0..<6 {
      for i in 0..<6 { constants[6 * i + j] = slopes[j][i] * Stress.gigapascals }
    }
    return constants
  }

  /// dσ/dε along each strain, eV/Å³, Voigt's order.
  private func stressSlopes(
    _ system: EmbeddedAtomSystem, _ directions: [StrainMatrix]
  ) throws(PotentialError) -> [[Double]] {
    let (original, lattice) = (system.positions, system.lattice)
    var memory = LimitedMemory(depth: 24)
    try rest(system, &memory)
    let places = system.positions
    var slopes: [[Double]] = []
    for direction in directions {
      var stresses: [[Double]] = []
      // How far each ion has moved beyond the affine strain, in the frame of the rest.
      var response = [SIMD3<Double>](repeating: .zero, count: places.count)
      for sign in [1.0, -1.0] {
        let f = StrainMatrix.identity + (sign * strain) * direction
        guard let cell = try? Lattice(a: f * lattice.a, b: f * lattice.b, c: f * lattice.c) else {
          preconditionFailure("A strain of \(strain) leaves a cell its volume.")
        }
        let start = places.indices.map { f * (places[$0] - response[$0]) }
        try system.move(to: start, lattice: cell)
        system.evaluate()
        try rest(system, &memory)
        stresses.append(system.stress.voigt)
        let end = system.positions
        for atom in places.indices { response[atom] = end[atom] - f * places[atom] }
      }
      slopes.append((0..<6).map { (stresses[0][$0] - stresses[1][$0]) / (2 * strain) })
    }
    try system.move(to: original, lattice: lattice)
    system.evaluate()
    return slopes
  }

  /// Brings the ions to rest in the cell as it is.
  private func rest(
    _ system: EmbeddedAtomSystem, _ memory: inout LimitedMemory
  ) throws(PotentialError) {
    guard relaxesIons else { return }
    var configuration = Relaxation.Configuration()
    configuration.cell = .fixed
    configuration.forceTolerance = forceTolerance
    configuration.maximumSteps = 100
    _ = try Relaxation(configuration: configuration).relax(system, &memory)
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
