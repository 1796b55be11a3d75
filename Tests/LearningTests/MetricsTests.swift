import Foundation
import Learning
import TestKit
import Testing

@Suite("Metrics")
struct MetricsTests {
  private func fields(_ value: some Encodable) throws -> [String: Double] {
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(value))
    return try #require(object as? [String: Double])
  }

  @Test(
    "Agree with scikit-learn 1.9.1, SciPy 1.17.1 and Uncertainty Toolbox 0.1.1",
    .enabled(if: SharedFolder.has("golden/metrics/inputs.json")))
  func golden() throws {
    var compared = 0
    for (input, expected) in try SharedFolder.goldenCases("metrics") {
      let targets = try #require(input["y"] as? [Double])
      var answers: [String: Double] = [:]
      if input["kind"] as? String == "classification" {
        answers = try fields(
          try ClassificationMetrics(
            labels: targets.map { $0 == 1 },
            probabilities: try #require(input["p"] as? [Double])))
      } else {
        let means = try #require(input["mean"] as? [Double])
        let spreads = try #require(input["std"] as? [Double])
        answers = try fields(try RegressionMetrics(targets: targets, predictions: means))
        let uncertainty = try UncertaintyMetrics(
          targets: targets, means: means, standardDeviations: spreads)
        answers.merge(try fields(uncertainty)) { $1 }
      }
      for (name, value) in answers where name != "count" {
        let reference = try #require(expected[name] as? Double)
        #expect(abs(value - reference) <= 1e-7 + 1e-6 * abs(reference), "\(name)")
        compared += 1
      }
    }
    #expect(compared == 20 * 15 + 15 * 11)
  }

  @Test("Figures that do not exist are nil")
  func edges() throws {
    let one = try RegressionMetrics(targets: [3], predictions: [1])
    #expect(one.meanAbsoluteError == 2)
    #expect(one.r2 == nil)
    #expect(one.pearson == nil)
    let flat = try RegressionMetrics(targets: [0.1, 0.1, 0.1], predictions: [1, 2, 3])
    #expect(flat.r2 == nil)
    #expect(flat.spearman == nil)
    #expect(flat.kendallTauB == nil)
    let mean = try RegressionMetrics(targets: [1, 2, 3], predictions: [2, 2, 2])
    #expect(mean.r2 == 0)
    #expect(mean.pearson == nil)
    let certain = try UncertaintyMetrics(
      targets: [1, 2], means: [1, 4], standardDeviations: [0, 0])
    #expect(certain.negativeLogLikelihood == nil)
    #expect(certain.rankedProbabilityScore == 1)
    #expect(certain.sharpness == 0)
    let single = try ClassificationMetrics(labels: [true, true], probabilities: [0.2, 0.9])
    #expect(single.areaUnderROC == nil)
    #expect(single.averagePrecision == 1)
    #expect(single.balancedAccuracy == 0.5)
    #expect(single.matthewsCorrelation == 0)
    let none = try ClassificationMetrics(labels: [true, false], probabilities: [0.2, 0])
    #expect(none.precision == 0)
    #expect(none.f1 == 0)
    #expect(none.logLoss.isFinite)
  }

  @Test("Bad columns are refused with their row")
  func refusals() {
    #expect(throws: MetricsError.empty) {
      try RegressionMetrics(targets: [], predictions: [])
    }
    #expect(throws: MetricsError.unequalCounts(targets: 1, predictions: 2)) {
      try RegressionMetrics(targets: [1], predictions: [1, 2])
    }
    #expect(throws: MetricsError.notFinite(row: 1)) {
      try RegressionMetrics(targets: [1, 2], predictions: [1, .nan])
    }
    #expect(throws: MetricsError.negativeSpread(row: 0, -1)) {
      try UncertaintyMetrics(targets: [1], means: [1], standardDeviations: [-1])
    }
    #expect(throws: MetricsError.notProbability(row: 0, 1.5)) {
      try ClassificationMetrics(labels: [true], probabilities: [1.5])
    }
  }

  @Test("The area between curve and diagonal is that of its triangles")
  func calibrationCurve() {
    let curve = CalibrationCurve(scores: [0, .infinity], levels: 3)
    #expect(curve.expected == [0, 0.5, 1])
    #expect(curve.observed == [0.5, 0.5, 1])
    // From a gap of 1/2 at 0 to none at 1/2: one triangle.
    #expect(curve.miscalibrationArea == 0.125)
    // The curve crosses the diagonal half-way between 0.5 above and 0.5 below.
    let crossing = CalibrationCurve(expected: [0, 1], observed: [0.5, 0.5])
    #expect(crossing.miscalibrationArea == 0.25)
  }
}
