public import DenseMath
import Foundation

/// Ridge regression, whose penalty generalized cross-validation chooses.
///
/// Minimizes `Σ w (y − a − x·β)² + λ |β|²` on standardized features. λ is where
/// `n RSS / (n − degrees of freedom)²` is least (Golub, Heath and Wahba, Technometrics 21, 215
/// (1979)). Solved on the smaller of features and rows: O(min(n, p)² (n + p)) and a factorization
/// for each λ that is tried.
public struct LinearModel: Hashable, Codable, Sendable {
  let features: LinearFeatures

  /// Of the standardized features, in the unit of the target.
  public let coefficients: [Double]
  public let intercept: Double

  /// λ, in rows.
  public let penalty: Double

  /// Effective number of coefficients, the intercept among them.
  public let degreesOfFreedom: Double

  /// RSS / (rows − degrees of freedom), in the squared unit of the target.
  public let residualVariance: Double

  public var featureCount: Int { coefficients.count }

  /// - Parameters:
  ///   - features: `[rows, features]`; NaN where a value is missing.
  ///   - penalty: λ, above 0; chosen by generalized cross-validation by default.
  /// - Throws: ``TreeError``.
  public static func fit(
    features: Matrix, targets: [Double], weights: [Double]? = nil, penalty: Double? = nil
  ) throws(TreeError) -> LinearModel {
    if let penalty, !(penalty > 0 && penalty.isFinite) {
      throw .invalidSetting(
        "A penalty of \(penalty) cannot be used", remedy: "Give a positive number, or none")
    }
    let rows = try LabeledRows(features, targets: targets, weights: weights, classes: 0)
    let scaling = LinearFeatures(features, weights: rows.weights)
    let center = weightedMean(targets, rows.weights)
    let problem = RidgeProblem(
      scaling(features), targets: targets.map { $0 - center }, weights: rows.weights)
    let best: RidgeProblem.Solution
    if let penalty {
      best = try problem.solve(penalty)
    } else {
      best = try problem.solveByCrossValidation()
    }
    // Imputed values have mean 0 only over the rows where a value is known.
    return LinearModel(
      features: scaling, coefficients: best.coefficients, intercept: center + best.intercept,
      penalty: best.penalty, degreesOfFreedom: best.degreesOfFreedom,
      residualVariance: best.residuals / max(Double(targets.count) - best.degreesOfFreedom, 1))
  }

  /// - Returns: One prediction a row.
  public func predict(_ rows: Matrix) throws(TreeError) -> [Double] {
    let rows = try LinearFeatures.checked(rows, expecting: featureCount)
    return features(rows).multiplied(by: coefficients).map { $0 + intercept }
  }
}

/// A weighted ridge regression, prepared for many penalties.
private struct RidgeProblem {
  struct Solution {
    var penalty: Double
    var coefficients: [Double]
    var intercept: Double
    var degreesOfFreedom: Double

    /// Weighted sum of squares.
    var residuals: Double

    /// The criterion of generalized cross-validation.
    func criterion(rows: Int) -> Double {
      let free = Double(rows) - degreesOfFreedom
      return free > 0 ? Double(rows) * residuals / (free * free) : .infinity
    }
  }

  /// Rows times the root of their weight, with the weighted mean taken off each column.
  private let design: Matrix
  private let target: [Double]
  private let means: [Double]
  private let targetMean: Double

  /// `design · designᵀ`, or the other way around where there are fewer features than rows.
  private let gram: Matrix
  private let isPrimal: Bool
  private let projected: [Double]

  init(_ rows: Matrix, targets: [Double], weights: [Double]) {
    let columns = rows.transposed
    means = (0..<rows.columns).map { weightedMean(Array(columns.row($0)), weights) }
    targetMean = weightedMean(targets, weights)
    var design = rows
    for row in 0..<rows.rows {
      let root = weights[row].squareRoot()
      for column in 0..<rows.columns {
        design[row, column] = root * (rows[row, column] - means[column])
      }
    }
    self.design = design
    target = zip(targets, weights).map { [targetMean] in ($0 - targetMean) * $1.squareRoot() }
    isPrimal = rows.columns <= rows.rows
    let transposed = design.transposed
    gram =
      isPrimal
      ? transposed.multiplied(byTransposeOf: transposed) : design.multiplied(byTransposeOf: design)
    projected = transposed.multiplied(by: target)
  }

  func solve(_ penalty: Double) throws(TreeError) -> Solution {
    var system = gram
    for place in 0..<gram.rows { system[place, place] += penalty }
    let factor: Cholesky
    do {
      factor = try Cholesky(system)
    } catch {
      throw .invalidSetting(
        "A penalty of \(penalty) leaves the features singular", remedy: "Give a greater penalty")
    }
    let inverse = factor.solveLower(
      rows: Matrix(diagonal: [Double](repeating: 1, count: gram.rows)))
    let trace = inverse.elements.reduce(0) { $0 + $1 * $1 }
    let coefficients =
      isPrimal
      ? factor.solve(projected) : design.transposed.multiplied(by: factor.solve(target))
    let fitted = design.multiplied(by: coefficients)
    let offset = zip(means, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    return Solution(
      penalty: penalty, coefficients: coefficients, intercept: targetMean - offset,
      degreesOfFreedom: 1 + Double(gram.rows) - penalty * trace,
      residuals: zip(target, fitted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
  }

  /// A grid of half decades, then finer between the neighbors of its best.
  func solveByCrossValidation() throws(TreeError) -> Solution {
    let scale = max(gram.diagonal.reduce(0, +) / Double(max(gram.rows, 1)), .leastNormalMagnitude)
    var best: Solution?
    func consider(_ exponent: Double) {
      // A penalty too small for the rounding of the features is no candidate.
      guard let found = try? solve(scale * pow(10, exponent)) else { return }
      let isBetter =
        best.map { found.criterion(rows: target.count) < $0.criterion(rows: target.count) } ?? true
      if isBetter { best = found }
    }
    for step in 0...14 { consider(-6 + Double(step) / 2) }
    if let coarse = best {
      let exponent = log10(coarse.penalty / scale)
      for step in [-0.375, -0.25, -0.125, 0.125, 0.25, 0.375] { consider(exponent + step) }
    }
    if let best { return best }
    return try solve(scale)
  }
}
