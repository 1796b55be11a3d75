import Foundation

/// Why figures cannot be computed.
public enum MetricsError: Error, Hashable, Sendable {
  case empty
  case unequalCounts(targets: Int, predictions: Int)
  case notFinite(row: Int)
  case negativeSpread(row: Int, Double)
  case notProbability(row: Int, Double)
}

extension MetricsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty:
      "There is no row to evaluate. Give at least one row with a target and a prediction."
    case .unequalCounts(let targets, let predictions):
      "\(targets) targets stand against \(predictions) predictions. Give one prediction a target."
    case .notFinite(let row):
      "Row \(row): the target or the prediction is not a finite number. Remove the row."
    case .negativeSpread(let row, let value):
      "Row \(row): the standard deviation is \(value). It must be zero or more."
    case .notProbability(let row, let value):
      "Row \(row): the probability is \(value). It must lie in 0...1."
    }
  }
}

extension MetricsError {
  /// Checks that two columns are of the same length, not empty and finite.
  static func check(_ targets: [Double], _ predictions: [Double]) throws(MetricsError) {
    guard targets.count == predictions.count else {
      throw .unequalCounts(targets: targets.count, predictions: predictions.count)
    }
    guard !targets.isEmpty else { throw .empty }
    for row in targets.indices where !(targets[row].isFinite && predictions[row].isFinite) {
      throw .notFinite(row: row)
    }
  }
}
