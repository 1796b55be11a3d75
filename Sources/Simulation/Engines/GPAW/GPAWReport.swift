import Foundation
import Matter

/// What the worker of ``GPAWEngine`` has found: `result.json`.
struct GPAWReport {
  let version: String

  /// In the order of the task's sites, positions near its own.
  let crystal: Crystal
  let evaluation: Evaluation

  /// Whether the electrons have come to rest.
  private let isConverged: Bool

  private struct Answer: Decodable {
    let version: String
    let converged: Bool
    let energy: Double?
    let forces: [[Double]]?

    /// Voigt's order: xx, yy, zz, yz, xz, xy; eV/Å³, positive under tension.
    let stress: [Double]?
    let positions: [[Double]]
    let cell: [[Double]]
  }

  init(_ text: String, of task: EngineTask) throws(EngineError) {
    let answer: Answer
    do {
      answer = try JSONDecoder().decode(Answer.self, from: Data(text.utf8))
    } catch {
      throw .unreadable("GPAW", reason: "its worker's result is no table of numbers.")
    }
    version = answer.version
    isConverged = answer.converged
    crystal = try Self.crystal(answer, task.crystal)
    guard answer.converged else {
      evaluation = Evaluation(
        energy: .nan, forces: [], stress: Stress(xx: 0, yy: 0, zz: 0, yz: 0, xz: 0, xy: 0))
      return
    }
    let forces = (answer.forces ?? []).compactMap(Self.vector)
    guard let energy = answer.energy, energy.isFinite, forces.count == task.crystal.siteCount,
      let s = answer.stress, s.count == 6, s.allSatisfy(\.isFinite)
    else { throw .unreadable("GPAW", reason: "energy, forces or stress are missing.") }
    evaluation = Evaluation(
      energy: energy, forces: forces,
      stress: Stress(xx: s[0], yy: s[1], zz: s[2], yz: s[3], xz: s[4], xy: s[5]))
  }

  /// What has not come to rest, in words; `nil` where all has.
  func missing(_ tolerances: EngineTolerances, _ kind: EngineTask.Kind) -> String? {
    guard isConverged else { return "The electrons did not converge" }
    guard case .relaxation(let cell) = kind else { return nil }
    return tolerances.areMet(by: evaluation, cell) ? nil : "The structure did not come to rest"
  }

  private static func vector(_ numbers: [Double]) -> SIMD3<Double>? {
    guard numbers.count == 3, numbers.allSatisfy(\.isFinite) else { return nil }
    return SIMD3(numbers[0], numbers[1], numbers[2])
  }

  private static func crystal(
    _ answer: Answer, _ start: Crystal
  ) throws(EngineError) -> Crystal {
    let (vectors, places) = (answer.cell.compactMap(vector), answer.positions.compactMap(vector))
    guard vectors.count == 3, places.count == start.siteCount,
      let lattice = try? Lattice(a: vectors[0], b: vectors[1], c: vectors[2]),
      let crystal = try? Crystal(
        lattice: lattice, occupants: start.occupants,
        positions: places.map(lattice.fractional))
    else { throw .unreadable("GPAW", reason: "the structure is damaged.") }
    return crystal
  }
}
