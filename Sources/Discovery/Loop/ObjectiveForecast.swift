import DenseMath
import Design
import Learning
import Matter

/// What the models of several objectives say of candidates, every objective turned so that more is
/// better.
struct ObjectiveForecast {
  let objectives: [Objective]
  let models: SurrogateSet

  /// One list an objective, in the order of the candidates.
  func predictions(_ candidates: [Candidate]) throws -> [[Prediction]] {
    try models.prepare(candidates)
    return try objectives.map { objective in
      let predictions = try models[objective.expression].predict(candidates)
      return objective.isNegated ? predictions.map(\.negated) : predictions
    }
  }

  /// One point of means a candidate.
  func means(_ candidates: [Candidate]) throws -> [[Double]] {
    let predictions = try predictions(candidates)
    return candidates.indices.map { place in predictions.map { $0[place].mean } }
  }

  /// The same objectives after some candidates are believed in.
  func believing(_ candidates: [Candidate]) throws -> ObjectiveForecast {
    ObjectiveForecast(objectives: objectives, models: try models.believing(candidates))
  }

  /// Objectives of measured candidates: as measured, or the posterior means of those whose noise is
  /// above a twentieth of the spread.
  func front(_ findings: [Campaign.Finding], _ measured: [[Double]]) throws -> [[Double]] {
    guard !findings.isEmpty else { return [] }
    let predictions = try predictions(findings.map(\.candidate))
    var result = measured
    for objective in objectives.indices {
      let scale = TargetStandardization(fitting: measured.map { $0[objective] }).scale
      let noise = Statistics.mean(predictions[objective].map(\.aleatoricVariance))
      guard noise > 0.0025 * scale * scale else { continue }
      for place in measured.indices {
        result[place][objective] = predictions[objective][place].mean
      }
    }
    return result
  }
}

extension [[Prediction]] {
  /// Means of all objectives at one place.
  func means(_ place: Int) -> [Double] { map { $0[place].mean } }

  /// Epistemic deviations of all objectives at one place.
  func deviations(_ place: Int) -> [Double] {
    map { Swift.max($0[place].epistemicVariance, 0).squareRoot() }
  }
}
