/// What a surrogate says about one candidate, in the unit of the target.
public struct Prediction: Hashable, Codable, Sendable {
  public var mean: Double

  /// Variance of repeated measurements around the mean: noise that more data does not remove.
  public var aleatoricVariance: Double

  /// Variance of the mean itself: what more data would remove.
  public var epistemicVariance: Double

  public init(mean: Double, aleatoricVariance: Double, epistemicVariance: Double) {
    self.mean = mean
    self.aleatoricVariance = aleatoricVariance
    self.epistemicVariance = epistemicVariance
  }

  /// Standard deviation of a new measurement.
  public var standardDeviation: Double {
    (aleatoricVariance + epistemicVariance).squareRoot()
  }

  /// The prediction of the property's negative: what maximizers see of a target to be minimized.
  public var negated: Prediction {
    Prediction(
      mean: -mean, aleatoricVariance: aleatoricVariance, epistemicVariance: epistemicVariance)
  }
}
