import Foundation
import Matter

/// What the worker of ``GPAWEngine`` is told: `task.json`.
struct GPAWOrder: Encodable {
  let symbols: [String]

  /// Rows are vectors, Å.
  let cell: [[Double]]

  /// Cartesian, Å.
  let positions: [[Double]]
  let moments: [Double]?

  /// `fixed`, `volume` or `full`; `nil` for the structure as it is.
  let freedom: String?
  let functional: String
  let cutoff, smearing, convergence, mixing: Double
  let iterations, steps: Int
  let grid: [Int]

  /// eV/Å and eV/Å³.
  let force, stress: Double
  let setups: String

  /// - Parameter attempt: From 1; each mixes half as much as the one before and takes twice the steps.
  init(
    _ task: EngineTask, _ settings: GPAWEngine.Configuration, attempt: Int
  ) throws(EngineError) {
    func numbers(_ v: SIMD3<Double>) -> [Double] { [v.x, v.y, v.z] }
    let lattice = task.crystal.lattice
    let scale = 1 << min(attempt - 1, 10)
    symbols = task.elements.map(\.symbol)
    cell = [lattice.a, lattice.b, lattice.c].map(numbers)
    positions = task.crystal.cartesianPositions.map(numbers)
    moments =
      settings.magneticMoments.isEmpty
      ? nil : task.elements.map { settings.magneticMoments[$0.symbol] ?? 0 }
    switch task.kind {
    case .singlePoint: freedom = nil
    case .relaxation(.axial):
      throw .invalid("GPAW is not asked to relax a cell axially; relax its volume or all of it.")
    case .relaxation(let cell): freedom = cell.rawValue
    }
    functional = settings.functional.rawValue
    cutoff = settings.cutoff
    smearing = settings.smearing
    convergence = settings.convergence
    mixing = 0.1 / Double(scale)
    iterations = settings.maximumIterations * scale
    steps = settings.tolerances.maximumSteps * scale
    grid = PlaneWaveInput.grid(lattice, spacing: settings.kPointSpacing)
    force = settings.tolerances.force
    stress = settings.tolerances.stressGPa / Stress.gigapascals
    setups = settings.setupFolder
  }

  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // Finite numbers and texts always encode.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}
