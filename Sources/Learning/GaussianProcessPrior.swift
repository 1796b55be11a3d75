import Foundation

/// What is known of the hyperparameters before any data.
///
/// Lengthscales and noise as Hvarfner, Hellsten and Nardi, ICML 2024, arXiv:2402.02229: log-normal,
/// with a lengthscale that grows like √d, so that no dimension count makes everything look
/// unrelated. As there, the density is that of the lengthscale and of the noise themselves, not of
/// their logarithms. The signal variance, whose scale the standardized targets set, has a normal
/// density of its logarithm around 0 with spread 1.
public struct GaussianProcessPrior: Codable, Hashable, Sendable {
  public var lengthscaleLocation: Double
  public var lengthscaleSpread = 3.0.squareRoot()
  public var noiseLocation = -4.0
  public var noiseSpread = 1.0
  public var signalSpread = 1.0

  /// - Parameter dimensions: Columns of the inputs, `d`.
  public init(dimensions: Int) {
    lengthscaleLocation = 2.0.squareRoot() + 0.5 * log(Double(max(dimensions, 1)))
  }

  /// The least noise variance of standardized targets that a fit may arrive at.
  public static let leastNoiseVariance = 1e-4

  /// Adds the logarithm of the prior density (without constants) and its gradient.
  ///
  /// - Parameter logarithms: Of the lengthscales, then of signal and noise variance.
  func add(_ logarithms: [Double], to gradient: inout [Double]) -> Double {
    let lengthscales = logarithms.count - 2
    var density = 0.0
    for place in 0..<lengthscales {
      let z = (logarithms[place] - lengthscaleLocation) / lengthscaleSpread
      density -= 0.5 * z * z + logarithms[place]
      gradient[place] -= z / lengthscaleSpread + 1
    }
    let signal = logarithms[lengthscales] / signalSpread
    density -= 0.5 * signal * signal
    gradient[lengthscales] -= signal / signalSpread
    let noise = (logarithms[lengthscales + 1] - noiseLocation) / noiseSpread
    density -= 0.5 * noise * noise + logarithms[lengthscales + 1]
    gradient[lengthscales + 1] -= noise / noiseSpread + 1
    return density
  }

  /// Ranges of the logarithms within which a fit stays.
  func bounds(lengthscales: Int) -> [ClosedRange<Double>] {
    let length = log(1e-2)...log(1e4)
    return [ClosedRange<Double>](repeating: length, count: lengthscales) + [
      log(1e-3)...log(1e3), log(GaussianProcessPrior.leastNoiseVariance)...log(10),
    ]
  }
}
