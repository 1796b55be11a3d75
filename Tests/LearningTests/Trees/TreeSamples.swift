import DenseMath
import Foundation

/// Rows with known laws behind them.
enum TreeSamples {
  static let noise = 0.1

  /// Friedman's first function (Ann. Stat. 19, 1 (1991)) on the first five of `features` uniform
  /// features, with normal noise.
  static func friedman(
    rows: Int, features: Int = 8, noise: Double = TreeSamples.noise, seed: UInt64
  ) -> (features: Matrix, targets: [Double]) {
    var generator = SplitMix64(seed: seed)
    let matrix = Matrix(
      rows: rows, columns: features,
      elements: (0..<rows * features).map { _ in generator.uniform() })
    let targets = (0..<rows).map { row -> Double in
      let x = Array(matrix.row(row))
      let bend = 20 * (x[2] - 0.5) * (x[2] - 0.5)
      return 10 * sin(.pi * x[0] * x[1]) + bend + 10 * x[3] + 5 * x[4]
        + noise * generator.normal()
    }
    return (matrix, targets)
  }

  /// Three classes in bands of the sum of two features.
  static func bands(rows: Int, seed: UInt64) -> (features: Matrix, targets: [Double]) {
    var generator = SplitMix64(seed: seed)
    let matrix = Matrix(
      rows: rows, columns: 4, elements: (0..<rows * 4).map { _ in generator.uniform() })
    let targets = (0..<rows).map { row -> Double in
      let sum = matrix[row, 0] + matrix[row, 1]
      return sum < 0.8 ? 0 : sum < 1.2 ? 1 : 2
    }
    return (matrix, targets)
  }

  /// Takes away every value whose turn a generator says it is.
  static func withHoles(_ matrix: Matrix, share: Double, seed: UInt64) -> Matrix {
    var generator = SplitMix64(seed: seed)
    var result = matrix
    for place in result.elements.indices where generator.uniform() < share {
      result.elements[place] = .nan
    }
    return result
  }

  static func meanError(_ predictions: [Double], _ targets: [Double]) -> Double {
    zip(predictions, targets).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(targets.count)
  }
}
