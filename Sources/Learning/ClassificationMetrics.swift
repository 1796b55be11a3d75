import DenseMath
import Foundation

/// How well probabilities tell two classes apart. Definitions of scikit-learn 1.9.
///
/// A row counts as predicted positive from a probability of 0.5 on. Where nothing is predicted
/// positive (or nothing is positive), ``precision`` (``recall``, ``f1``,
/// ``averagePrecision``) is 0 and so is ``matthewsCorrelation`` when a margin of the table is
/// empty, as there; ``areaUnderROC`` is `nil` with one class only.
public struct ClassificationMetrics: Codable, Hashable, Sendable {
  public let areaUnderROC: Double?
  public let averagePrecision: Double

  /// Mean squared distance of the probability from 0 or 1.
  public let brier: Double
  public let f1: Double
  public let precision: Double
  public let recall: Double
  public let matthewsCorrelation: Double

  /// Mean over the classes that occur of the share of each that is recognized.
  public let balancedAccuracy: Double
  public let accuracy: Double

  /// In natural logarithms, with probabilities kept 2.2e-16 away from 0 and 1.
  public let logLoss: Double

  /// Expected calibration error over the bins (0, 0.1], (0.1, 0.2], … (0.9, 1]; the first one
  /// holds 0 as well.
  public let expectedCalibrationError: Double

  enum CodingKeys: String, CodingKey {
    case areaUnderROC = "roc_auc"
    case averagePrecision = "average_precision"
    case brier
    case f1
    case precision
    case recall
    case matthewsCorrelation = "mcc"
    case balancedAccuracy = "balanced_accuracy"
    case accuracy
    case logLoss = "log_loss"
    case expectedCalibrationError = "ece10_right_closed"
  }

  /// - Parameters:
  ///   - labels: Whether each row is positive.
  ///   - probabilities: That it is, in 0...1.
  public init(labels: [Bool], probabilities: [Double]) throws(MetricsError) {
    let targets = labels.map { $0 ? 1.0 : 0 }
    try MetricsError.check(targets, probabilities)
    for (row, value) in probabilities.enumerated() where !(0...1).contains(value) {
      throw .notProbability(row: row, value)
    }
    let table = ConfusionTable(labels, probabilities.map { $0 >= 0.5 })
    areaUnderROC = ClassificationMetrics.areaUnderROC(labels, probabilities)
    averagePrecision = ClassificationMetrics.averagePrecision(labels, probabilities)
    brier = Statistics.mean(zip(targets, probabilities).map { ($0 - $1) * ($0 - $1) })
    f1 = table.f1
    precision = table.precision
    recall = table.recall
    matthewsCorrelation = table.matthewsCorrelation
    balancedAccuracy = table.balancedAccuracy
    accuracy = table.accuracy
    logLoss = Statistics.mean(
      zip(labels, probabilities).map { label, probability in
        let own = label ? probability : 1 - probability
        return -log(min(max(own, Double.ulpOfOne), 1 - Double.ulpOfOne))
      })
    expectedCalibrationError = ClassificationMetrics.calibrationError(targets, probabilities)
  }

  /// The probability that a positive row is ranked above a negative one, ties counting half.
  private static func areaUnderROC(_ labels: [Bool], _ probabilities: [Double]) -> Double? {
    let positives = Double(labels.count { $0 })
    let negatives = Double(labels.count) - positives
    guard positives > 0, negatives > 0 else { return nil }
    let ranks = Statistics.ranks(probabilities)
    let sum = zip(labels, ranks).reduce(0) { $1.0 ? $0 + $1.1 : $0 }
    return (sum - positives * (positives + 1) / 2) / (positives * negatives)
  }

  /// `Σ (Rₙ − Rₙ₋₁) Pₙ` over the distinct probabilities as thresholds, from the highest.
  private static func averagePrecision(_ labels: [Bool], _ probabilities: [Double]) -> Double {
    let positives = labels.count { $0 }
    guard positives > 0 else { return 0 }
    let order = labels.indices.sorted { probabilities[$0] > probabilities[$1] }
    var (hits, hitsBefore, total) = (0, 0, 0.0)
    for (place, row) in order.enumerated() {
      if labels[row] { hits += 1 }
      let isLastOfTie =
        place + 1 == order.count || probabilities[order[place + 1]] != probabilities[row]
      guard isLastOfTie else { continue }
      total += Double(hits - hitsBefore) / Double(positives) * Double(hits) / Double(place + 1)
      hitsBefore = hits
    }
    return total
  }

  private static func calibrationError(_ targets: [Double], _ probabilities: [Double]) -> Double {
    let edges = (1...10).map { Double($0) * 0.1 }
    var gaps = [Double](repeating: 0, count: 10)
    for (target, probability) in zip(targets, probabilities) {
      let bin = edges.firstIndex { probability <= $0 } ?? 9
      gaps[bin] += target - probability
    }
    return gaps.reduce(0) { $0 + abs($1) } / Double(targets.count)
  }
}

/// Counts of rows by true and predicted class.
private struct ConfusionTable {
  var truePositives = 0.0
  var falsePositives = 0.0
  var trueNegatives = 0.0
  var falseNegatives = 0.0

  init(_ labels: [Bool], _ predictions: [Bool]) {
    for (label, prediction) in zip(labels, predictions) {
      switch (label, prediction) {
      case (true, true): truePositives += 1
      case (false, true): falsePositives += 1
      case (false, false): trueNegatives += 1
      case (true, false): falseNegatives += 1
      }
    }
  }

  private func ratio(_ part: Double, _ whole: Double) -> Double { whole > 0 ? part / whole : 0 }

  var precision: Double { ratio(truePositives, truePositives + falsePositives) }
  var recall: Double { ratio(truePositives, truePositives + falseNegatives) }
  var f1: Double {
    ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives)
  }
  var accuracy: Double {
    let right = truePositives + trueNegatives
    return ratio(right, right + falsePositives + falseNegatives)
  }

  var balancedAccuracy: Double {
    let negatives = trueNegatives + falsePositives
    let specificity = ratio(trueNegatives, negatives)
    if negatives == 0 { return recall }
    return truePositives + falseNegatives == 0 ? specificity : 0.5 * (recall + specificity)
  }

  var matthewsCorrelation: Double {
    let covariance = truePositives * trueNegatives - falsePositives * falseNegatives
    let rows = (truePositives + falseNegatives) * (trueNegatives + falsePositives)
    let columns = (truePositives + falsePositives) * (trueNegatives + falseNegatives)
    return ratio(covariance, rows.squareRoot() * columns.squareRoot())
  }
}
