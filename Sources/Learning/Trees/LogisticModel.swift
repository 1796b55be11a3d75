public import DenseMath
import Foundation

/// Logistic regression of two classes with a ridge penalty, by Newton's method.
///
/// Minimizes `Σ w log-loss + λ |β|² / 2` on standardized features. Without a given λ, the one with
/// the least approximate leave-one-out log-loss is taken (one Newton step from the full fit:
/// Pregibon, Ann. Stat. 9, 705 (1981)). O(n p²) a step.
public struct LogisticModel: Hashable, Codable, Sendable {
  let features: LinearFeatures

  /// Of the standardized features, in log-odds.
  public let coefficients: [Double]
  public let intercept: Double
  public let penalty: Double

  public var featureCount: Int { coefficients.count }

  /// - Parameters:
  ///   - features: `[rows, features]`; NaN where a value is missing.
  ///   - targets: 0 or 1, one a row.
  ///   - penalty: λ, above 0; chosen among decades by default.
  /// - Throws: ``TreeError``.
  public static func fit(
    features: Matrix, targets: [Double], weights: [Double]? = nil, penalty: Double? = nil
  ) throws(TreeError) -> LogisticModel {
    if let penalty, !(penalty > 0 && penalty.isFinite) {
      throw .invalidSetting(
        "A penalty of \(penalty) cannot be used", remedy: "Give a positive number, or none")
    }
    let rows = try LabeledRows(features, targets: targets, weights: weights, classes: 2)
    let scaling = LinearFeatures(features, weights: rows.weights)
    let problem = LogisticProblem(scaling(features), targets: targets, weights: rows.weights)
    var start = problem.start
    var best: (loss: Double, penalty: Double, coefficients: [Double])?
    for candidate in penalty.map({ [$0] }) ?? [1000, 100, 10, 1, 0.1, 0.01] {
      let fit = try problem.solve(candidate, from: start)
      start = fit.coefficients
      guard best.map({ fit.leaveOneOutLoss < $0.loss }) ?? true else { continue }
      best = (fit.leaveOneOutLoss, candidate, fit.coefficients)
    }
    // There is at least one candidate, and the first is always taken.
    guard let best else { preconditionFailure("no penalty was tried") }
    return LogisticModel(
      features: scaling, coefficients: Array(best.coefficients.dropLast()),
      intercept: best.coefficients[best.coefficients.count - 1], penalty: best.penalty)
  }

  /// - Returns: The probability of class 1, one a row.
  public func predict(_ rows: Matrix) throws(TreeError) -> [Double] {
    let rows = try LinearFeatures.checked(rows, expecting: featureCount)
    return features(rows).multiplied(by: coefficients).map { 1 / (1 + exp(-$0 - intercept)) }
  }
}

private struct LogisticProblem {
  /// The rows with a last column of ones.
  private let design: Matrix
  private let targets: [Double]
  private let weights: [Double]

  init(_ rows: Matrix, targets: [Double], weights: [Double]) {
    var elements: [Double] = []
    for row in 0..<rows.rows { elements += rows.row(row) + [1] }
    design = Matrix(rows: rows.rows, columns: rows.columns + 1, elements: elements)
    self.targets = targets
    self.weights = weights
  }

  /// The log-odds of the classes, and no slope.
  var start: [Double] {
    var result = [Double](repeating: 0, count: design.columns)
    let share = weightedMean(targets, weights)
    result[result.count - 1] = log(share / (1 - share))
    return result
  }

  func solve(
    _ penalty: Double, from start: [Double]
  ) throws(TreeError) -> (coefficients: [Double], leaveOneOutLoss: Double) {
    var point = start
    var value = objective(point, penalty)
    for _ in 0..<50 {
      let (factor, gradient) = try newton(point, penalty)
      let step = factor.solve(gradient)
      var length = 1.0
      var next = zip(point, step).map { $0 - $1 }
      // The loss is convex: halving ends at a lower point unless rounding is reached.
      while objective(next, penalty) > value, length > 1e-6 {
        length /= 2
        next = zip(point, step).map { $0 - length * $1 }
      }
      let lower = objective(next, penalty)
      let isDone = !(value - lower > 1e-9 * max(abs(value), 1))
      if lower <= value { (point, value) = (next, lower) }
      if isDone { break }
    }
    return (point, try leaveOneOutLoss(point, penalty))
  }

  private func shares(_ point: [Double]) -> [Double] {
    design.multiplied(by: point).map { 1 / (1 + exp(-$0)) }
  }

  private func penalties(_ penalty: Double) -> [Double] {
    [Double](repeating: penalty, count: design.columns - 1) + [0]
  }

  private func objective(_ point: [Double], _ penalty: Double) -> Double {
    let sums = design.multiplied(by: point)
    let losses = sums.indices.map { row in
      weights[row]
        * BoostingObjective.logistic.loss(target: targets[row], sums: sums[row...row])
    }
    let size = point.dropLast().reduce(0) { $0 + $1 * $1 }
    return losses.reduce(0, +) + penalty * size / 2
  }

  private func newton(
    _ point: [Double], _ penalty: Double
  ) throws(TreeError) -> (factor: Cholesky, gradient: [Double]) {
    let shares = shares(point)
    var scaled = design
    for row in 0..<design.rows {
      let root = (weights[row] * max(shares[row] * (1 - shares[row]), 1e-12)).squareRoot()
      for column in 0..<design.columns { scaled[row, column] *= root }
    }
    let columns = scaled.transposed
    var system = columns.multiplied(byTransposeOf: columns)
    let penalties = penalties(penalty)
    for place in penalties.indices { system[place, place] += penalties[place] }
    let errors = shares.indices.map { weights[$0] * (shares[$0] - targets[$0]) }
    var gradient = design.transposed.multiplied(by: errors)
    for place in penalties.indices { gradient[place] += penalties[place] * point[place] }
    do {
      return (try Cholesky(addingJitterTo: system), gradient)
    } catch {
      throw .invalidSetting(
        "A penalty of \(penalty) leaves the features singular", remedy: "Give a greater penalty")
    }
  }

  /// The loss of each row when one Newton step has taken it out.
  private func leaveOneOutLoss(_ point: [Double], _ penalty: Double) throws(TreeError) -> Double {
    let factor = try newton(point, penalty).factor
    let solved = factor.solveLower(rows: design)
    let sums = design.multiplied(by: point)
    var total = 0.0
    for row in 0..<design.rows where weights[row] > 0 {
      let share = 1 / (1 + exp(-sums[row]))
      let reach = solved.row(row).reduce(0) { $0 + $1 * $1 }
      let leverage = weights[row] * share * (1 - share) * reach
      let moved =
        sums[row] + weights[row] * reach * (share - targets[row]) / max(1 - leverage, 1e-6)
      total += weights[row] * BoostingObjective.logistic.loss(target: targets[row], sums: [moved])
    }
    return total
  }
}
