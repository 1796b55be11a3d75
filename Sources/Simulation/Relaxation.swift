import Matter

/// Moves atoms and cell to the nearest minimum of the energy.
///
/// Limited-memory BFGS (Nocedal, Math. Comput. 35, 773 (1980)) over positions and strain at once.
/// Positions are taken in the frame of the starting cell and strains are scaled so that both
/// have comparable stiffness; a step that raises the energy is shortened.
public struct Relaxation: Hashable, Sendable {
  public struct Configuration: Codable, Hashable, Sendable {
    public var cell = CellFreedom.full
    /// The largest force component at convergence, eV/Å.
    public var forceTolerance = 1e-3
    /// The largest free stress component at convergence, GPa.
    public var stressToleranceGPa = 0.01
    /// The most steps before giving up.
    public var maximumSteps = 500
    /// No atom moves farther in one step, Å.
    public var maximumMove = 0.2

    public init() {}
  }

  /// What came of it.
  public struct Outcome: Hashable, Sendable {
    /// Whether both tolerances were met; otherwise the atoms stand where the search ended.
    public let isConverged: Bool
    /// Steps taken, and evaluations of the energy, at least one more.
    public let steps: Int
    public let evaluations: Int
    /// eV.
    public let energy: Double
    /// The displacement of each atom in the frame of the relaxed cell, Å: position less the
    /// starting position carried along with the cell.
    public let displacements: [SIMD3<Double>]
  }

  public let configuration: Configuration

  public init(configuration: Configuration = .init()) { self.configuration = configuration }

  /// Relaxes a system in place.
  ///
  /// - Throws: ``PotentialError`` when the atoms leave the range in which neighbors can be found.
  public func relax(_ system: EmbeddedAtomSystem) throws(PotentialError) -> Outcome {
    var problem = RelaxationProblem(system, configuration)
    var memory = LimitedMemory(depth: 16)
    var point = [Double](repeating: 0, count: problem.count)
    var (energy, gradient) = try problem.evaluate(point)
    var evaluations = 1
    var steps = 0
    while steps < configuration.maximumSteps && !problem.isConverged(gradient) {
      var direction = memory.direction(gradient, stiffness: problem.stiffness)
      var slope = Self.product(direction, gradient)
      if !(slope < 0) {  // lost curvature: start again downhill
        memory.reset()
        direction = memory.direction(gradient, stiffness: problem.stiffness)
        slope = Self.product(direction, gradient)
      }
      var length = problem.allowedLength(direction)
      var trial = point
      var accepted = false
      for _ in 0..<12 {
        for k in 0..<point.count { trial[k] = point[k] + length * direction[k] }
        let (value, slopes) = try problem.evaluate(trial)
        evaluations += 1
        // Armijo's condition, with room for rounding of the energy.
        if value <= energy + 1e-4 * length * slope + 1e-12 * abs(energy) {
          memory.remember(point, trial, gradient, slopes)
          (point, energy, gradient) = (trial, value, slopes)
          accepted = true
          break
        }
        length *= 0.35
      }
      steps += 1
      if !accepted {
        if memory.isEmpty { break }
        memory.reset()
      }
    }
    let isConverged = problem.isConverged(gradient)
    // A rejected trial may have been the last: leave the system at the best point.
    (energy, gradient) = try problem.evaluate(point)
    return Outcome(
      isConverged: isConverged, steps: steps, evaluations: evaluations + 1, energy: energy,
      displacements: problem.displacements(point))
  }

  private static func product(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for k in 0..<a.count { sum += a[k] * b[k] }
    return sum
  }
}

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
    let back = f.transposed
    for i in 0..<start.count {
      let g = back * system.force[i].xyz
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

  func displacements(_ point: [Double]) -> [SIMD3<Double>] {
    (0..<start.count).map {
      deformation * SIMD3(point[3 * $0], point[3 * $0 + 1], point[3 * $0 + 2])
    }
  }
}

/// The last steps of a minimization and the quasi-Newton direction that they imply.
struct LimitedMemory {
  private let depth: Int
  private var steps: [[Double]] = []
  private var changes: [[Double]] = []
  private var curvatures: [Double] = []

  init(depth: Int) { self.depth = depth }

  var isEmpty: Bool { steps.isEmpty }

  mutating func reset() {
    steps.removeAll()
    changes.removeAll()
    curvatures.removeAll()
  }

  /// Keeps a step and the change of the gradient along it, if the curvature is positive.
  mutating func remember(
    _ old: [Double], _ new: [Double], _ oldGradient: [Double], _ newGradient: [Double]
  ) {
    var step = new
    var change = newGradient
    var (curvature, stepSquare, changeSquare) = (0.0, 0.0, 0.0)
    for k in 0..<step.count {
      step[k] -= old[k]
      change[k] -= oldGradient[k]
      curvature += step[k] * change[k]
      stepSquare += step[k] * step[k]
      changeSquare += change[k] * change[k]
    }
    guard curvature > 1e-8 * (stepSquare * changeSquare).squareRoot() else { return }
    if steps.count == depth {
      steps.removeFirst()
      changes.removeFirst()
      curvatures.removeFirst()
    }
    steps.append(step)
    changes.append(change)
    curvatures.append(curvature)
  }

  /// Minus the approximate inverse Hessian times the gradient, by the two-loop recursion.
  func direction(_ gradient: [Double], stiffness: Double) -> [Double] {
    var q = gradient
    var weights = [Double](repeating: 0, count: steps.count)
    for m in steps.indices.reversed() {
      let weight = Self.product(steps[m], q) / curvatures[m]
      weights[m] = weight
      Self.add(-weight, changes[m], to: &q)
    }
    var scale = 1 / stiffness
    if let change = changes.last, let curvature = curvatures.last {
      scale = curvature / Self.product(change, change)
    }
    for k in q.indices { q[k] *= scale }
    for m in steps.indices {
      let correction = weights[m] - Self.product(changes[m], q) / curvatures[m]
      Self.add(correction, steps[m], to: &q)
    }
    for k in q.indices { q[k] = -q[k] }
    return q
  }

  private static func product(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for k in 0..<a.count { sum += a[k] * b[k] }
    return sum
  }

  private static func add(_ scale: Double, _ a: [Double], to b: inout [Double]) {
    for k in 0..<a.count { b[k] += scale * a[k] }
  }
}
