import DenseMath
import Learning
import Matter

/// Which candidates may turn out the best, and how their posterior means follow a measurement.
enum KnowledgeLandmarks {
  /// Up to 100 places with the highest means, and with the highest means plus two deviations.
  static func places(_ predictions: [Prediction], among allowed: [Int]) -> [Int] {
    let all = allowed.isEmpty ? Array(predictions.indices) : allowed
    func top(_ value: (Prediction) -> Double) -> ArraySlice<Int> {
      all.sorted {
        let (a, b) = (value(predictions[$0]), value(predictions[$1]))
        return a == b ? $0 < $1 : a > b
      }.prefix(50)
    }
    let chosen = Set(
      top(\.mean) + top { $0.mean + 2 * max($0.epistemicVariance, 0).squareRoot() })
    return chosen.sorted()
  }

  /// Slopes from closed-form covariances, or from joint draws where there are none: then with
  /// correlations that 64 draws cannot tell from 0 taken as 0.
  static func knowledge(
    of candidates: [Candidate], _ predictions: [Prediction], landmarks: [Candidate],
    means: [Double], _ surrogate: any Surrogate
  ) throws -> AcquisitionContext.Knowledge {
    var slopes = try covariance(candidates, landmarks, surrogate)
    var own: [Double] = []
    for (row, prediction) in predictions.enumerated() {
      let latent = max(prediction.epistemicVariance, 0)
      let total = (latent + max(prediction.aleatoricVariance, 0)).squareRoot()
      own.append(total > 0 ? latent / total : 0)
      for column in landmarks.indices {
        slopes[row, column] = total > 0 ? slopes[row, column] / total : 0
      }
    }
    return AcquisitionContext.Knowledge(means: means, slopes: slopes, ownSlopes: own)
  }

  /// `[a.count, b.count]`.
  static func covariance(
    _ a: [Candidate], _ b: [Candidate], _ surrogate: any Surrogate
  ) throws -> Matrix {
    if let joint = surrogate as? any JointSurrogate { return try joint.covariance(a, b) }
    var generator = SplitMix64(seed: 0xC0)
    let draws = try PosteriorDraws(surrogate, a + b, count: 64, using: &generator)
    let deviations = try surrogate.predict(a + b).map {
      max($0.epistemicVariance, 0).squareRoot()
    }
    var result = Matrix(rows: a.count, columns: b.count)
    for row in a.indices {
      for column in b.indices {
        let correlation =
          a[row] == b[column] ? 1 : draws.correlation(row, a.count + column)
        // Two standard errors of a correlation of 0.
        let sure = max(0, abs(correlation) - 0.25) / 0.75
        result[row, column] =
          (correlation < 0 ? -sure : sure) * deviations[row] * deviations[a.count + column]
      }
    }
    return result
  }
}
