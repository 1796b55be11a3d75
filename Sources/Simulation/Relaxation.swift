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
    /// The search ends early when the root mean square of the displacements from the start, less
    /// their mean, passes this many Å: atoms have left their sites. `nil`: never.
    public var displacementLimit: Double?

    public init() {}
  }

  /// What came of it.
  public struct Outcome: Hashable, Sendable {
    /// Whether both tolerances were met; otherwise the atoms stand where the search ended.
    public let isConverged: Bool
    /// Whether the search ended because of ``Configuration/displacementLimit``.
    public let hasLeftSites: Bool
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
    var memory = LimitedMemory(depth: 16)
    return try relax(system, &memory)
  }

  /// Relaxes with the curvatures that a relaxation of the same variables has left behind.
  func relax(
    _ system: EmbeddedAtomSystem, _ memory: inout LimitedMemory
  ) throws(PotentialError) -> Outcome {
    var problem = RelaxationProblem(system, configuration)
    var point = [Double](repeating: 0, count: problem.count)
    var (energy, gradient) = try problem.evaluate(point)
    var (steps, evaluations, hasLeftSites) = (0, 1, false)
    while steps < configuration.maximumSteps && !problem.isConverged(gradient) && !hasLeftSites {
      let (direction, slope) = descent(&memory, gradient, problem.stiffness)
      var length = problem.allowedLength(direction)
      var trial = point
      var isAccepted = false
      for _ in 0..<12 {
        for k in 0..<point.count { trial[k] = point[k] + length * direction[k] }
        let (value, slopes) = try problem.evaluate(trial)
        evaluations += 1
        // Armijo's condition, with room for rounding of the energy.
        if value <= energy + 1e-4 * length * slope + 1e-12 * abs(energy) {
          memory.remember(point, trial, gradient, slopes)
          (point, energy, gradient) = (trial, value, slopes)
          isAccepted = true
          break
        }
        length *= 0.35
      }
      steps += 1
      if isAccepted {
        if let limit = configuration.displacementLimit {
          hasLeftSites = problem.meanSquareDisplacement(point) > limit * limit
        }
      } else {
        (energy, gradient) = try problem.evaluate(point)
        evaluations += 1
        if memory.isEmpty { break }
        memory.reset()
      }
    }
    return Outcome(
      isConverged: problem.isConverged(gradient), hasLeftSites: hasLeftSites, steps: steps,
      evaluations: evaluations, energy: energy, displacements: problem.displacements(point))
  }

  /// A direction that certainly leads downhill, and the slope along it.
  private func descent(
    _ memory: inout LimitedMemory, _ gradient: [Double], _ stiffness: Double
  ) -> (direction: [Double], slope: Double) {
    let direction = memory.direction(gradient, stiffness: stiffness)
    let slope = Self.product(direction, gradient)
    if slope < 0 { return (direction, slope) }
    memory.reset()
    let steepest = memory.direction(gradient, stiffness: stiffness)
    return (steepest, Self.product(steepest, gradient))
  }

  private static func product(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for k in 0..<a.count { sum += a[k] * b[k] }
    return sum
  }
}
