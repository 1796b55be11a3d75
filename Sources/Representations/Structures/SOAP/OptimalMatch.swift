import DenseMath
import Foundation

/// The match of two sets of equal weight in all that is most alike, given up in part for entropy.
///
/// Maximizes `Σ P_ij C_ij − γ Σ P_ij ln P_ij` over matches `P` whose rows and columns add up to equal
/// shares. Cuturi, Adv. Neural Inf. Process. Syst. 26, 2292 (2013); Sinkhorn's iteration on
/// logarithms, so that it holds for small γ as well, which is approached step by step.
struct OptimalMatch {
  /// `Σ P_ij C_ij`.
  let value: Double

  private static let mostIterations = 2000
  private static let tolerance = 1e-10

  /// - Parameters:
  ///   - likeness: `C`, `[rows, columns]`.
  ///   - entropy: γ, greater than 0.
  init(of likeness: Matrix, entropy: Double) {
    let (rows, columns) = (likeness.rows, likeness.columns)
    let transposed = likeness.transposed
    // Potentials of the rows and columns, in units of the likeness.
    var u = [Double](repeating: 0, count: rows)
    var v = [Double](repeating: 0, count: columns)
    var step = max(entropy, 1)
    while true {
      for _ in 0..<Self.mostIterations {
        Self.update(&u, likeness, v, step)
        let change = Self.update(&v, transposed, u, step)
        if change < Self.tolerance * step { break }
      }
      if step == entropy { break }
      step = max(step / 4, entropy)
    }
    var sum = 0.0
    for i in 0..<rows {
      for j in 0..<columns {
        sum += likeness[i, j] * exp((likeness[i, j] + u[i] + v[j]) / entropy)
      }
    }
    value = sum
  }

  /// Chooses the potentials of the rows such that each adds up to its share.
  ///
  /// - Returns: The greatest change.
  @discardableResult
  private static func update(
    _ own: inout [Double], _ likeness: Matrix, _ other: [Double], _ entropy: Double
  ) -> Double {
    var change = 0.0
    for i in own.indices {
      var greatest = -Double.infinity
      for j in other.indices { greatest = max(greatest, likeness[i, j] + other[j]) }
      var sum = 0.0
      for j in other.indices { sum += exp((likeness[i, j] + other[j] - greatest) / entropy) }
      let value = -greatest - entropy * log(sum * Double(own.count))
      change = max(change, abs(value - own[i]))
      own[i] = value
    }
    return change
  }
}
