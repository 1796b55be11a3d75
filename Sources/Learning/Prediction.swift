/// What a surrogate says about one candidate, in the unit of the target.
public struct Prediction: Hashable, Codable, Sendable {
  public var mean: Double

  /// Variance of repeated measurements around the mean: noise that more data does not remove.
  public var aleatoricVariance: Double

  /// Variance of the mean itself: what more data would remove.
  public var epistemicVariance: Double

  /// How far the distribution of a new measurement reaches to either side, where the surrogate
  /// knows more of it than a variance.
  public var tails: Tails?

  /// Distances from the mean down to the 5 % quantile and up to the 95 % quantile; zero or more.
  public struct Tails: Hashable, Codable, Sendable {
    public var below: Double
    public var above: Double

    public init(below: Double, above: Double) {
      self.below = below
      self.above = above
    }
  }

  public init(
    mean: Double, aleatoricVariance: Double, epistemicVariance: Double, tails: Tails? = nil
  ) {
    self.mean = mean
    self.aleatoricVariance = aleatoricVariance
    self.epistemicVariance = epistemicVariance
    self.tails = tails
  }

  /// Standard deviation of a new measurement.
  public var standardDeviation: Double {
    (aleatoricVariance + epistemicVariance).squareRoot()
  }

  /// The mean as the chance of the second of two classes, in 0 ... 1.
  var chance: Double { min(max(mean, 0), 1) }

  /// The prediction of the property's negative: what maximizers see of a target to be minimized.
  public var negated: Prediction {
    Prediction(
      mean: -mean, aleatoricVariance: aleatoricVariance, epistemicVariance: epistemicVariance,
      tails: tails.map { Tails(below: $0.above, above: $0.below) })
  }
}
