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
    case .maximize: 1 - prediction.cumulative(limit)
    case .minimize: prediction.cumulative(limit)
    case .target(let target):
      max(0, prediction.cumulative(target + limit) - prediction.cumulative(target - limit))
    }
  }
}

extension ModelPrediction {
  /// The probability that a new measurement lies below a value, from the calibrated interval.
  ///
  /// On either side of the mean a half of a normal distribution as wide as the interval says: at the
  /// ends of the interval this is exact by calibration, elsewhere an interpolation.
  func cumulative(_ value: Double) -> Double {
    let reach = value < mean ? mean - lowerBound : upperBound - mean
    if value == mean || reach == .infinity { return 0.5 }
    return Normal.cumulative((value - mean) / reach * Normal.quantile(0.5 + coverage / 2))
  }
}
