import DenseMath
import Foundation

/// Logistic regression on up to three features by Newton's method, with a slight pull to zero, so
/// that classes without an overlap have a solution.
struct LogisticSeparator: Sendable {
  /// The constant, then one a feature; in the scale of the features.
  let parameters: SIMD4<Double>
  /// Mean weighted negative log-likelihood.
  let loss: Double

  static let mostFeatures = 3
  private static let pull = 1e-4
  private static let iterations = 25

  /// Rows as vectors: 1, then the features with mean 0 and deviation 1.
  struct Rows: Sendable {
    var vectors: [SIMD4<Double>]
    let labels: [Double]
    let weights: [Double]

    /// - Parameter weights: With the sum 1.
    init(labels: [Bool], weights: [Double]) {
      self.labels = labels.map { $0 ? 1 : 0 }
      self.weights = weights
      vectors = [SIMD4<Double>](repeating: SIMD4(1, 0, 0, 0), count: labels.count)
    }

    mutating func set(_ place: Int, _ values: [Double]) {
      for row in vectors.indices { vectors[row][place + 1] = values[row] }
    }
  }

  /// - Parameter start: Parameters to start from, such as those of fewer features.
  init?(_ rows: Rows, features: Int, start: SIMD4<Double> = .zero) {
    var theta = start
    var (value, gradient, hessian) = LogisticSeparator.terms(rows, theta)
    for _ in 0..<Self.iterations {
      guard let step = Self.solve(hessian, gradient, order: features + 1) else { return nil }
      var (factor, next) = (1.0, theta - step)
      var terms = Self.terms(rows, next)
      while !(terms.value <= value), factor > 1e-3 {
        factor /= 4
        next = theta - factor * step
        terms = Self.terms(rows, next)
      }
      guard terms.value <= value else { break }
      let gain = value - terms.value
      (theta, value, gradient, hessian) = (next, terms.value, terms.gradient, terms.hessian)
      if gain < 1e-7 { break }
    }
    guard value.isFinite else { return nil }
    parameters = theta
    loss = value
  }

  private typealias Hessian = (SIMD4<Double>, SIMD4<Double>, SIMD4<Double>, SIMD4<Double>)

  /// Value, gradient and matrix of second derivatives.
  private static func terms(_ rows: Rows, _ theta: SIMD4<Double>) -> (
    value: Double, gradient: SIMD4<Double>, hessian: Hessian
  ) {
    let shrunk = SIMD4(0, theta.y, theta.z, theta.w)
    var value = 0.5 * pull * (shrunk * shrunk).sum()
    var gradient = pull * shrunk
    let p = pull
    var hessian: Hessian = (
      SIMD4(0, 0, 0, 0), SIMD4(0, p, 0, 0), SIMD4(0, 0, p, 0), SIMD4(0, 0, 0, p)
    )
    for row in rows.vectors.indices {
      let x = rows.vectors[row]
      let eta = (x * theta).sum()
      let small = exp(-abs(eta))
      let probability = eta >= 0 ? 1 / (1 + small) : small / (1 + small)
      let weight = rows.weights[row]
      value += weight * (max(eta, 0) - eta * rows.labels[row] + log1p(small))
      gradient += weight * (probability - rows.labels[row]) * x
      let curvature = weight * probability * (1 - probability)
      let scaled = curvature * x
      hessian.0 += scaled.x * x
      hessian.1 += scaled.y * x
      hessian.2 += scaled.z * x
      hessian.3 += scaled.w * x
    }
    return (value, gradient, hessian)
  }

  /// The solution of the leading `order` equations; `nil` where the matrix is not positive.
  private static func solve(_ hessian: Hessian, _ gradient: SIMD4<Double>, order: Int)
    -> SIMD4<Double>?
  {
    var rows = [hessian.0, hessian.1, hessian.2, hessian.3]
    for place in order..<4 {
      rows[place] = .zero
      rows[place][place] = 1
      for row in 0..<order { rows[row][place] = 0 }
    }
    var right = gradient
    for place in order..<4 { right[place] = 0 }
    for place in 0..<4 {
      let pivot = rows[place][place]
      guard pivot > 1e-14 else { return nil }
      for below in place + 1..<4 {
        let factor = rows[below][place] / pivot
        rows[below] -= factor * rows[place]
        right[below] -= factor * right[place]
      }
    }
    var solution = SIMD4<Double>.zero
    for place in (0..<4).reversed() {
      var rest = right[place]
      for after in place + 1..<4 { rest -= rows[place][after] * solution[after] }
      solution[place] = rest / rows[place][place]
    }
    return solution
  }

  /// The probability of the class for each row.
  func probabilities(_ rows: Rows) -> [Double] {
    rows.vectors.map { 1 / (1 + exp(-($0 * parameters).sum())) }
  }
}
