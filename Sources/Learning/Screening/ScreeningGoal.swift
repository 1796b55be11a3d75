import DenseMath

/// What a screening looks for and which number it ranks by.
public struct ScreeningGoal: Hashable, Sendable {
  public enum Aim: Hashable, Sendable {
    case maximize
    case minimize
    /// As near as possible to this value, in the unit of the property.
    case target(Double)
  }

  public enum Criterion: Hashable, Sendable {
    case mean
    /// An end of the calibrated interval: the lower one of a property to be maximized (or the upper
    /// one of a property to be minimized) is the careful choice, the other one the hopeful choice.
    case lower
    case upper
    /// The probability that a new measurement reaches this limit: lies at or above it (maximize), at
    /// or below it (minimize), or no farther than it from the target.
    case probability(Double)
  }

  public let aim: Aim
  public let criterion: Criterion

  public init(_ aim: Aim = .maximize, by criterion: Criterion = .mean) {
    self.aim = aim
    self.criterion = criterion
  }

  /// How much a prediction is wanted: higher is better. NaN where the prediction is.
  public func score(_ prediction: ModelPrediction) -> Double {
    switch criterion {
    case .mean: wanted(prediction.mean)
    case .lower: wanted(prediction.lowerBound)
    case .upper: wanted(prediction.upperBound)
    case .probability(let limit): probability(prediction, limit)
    }
  }

  private func wanted(_ value: Double) -> Double {
    switch aim {
    case .maximize: value
    case .minimize: -value
    case .target(let target): -abs(value - target)
    }
  }

  private func probability(_ prediction: ModelPrediction, _ limit: Double) -> Double {
    switch aim {
    case .maximize: Normal.cumulative(-prediction.deviate(limit))
    case .minimize: Normal.cumulative(prediction.deviate(limit))
    case .target(let target):
      max(
        0,
        Normal.cumulative(prediction.deviate(target + limit))
          - Normal.cumulative(prediction.deviate(target - limit)))
    }
  }
}

extension ModelPrediction {
  /// Where a value lies in the distribution of a new measurement: the probability of less is the
  /// cumulative standard normal distribution at this number.
  ///
  /// On either side of the mean the distribution is half of a normal one, as wide as the calibrated
  /// interval says: at the ends of the interval it is exact by calibration, elsewhere an interpolation.
  func deviate(_ value: Double) -> Double {
    let reach = value < mean ? mean - lowerBound : upperBound - mean
    if value == mean || reach == .infinity { return 0 }
    return (value - mean) / reach * Normal.quantile(0.5 + coverage / 2)
  }
}
