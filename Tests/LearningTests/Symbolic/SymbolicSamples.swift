import DenseMath
import Formats
import Foundation
import TestKit

@testable import Learning

/// Tables made of known laws.
enum SymbolicSamples {
  static func problem(
    _ variables: [(name: String, unit: String?, values: [Double])], target: [Double],
    unit: String? = nil
  ) throws -> SymbolicProblem {
    try SymbolicProblem(
      variables: variables.map {
        SymbolicVariable(name: $0.name, column: $0.name, unit: $0.unit)
      },
      columns: variables.map(\.values), targetName: "y", targetUnit: unit, target: .numbers(target))
  }

  static func uniform(_ count: Int, _ range: ClosedRange<Double>, seed: UInt64) -> [Double] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      range.lowerBound + (range.upperBound - range.lowerBound) * generator.uniform()
    }
  }

  /// Periods of planets: `T² = a³`, in years and astronomical units, with relative noise.
  static func kepler(rows: Int, noise: Double) throws -> SymbolicProblem {
    let axes = uniform(rows, 0.3...30, seed: 1)
    let errors = uniform(rows, -noise...noise, seed: 2)
    return try problem(
      [("a", nil, axes), ("e", nil, uniform(rows, 0...0.3, seed: 3))],
      target: zip(axes, errors).map { pow($0, 1.5) * (1 + $1) })
  }

  static func find(
    _ problem: SymbolicProblem, threads: Int = 2, _ change: (inout SymbolicConfiguration) -> Void
  ) throws -> SymbolicResult {
    var configuration = SymbolicConfiguration()
    configuration.rungs = 2
    configuration.dimension = 1
    configuration.subspace = 20
    change(&configuration)
    return try SymbolicRegression(configuration, threads: threads)
      .find(problem, training: Array(0..<problem.rowCount), test: [])
  }

  /// The 576 compounds of Bartel et al., Sci. Adv. 5, eaav0693 (2019), with their training marks.
  static func perovskites() throws -> (problem: SymbolicProblem, training: [Int], test: [Int]) {
    let table = try Table(
      SharedFolder.bytes("data/perovskites/TableS1.csv"), file: "TableS1.csv")
    var columns = SymbolicTable(target: SymbolicTable.Column(name: "exp_label"))
    columns.features = ["nA", "nB", "nX", "rA (Ang)", "rB (Ang)", "rX (Ang)"].map {
      SymbolicTable.Column(name: $0)
    }
    let marks = try table.doubles("is_train")
    return (
      try columns.problem(table).0, marks.indices.filter { marks[$0] > 0 },
      marks.indices.filter { marks[$0] < 0 }
    )
  }
}
