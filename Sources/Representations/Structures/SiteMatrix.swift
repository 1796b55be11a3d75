public import DenseMath
internal import Foundation
internal import Matter

/// A symmetric matrix of electrostatic character over the sites of a structure.
///
/// Shared sites count with their expectation: an element between two sites holds the product of their
/// mean atomic numbers, the diagonal the mean of the occupants' own terms; a vacancy has the number 0.
public struct SiteMatrix: Sendable {
  public enum Kind: Hashable, Sendable {
    /// `Z_i Z_j / |r_i − r_j|`, diagonal `0.5 Z^2.4`: Rupp et al., Phys. Rev. Lett. 108, 058301
    /// (2012). The cell of a crystal counts as a molecule.
    case coulomb

    /// The same with the periodic `|A sin²(π A⁻¹ (r_i − r_j))|` for the distance: Faber et al., Int. J.
    /// Quantum Chem. 115, 1094 (2015), equation 24.
    case sine

    /// The Coulomb energy of a lattice of point charges `Z_i`, `Z_j` in a neutralizing background:
    /// Faber et al., equations 19–22. The sum of the upper triangle with its diagonal is the energy
    /// of the crystal, e²/Å.
    case ewald(EwaldAccuracy)
  }

  /// `[sites, sites]`
  public private(set) var matrix: Matrix

  /// How element `(i, j)` changes with the position of site `i`, `[sites, sites]`; with that of site
  /// `j` it changes by the opposite. Empty where slopes were not asked for.
  public private(set) var slopes: [SIMD3<Double>]

  /// - Parameter withSlopes: Whether ``slopes`` are wanted.
  /// - Throws: ``StructureDescriptorError`` when sites coincide, or where a cell is needed and there is
  ///   none; ``NeighborListError`` when the Ewald sum does not fit.
  public init(_ kind: Kind, of structure: AtomicStructure, withSlopes: Bool = false) throws {
    let count = structure.siteCount
    matrix = Matrix(rows: count, columns: count)
    slopes = [SIMD3<Double>](repeating: .zero, count: withSlopes ? count * count : 0)
    switch kind {
    case .coulomb: try fillCoulomb(structure)
    case .sine: try fillSine(structure)
    case .ewald(let accuracy): try fillEwald(structure, accuracy)
    }
  }

  private mutating func fillCoulomb(_ structure: AtomicStructure) throws {
    try fillPairs(structure) { i, j in
      let vector = structure.positions[i] - structure.positions[j]
      return (vector, vector)
    }
  }

  private mutating func fillSine(_ structure: AtomicStructure) throws {
    guard let lattice = structure.lattice else {
      throw StructureDescriptorError.notPeriodic(descriptor: "the sine matrix")
    }
    let places = structure.positions.map(lattice.fractional)
    let (a, b, c) = (lattice.a, lattice.b, lattice.c)
    let (u, v, w) = lattice.reciprocal
    try fillPairs(structure) { i, j in
      let difference = places[i] - places[j]
      let step = difference - difference.rounded(.toNearestOrEven)
      let sines = SIMD3(sin(.pi * step.x), sin(.pi * step.y), sin(.pi * step.z))
      let cosines = SIMD3(cos(.pi * step.x), cos(.pi * step.y), cos(.pi * step.z))
      let bent = lattice.cartesian(sines * sines)
      let rates = 2 * .pi * sines * cosines
      return (
        bent, dot(bent, a) * rates.x * u + dot(bent, b) * rates.y * v + dot(bent, c) * rates.z * w
      )
    }
  }

  /// Elements `Z_i Z_j / |d|`.
  ///
  /// - Parameter difference: `d` for two sites, and the gradient of `|d|²/2` by the position of the
  ///   first.
  private mutating func fillPairs(
    _ structure: AtomicStructure,
    _ difference: (Int, Int) -> (SIMD3<Double>, SIMD3<Double>)
  ) throws {
    let charges = structure.meanAtomicNumbers
    let count = charges.count
    for i in 0..<count {
      matrix[i, i] = structure.occupants(of: i).reduce(0) {
        $0 + $1.share * 0.5 * pow(Double($1.element.atomicNumber), 2.4)
      }
      for j in i + 1..<max(count, i + 1) {
        let (vector, gradient) = difference(i, j)
        let distance = length(vector)
        guard distance > 1e-9 else { throw StructureDescriptorError.coincidentSites(i, j) }
        let value = charges[i] * charges[j] / distance
        set(i, j, value, slope: -value / (distance * distance) * gradient)
      }
    }
  }

  private mutating func fillEwald(
    _ structure: AtomicStructure, _ accuracy: EwaldAccuracy
  ) throws {
    let sum = try EwaldSum(of: structure, accuracy)
    let charges = structure.meanAtomicNumbers
    let pairs = try sum.pairs(withSlopes: !slopes.isEmpty)
    let count = charges.count
    for i in 0..<count {
      let square = structure.occupants(of: i).reduce(0) {
        $0 + $1.share * Double($1.element.atomicNumber * $1.element.atomicNumber)
      }
      matrix[i, i] = square * pairs.potentials[i * count + i]
      for j in i + 1..<max(count, i + 1) {
        let product = charges[i] * charges[j]
        set(
          i, j, product * pairs.potentials[i * count + j],
          slope: slopes.isEmpty ? .zero : product * pairs.slopes[i * count + j])
      }
    }
  }

  private mutating func set(_ i: Int, _ j: Int, _ value: Double, slope: SIMD3<Double>) {
    matrix[i, j] = value
    matrix[j, i] = value
    guard !slopes.isEmpty else { return }
    slopes[i * matrix.rows + j] = slope
    slopes[j * matrix.rows + i] = -slope
  }
}

extension AtomicStructure {
  /// The mean atomic number of each site, vacancies with 0, `[sites]`.
  var meanAtomicNumbers: [Double] {
    positions.indices.map { site in
      occupants(of: site).reduce(0) { $0 + $1.share * Double($1.element.atomicNumber) }
    }
  }
}
