import DenseMath
import Discovery
import Foundation

/// Figures of acquisition functions, hypervolumes and fronts.
enum AcquisitionArea: ConformanceArea {
  static func answer(_ testCase: [String: Any], folder: URL) throws -> [String: Any] {
    switch testCase["kind"] as? String {
    case "single": return try single(testCase)
    case "qei":
      let value = try JointExpectedImprovement.value(
        means: try testCase.numbers("mean"), covariance: try testCase.matrix("cov"),
        best: try testCase.number("best"))
      return ["qei_max": value]
    case "hypervolume":
      let points = try testCase.rows("points")
      return [
        "hypervolume": ParetoFront.hypervolume(points, reference: try testCase.numbers("ref")),
        "non_dominated": ParetoFront.nonDominated(points),
      ]
    case "ehvi":
      let value = ParetoFront.expectedImprovement(
        try testCase.rows("front"), reference: try testCase.numbers("ref"),
        means: try testCase.numbers("mean"), variances: try testCase.numbers("var"))
      return ["ehvi": value]
    default: throw CaseError.missing("kind")
    }
  }

  private static func single(_ testCase: [String: Any]) throws -> [String: Any] {
    let (mean, deviation) = (try testCase.number("mean"), try testCase.number("std"))
    let (best, margin) = (try testCase.number("best"), try testCase.number("xi"))
    let up = Improvement(mean: mean, standardDeviation: deviation, best: best, margin: margin)
    let down = Improvement(mean: -mean, standardDeviation: deviation, best: -best, margin: margin)
    return [
      "ei_max": text(up.expected), "log_ei_max": text(up.logExpected),
      "pi_max": text(up.probability), "log_pi_max": text(up.logProbability),
      "ei_min": text(down.expected), "log_ei_min": text(down.logExpected),
      "ucb_beta2": text(mean + 2 * deviation), "lcb_beta2": text(mean - 2 * deviation),
    ]
  }

  /// JSON has no infinite numbers: they go as text.
  private static func text(_ value: Double) -> Any {
    value.isFinite ? value : value < 0 ? "-inf" : "inf"
  }
}
