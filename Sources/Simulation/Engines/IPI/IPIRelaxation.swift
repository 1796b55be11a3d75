import DenseMath
import Matter

/// Moves atoms to the nearest minimum at fixed cell, asking for one structure after the other.
struct IPIRelaxation {
  private let tolerances: EngineTolerances

  /// Å of a unit of the search: its first step is then 0.1 Å² / eV times the force.
  private static let unit = 0.1.squareRoot()

  init(_ tolerances: EngineTolerances) { self.tolerances = tolerances }

  /// - Throws: ``EngineError/notConverged(_:)`` after too many steps, and what `energy` throws.
  func relax(
    _ crystal: Crystal, _ energy: (Crystal) throws(EngineError) -> Evaluation
  ) throws(EngineError) -> (crystal: Crystal, evaluation: Evaluation) {
    let start = crystal.cartesianPositions
    var search = LBFGS()
    search.maximumIterations = tolerances.maximumSteps
    search.gradientTolerance = tolerances.force * Self.unit
    search.functionTolerance = 0
    var failure: EngineError?
    var best: (crystal: Crystal, evaluation: Evaluation)?
    _ = search.minimize(from: [Double](repeating: 0, count: 3 * start.count)) { point, gradient in
      guard failure == nil else { return .infinity }
      do throws(EngineError) {
        let moved = try Self.moved(crystal, start, point)
        let found = try energy(moved)
        for (site, force) in found.forces.enumerated() {
          for axis in 0..<3 { gradient[3 * site + axis] = -force[axis] * Self.unit }
        }
        if found.energy <= best?.evaluation.energy ?? .infinity { best = (moved, found) }
        return found.energy
      } catch {
        failure = error
        return .infinity
      }
    }
    if let failure { throw failure }
    guard let best, tolerances.areMet(by: best.evaluation, .fixed) else {
      throw .notConverged(
        "The atoms did not come to rest in \(tolerances.maximumSteps) steps; raise maximumSteps or "
          + "the tolerance of the force.")
    }
    return best
  }

  private static func moved(
    _ crystal: Crystal, _ start: [SIMD3<Double>], _ point: [Double]
  ) throws(EngineError) -> Crystal {
    let positions = start.enumerated().map { site, place in
      crystal.lattice.fractional(
        place + unit * SIMD3(point[3 * site], point[3 * site + 1], point[3 * site + 2]))
    }
    do throws(CrystalError) {
      return try Crystal(
        lattice: crystal.lattice, occupants: crystal.occupants, positions: positions)
    } catch {
      throw .notConverged("The atoms flew apart: \(error)")
    }
  }
}
