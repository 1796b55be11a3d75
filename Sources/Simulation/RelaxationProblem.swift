import Matter

/// Energy as a function of displacements and strains.
struct RelaxationProblem {
  private let system: EmbeddedAtomSystem
  private let configuration: Relaxation.Configuration
  private let start: [SIMD3<Double>]
  private let lattice: Lattice
  private let strains: [StrainMatrix]
  /// One unit of a strain variable is this much less strain: both kinds of variable then have
  /// about the stiffness of ``stiffness``.
  private let strainScale: Double
  private let volume: Double
  private var deformation = StrainMatrix.identity
  private var currentVolume: Double

  /// A typical curvature, eV/Å²: only the very first step depends on it.
  let stiffness = 10.0

  /// Variables: three for each atom, then the strains.
  var count: Int { 3 * start.count + strains.count }

  init(_ system: EmbeddedAtomSystem, _ configuration: Relaxation.Configuration) {
    self.system = system
    self.configuration = configuration
    start = system.positions
    lattice = system.lattice
    strains = configuration.cell.strains
    volume = lattice.volume
    currentVolume = volume
    // Positions resist with about 4 B (V/N)^⅓, uniform strain with 9 B V.
    strainScale =
      (9 * volume / (4 * cubeRoot(volume / Double(start.count)))).squareRoot()
  }

  /// Puts the system at a point; returns energy and gradient.
  mutating func evaluate(_ point: [Double]) throws(PotentialError) -> (Double, [Double]) {
    var f = StrainMatrix.identity
    let first = 3 * start.count
    for (k, strain) in strains.enumerated() {
      f = f + (point[first + k] / strainScale) * strain
    }
    deformation = f
    let cell: Lattice
    do {
      cell = try Lattice(a: f * lattice.a, b: f * lattice.b, c: f * lattice.c)
    } catch {
      return (.infinity, [Double](repeating: 0, count: count))
    }
    currentVolume = cell.volume
    var places = start
    for i in 0..<start.count {
      places[i] = f * (start[i] + SIMD3(point[3 * i], point[3 * i + 1], point[3 * i + 2]))
    }
    try system.move(to: places, lattice: cell)
    system.evaluate()
    var gradient = [Double](repeating: 0, count: count)
    let forces = system.pairs.forces.base
    let back = f.transposed
    for i in 0..<start.count {
      let g = back * forces[i].xyz
      gradient[3 * i] = -g.x
      gradient[3 * i + 1] = -g.y
      gradient[3 * i + 2] = -g.z
    }
    let pull = system.stress.matrix * f.inverseTransposed
    for (k, strain) in strains.enumerated() {
      gradient[first + k] = currentVolume * pull.contracted(strain) / strainScale
    }
    return (system.energy, gradient)
  }

  func isConverged(_ gradient: [Double]) -> Bool {
    let first = 3 * start.count
    for k in 0..<first where !(abs(gradient[k]) <= configuration.forceTolerance) { return false }
    let limit = configuration.stressToleranceGPa / Stress.gigapascals
    for (k, strain) in strains.enumerated() {
      // The work of a strain is V σ:ε; its mean over the strain's weight is a stress.
      let weight = strain.contracted(strain)
      let stress = gradient[first + k] * strainScale / (currentVolume * weight)
      if !(abs(stress) <= limit) { return false }
    }
    return true
  }

  /// The longest step along a direction that moves no atom too far, at most 1.
  func allowedLength(_ direction: [Double]) -> Double {
    var farthest = 0.0
    for i in 0..<start.count {
      let d = SIMD3(direction[3 * i], direction[3 * i + 1], direction[3 * i + 2])
      farthest = max(farthest, dot(d, d))
    }
    var length = 1.0
    if farthest > 0 { length = min(length, configuration.maximumMove / farthest.squareRoot()) }
    for k in 3 * start.count..<count {
      let strain = abs(direction[k]) / strainScale
      if strain > 0.04 { length = min(length, 0.04 / strain) }
    }
    return length
  }

  /// Å², about the mean displacement, in the frame of the starting cell.
  func meanSquareDisplacement(_ point: [Double]) -> Double {
    var (sum, squares) = (SIMD3<Double>.zero, 0.0)
    for i in 0..<start.count {
      let d = SIMD3(point[3 * i], point[3 * i + 1], point[3 * i + 2])
      sum += d
      squares += dot(d, d)
    }
    let count = Double(start.count)
    return squares / count - dot(sum, sum) / (count * count)
  }

  func displacements(_ point: [Double]) -> [SIMD3<Double>] {
    (0..<start.count).map {
      deformation * SIMD3(point[3 * $0], point[3 * $0 + 1], point[3 * $0 + 2])
    }
  }
}
