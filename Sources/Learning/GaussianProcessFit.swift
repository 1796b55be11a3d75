public import DenseMath
import Foundation

/// Finds the hyperparameters with the highest posterior density (evidence times prior).
public struct GaussianProcessFit: Sendable {
  public var prior: GaussianProcessPrior

  /// Starting points of the search; the best end wins.
  public var starts = 2
  public var maximumIterations = 60

  /// One lengthscale for all columns.
  public var sharesLengthscale = false

  public init(prior: GaussianProcessPrior) {
    self.prior = prior
  }

  public struct Result: Sendable {
    public var hyperparameters: GaussianProcessHyperparameters

    /// Evidence plus prior, up to a constant.
    public var logPosterior: Double
    public var evaluations: Int
  }

  /// - Parameters:
  ///   - first: Where the first search starts, if not at the default; with one of these, a single
  ///     start is usually enough.
  ///   - generator: Draws the starts after the second.
  /// - Throws: ``GaussianProcessError`` when no start can be evaluated.
  public func maximize(
    _ evidence: GaussianProcessEvidence, from first: GaussianProcessHyperparameters? = nil,
    using generator: inout SplitMix64
  ) throws(GaussianProcessError) -> Result {
    let columns = evidence.inputs.columns
    let lengthscales = sharesLengthscale ? 1 : columns
    var search = LBFGS()
    search.maximumIterations = maximumIterations
    search.gradientTolerance = 1e-3
    search.functionTolerance = 1e-7
    var best: Result?
    for start in 0..<max(starts, 1) {
      let origin = logarithms(
        start, first: first, lengthscales: lengthscales, columns: columns, using: &generator)
      let found = search.minimize(from: origin, bounds: prior.bounds(lengthscales: lengthscales)) {
        point, gradient in
        var slopes = gradient
        let value = evidence.value(point, gradient: &slopes)
        guard value.isFinite else { return .infinity }
        let density = prior.add(point, to: &slopes)
        gradient = slopes.map { -$0 }
        return -(value + density)
      }
      guard found.value.isFinite, -found.value > best?.logPosterior ?? -.infinity else { continue }
      best = Result(
        hyperparameters: hyperparameters(found.point), logPosterior: -found.value,
        evaluations: found.evaluations)
    }
    guard let best else { throw .noStart }
    return best
  }

  private func hyperparameters(_ logarithms: [Double]) -> GaussianProcessHyperparameters {
    let values = logarithms.map { exp($0) }
    return GaussianProcessHyperparameters(
      lengthscales: Array(values.dropLast(2)), signalVariance: values[values.count - 2],
      noiseVariance: max(values[values.count - 1], GaussianProcessPrior.leastNoiseVariance))
  }

  /// The first start expects moderate detail, the second a smooth function with little noise; the
  /// others scatter around them.
  private func logarithms(
    _ start: Int, first: GaussianProcessHyperparameters?, lengthscales: Int, columns: Int,
    using generator: inout SplitMix64
  ) -> [Double] {
    if start == 0, let first, first.lengthscales.count == lengthscales {
      return (first.lengthscales + [first.signalVariance, first.noiseVariance]).map { log($0) }
    }
    let typical = 0.5 * log(Double(max(columns, 1)))
    let smooth = [Double](repeating: typical + log(4), count: lengthscales) + [0, log(0.01)]
    let moderate = [Double](repeating: typical, count: lengthscales) + [0, log(0.05)]
    switch start {
    case 0: return moderate
    case 1: return smooth
    default:
      let base = start % 2 == 0 ? moderate : smooth
      return base.map { $0 + generator.normal() }
    }
  }
}
