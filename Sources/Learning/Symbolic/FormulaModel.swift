import DenseMath
import Foundation

/// A formula with its fitted numbers: what a search finds and what is applied to new rows.
///
/// The number it gives is `Σ coefficient · term + intercept`. For classes, rows on one side of a
/// threshold are of the class.
public struct FormulaModel: Hashable, Codable, Sendable {
  public struct Term: Hashable, Codable, Sendable {
    public let formula: Formula
    public let coefficient: Double
  }

  /// What divides the classes.
  public struct Rule: Hashable, Codable, Sendable {
    public let threshold: Double
    /// Whether the class lies above the threshold.
    public let isAbove: Bool

    /// The log-odds of the class are `slope · number + offset`.
    public let slope: Double
    public let offset: Double

    public func contains(_ value: Double) -> Bool {
      isAbove ? value > threshold : value < threshold
    }

    /// Of the class.
    public func probability(_ value: Double) -> Double {
      1 / (1 + exp(-(slope * value + offset)))
    }
  }

  public let terms: [Term]
  public let intercept: Double

  /// What stands for rows in which the formula has no value, when it is judged: the mean or the more
  /// frequent class of the training rows.
  let fallback: Double
  public let rule: Rule?

  public var dimension: Int { terms.count }

  /// Operators in all terms.
  public var complexity: Int { terms.reduce(0) { $0 + $1.formula.complexity } }

  /// The number in each row; NaN where a term has no finite value.
  func values(_ problem: SymbolicProblem) -> [Double] {
    var result = [Double](repeating: intercept, count: problem.rowCount)
    for term in terms {
      for (row, value) in problem.values(of: term.formula).enumerated() {
        result[row] += term.coefficient * value
      }
    }
    return result.map { $0.isFinite ? $0 : .nan }
  }

  /// `intercept + Σ coefficient · term` as one expression.
  public var formula: Formula {
    var result: Formula?
    for term in terms {
      let isNegative = term.coefficient < 0 && result != nil
      let size = isNegative ? -term.coefficient : term.coefficient
      let scaled = size == 1 ? term.formula : .binary(.multiply, .number(size), term.formula)
      result = result.map { .binary(isNegative ? .subtract : .add, $0, scaled) } ?? scaled
    }
    guard let sum = result else { return .number(intercept) }
    guard intercept != 0 else { return sum }
    return .binary(intercept < 0 ? .subtract : .add, sum, .number(abs(intercept)))
  }

  /// How far off the model is in each row: squared errors, or 0 and 1.
  func losses(_ problem: SymbolicProblem) -> [Double] {
    let values = values(problem)
    switch problem.target {
    case .numbers(let targets):
      return zip(values, targets).map { value, target in
        let error = (value.isFinite ? value : fallback) - target
        return error * error
      }
    case .classes(let labels, _, _):
      guard let rule else { preconditionFailure("a model of classes has a rule") }
      return zip(values, labels).map { value, label in
        (value.isFinite ? rule.contains(value) : fallback > 0.5) == label ? 0 : 1
      }
    }
  }

  /// Draws the line between the classes through the numbers of the training rows.
  static func rule(_ values: [Double], labels: [Bool], weights: [Double]) -> Rule {
    let cut = Cut(values, labels: labels, weights: weights)
    let mean = Statistics.mean(values)
    let deviation = Statistics.standardDeviation(values)
    let sum = weights.reduce(0, +)
    var rows = LogisticSeparator.Rows(labels: labels, weights: weights.map { $0 / sum })
    rows.set(0, values.map { deviation > 0 ? ($0 - mean) / deviation : 0 })
    let parameters = LogisticSeparator(rows, features: 1)?.parameters ?? .zero
    let slope = deviation > 0 ? parameters.y / deviation : 0
    return Rule(
      threshold: cut.threshold, isAbove: cut.isAbove, slope: slope,
      offset: parameters.x - slope * mean)
  }
}
