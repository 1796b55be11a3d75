import Foundation
import Learning

/// Figures of regression, uncertainty and classification.
enum MetricsArea: ConformanceArea {
  static func answer(_ testCase: [String: Any], folder: URL) throws -> [String: Any] {
    switch testCase["kind"] as? String {
    case "regression_uq": return try regression(testCase)
    case "classification":
      let metrics = try ClassificationMetrics(
        labels: try testCase.numbers("y").map { $0 == 1 },
        probabilities: try testCase.numbers("p"))
      return try fields(metrics, optional: ["roc_auc"])
    default: throw CaseError.missing("kind")
    }
  }

  private static func regression(_ testCase: [String: Any]) throws -> [String: Any] {
    let targets = try testCase.numbers("y")
    let means = try testCase.numbers("mean")
    let deviations = try testCase.numbers("std")
    var answer = try fields(
      try RegressionMetrics(targets: targets, predictions: means),
      optional: ["r2", "pearson", "spearman", "kendall_tau_b"])
    answer["count"] = nil
    answer.merge(
      try fields(
        try UncertaintyMetrics(targets: targets, means: means, standardDeviations: deviations),
        optional: ["nll_gaussian_mean"])
    ) { $1 }
    let errors = zip(targets, means).map { abs($0 - $1) }.sorted()
    let scores = UncertaintyMetrics.normalizedErrors(targets, means, deviations).sorted()
    for (alpha, coverage) in [("0.05", 0.95), ("0.1", 0.9), ("0.32", 0.68)] {
      answer["split_conformal_q_alpha_\(alpha)"] = orNull(
        Calibration.conformalQuantile(errors, coverage: coverage))
      answer["normalised_conformal_q_alpha_\(alpha)"] = orNull(
        Calibration.conformalQuantile(scores, coverage: coverage))
      answer["gauss_coverage_\(coverage)"] = try UncertaintyMetrics.gaussianCoverage(
        targets: targets, means: means, standardDeviations: deviations, nominal: coverage)
    }
    return answer
  }

  /// A value's fields by their names in files, `null` for those that do not exist.
  private static func fields(
    _ value: some Encodable, optional: [String]
  ) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(value))
    guard var fields = object as? [String: Any] else { return [:] }
    for key in optional where fields[key] == nil { fields[key] = NSNull() }
    return fields
  }

  private static func orNull(_ value: Double?) -> Any {
    guard let value, value.isFinite else { return NSNull() }
    return value
  }
}
