public import DenseMath
import Foundation

extension JointLogImprovement {
  /// The value and its derivatives, by reverse differentiation through the draws and the Cholesky
  /// factor (Murray, arXiv:1602.07527, section 3.1).
  public struct Slope: Sendable {
    public var value: Double

    /// `[q]`.
    public var means: [Double]

    /// `[q, q]`, symmetric: the derivative by each of both entries of a pair.
    public var covariance: Matrix
  }

  /// - Throws: ``CholeskyError`` when the covariance is not positive semidefinite.
  public func slope(
    means: [Double], covariance: Matrix, best: Double
  ) throws(CholeskyError) -> Slope {
    precondition(means.count <= normals.count, "a batch of \(means.count) of \(normals.count)")
    let lower = try Cholesky(addingJitterTo: covariance).lower
    let size = means.count
    var logs = [Double](repeating: 0, count: size * samples)
    var rates = logs
    var totals = [Double](repeating: 0, count: samples)
    for draw in 0..<samples {
      var largest = -Double.infinity
      for row in 0..<size {
        var gain = means[row] - best
        for column in 0...row { gain += lower[row, column] * normals[column][draw] }
        let (value, rate) = Self.logImprovementWithRate(gain)
        logs[draw * size + row] = value
        rates[draw * size + row] = rate
        largest = max(largest, value)
      }
      var sum = 0.0
      for place in draw * size..<(draw + 1) * size {
        let share = exp((logs[place] - largest) / Self.maximumTemperature)
        logs[place] = share
        sum += share
      }
      for place in draw * size..<(draw + 1) * size { rates[place] *= logs[place] / sum }
      totals[draw] = largest + Self.maximumTemperature * log(sum)
    }
    let value = logSumOfExponentials(totals)
    var slope = Slope(
      value: value - log(Double(samples)), means: means.map { _ in 0 },
      covariance: Matrix(rows: size, columns: size))
    var factor = Matrix(rows: size, columns: size)
    for draw in 0..<samples {
      let weight = exp(totals[draw] - value)
      guard weight > 0 else { continue }
      for row in 0..<size {
        let rate = weight * rates[draw * size + row]
        slope.means[row] += rate
        for column in 0...row { factor[row, column] += rate * normals[column][draw] }
      }
    }
    slope.covariance = Self.throughCholesky(factor, lower)
    return slope
  }

  static func logImprovementWithRate(_ gain: Double) -> (value: Double, rate: Double) {
    let ratio = gain / improvementTemperature
    if ratio > 40 { return (log(gain), 1 / gain) }
    if ratio < -40 { return (log(improvementTemperature) + ratio, 1 / improvementTemperature) }
    let soft = log1p(exp(ratio))
    return (
      log(improvementTemperature * soft),
      1 / (1 + exp(-ratio)) / (soft * improvementTemperature)
    )
  }

  /// `½ (S + Sᵀ)` with `S = L⁻ᵀ Φ(Lᵀ L̄) L⁻¹`, where `Φ` keeps the lower triangle and halves the
  /// diagonal.
  private static func throughCholesky(_ factor: Matrix, _ lower: Matrix) -> Matrix {
    let size = lower.rows
    var inner = Matrix(rows: size, columns: size)
    for row in 0..<size {
      for column in 0...row {
        var sum = 0.0
        for place in row..<size { sum += lower[place, row] * factor[place, column] }
        inner[row, column] = row == column ? 0.5 * sum : sum
      }
    }
    // Columns of Lᵀ S′ = inner, then rows of S L = S′.
    var result = inner
    for column in 0..<size {
      for row in stride(from: size - 1, through: 0, by: -1) {
        var sum = result[row, column]
        for place in row + 1..<max(size, row + 1) {
          sum -= lower[place, row] * result[place, column]
        }
        result[row, column] = sum / lower[row, row]
      }
    }
    for row in 0..<size {
      for column in stride(from: size - 1, through: 0, by: -1) {
        var sum = result[row, column]
        for place in column + 1..<max(size, column + 1) {
          sum -= result[row, place] * lower[place, column]
        }
        result[row, column] = sum / lower[column, column]
      }
    }
    var symmetric = result
    for row in 0..<size {
      for column in 0..<size {
        symmetric[row, column] = 0.5 * (result[row, column] + result[column, row])
      }
    }
    return symmetric
  }
}
