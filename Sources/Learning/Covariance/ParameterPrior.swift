import Foundation

/// What is known before any data of one parameter of a covariance or of noise, in the form in which it
/// is sought: the logarithm of a positive number, any other number as it is.
///
/// Normal in that form, or log-normal as a density of the positive number itself
/// (``isDensityOfNumber``), as Hvarfner, Hellsten and Nardi, ICML 2024, arXiv:2402.02229, have it for
/// lengthscales and noise. The signal variance, whose scale the standardized targets set, has a normal
/// density of its logarithm around 0 with spread 1.
public struct ParameterPrior: Codable, Hashable, Sendable {
  public var location: Double
  public var spread: Double

  /// The density is that of the number, not of its logarithm.
  public var isDensityOfNumber: Bool

  /// Where a fit keeps the parameter.
  public var range: ClosedRange<Double>

  /// Where the first search starts, which expects moderate detail.
  public var moderate: Double

  /// Where the second search starts, which expects a smooth function with little noise.
  public var smooth: Double

  public init(
    location: Double, spread: Double, isDensityOfNumber: Bool = false,
    range: ClosedRange<Double>, moderate: Double? = nil, smooth: Double? = nil
  ) {
    self.location = location
    self.spread = spread
    self.isDensityOfNumber = isDensityOfNumber
    self.range = range
    self.moderate = moderate ?? location
    self.smooth = smooth ?? moderate ?? location
  }

  /// The logarithm of the density, without constants, and its derivative.
  func logDensity(_ parameter: Double) -> (value: Double, slope: Double) {
    let z = (parameter - location) / spread
    let number = isDensityOfNumber ? 1.0 : 0
    return (-0.5 * z * z - number * parameter, -z / spread - number)
  }
}

extension ParameterPrior {
  /// Of a lengthscale that `dimensions` standardized columns have: it grows like √d, so that no count
  /// of columns makes everything look unrelated.
  static func lengthscale(dimensions: Int) -> ParameterPrior {
    let half = 0.5 * log(Double(max(dimensions, 1)))
    return ParameterPrior(
      location: 2.0.squareRoot() + half, spread: 3.0.squareRoot(), isDensityOfNumber: true,
      range: log(1e-2)...log(1e4), moderate: half, smooth: half + log(4))
  }

  /// Of the variance of a function of standardized targets.
  static let signalVariance = ParameterPrior(
    location: 0, spread: 1, range: log(1e-3)...log(1e3))

  /// Of the noise of standardized targets.
  public static let noiseVariance = ParameterPrior(
    location: -4, spread: 1, isDensityOfNumber: true,
    range: log(GaussianProcessFit.leastNoiseVariance)...log(10), moderate: log(0.05),
    smooth: log(0.01))

  /// Of a positive number around 1.
  static func positive(around logarithm: Double = 0, spread: Double = 1) -> ParameterPrior {
    ParameterPrior(
      location: logarithm, spread: spread, range: logarithm - log(1e3)...logarithm + log(1e3))
  }
}
