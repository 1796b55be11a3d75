import DenseMath
import Foundation

/// Finds the hyperparameters under which some measurements are most likely, each given those around it,
/// with the priors of ``ParameterPrior``.
struct NeighborFit: Sendable {
  /// How many columns each group has.
  let groupSizes: [Int]
  var maximumIterations = 40

  /// Upper bounds of the groups' lengthscales in units of the root of their columns, where there are some.
  var mostLengthscales: [Double]?

  /// Where a search starts that knows nothing: lengthscales that grow with the columns, little noise.
  func start(hasOwnNoise: Bool) -> [Double] {
    groupSizes.map { 0.5 * log(Double(max($0, 1))) } + [0, log(0.05)]
      + (hasOwnNoise ? [log(0.01)] : [])
  }

  /// - Parameter start: Logarithms as ``NeighborEvidence`` takes them.
  /// - Returns: Likewise.
  /// - Throws: ``GaussianProcessError/noStart`` where nothing can be evaluated.
  func maximize(
    _ evidence: NeighborEvidence, from start: [Double]
  ) throws(GaussianProcessError) -> [Double] {
    var search = LBFGS()
    search.maximumIterations = maximumIterations
    search.gradientTolerance = 1e-2
    search.functionTolerance = 1e-6
    let priors = priors(evidence.hasOwnNoise)
    let found = search.minimize(from: start, bounds: bounds(priors)) { point, gradient in
      let value = evidence.value(point, gradient: &gradient)
      guard value.isFinite else { return .infinity }
      var density = 0.0
      for (place, prior) in priors.enumerated() {
        let own = prior.logDensity(point[place])
        density += own.value
        gradient[place] = -(gradient[place] + own.slope)
      }
      return -(value + density)
    }
    guard found.value.isFinite else { throw .noStart }
    return found.point
  }

  private func priors(_ hasOwnNoise: Bool) -> [ParameterPrior] {
    groupSizes.map { .lengthscale(dimensions: $0) } + [.signalVariance, .noiseVariance]
      + (hasOwnNoise ? [.noiseVariance] : [])
  }

  private func bounds(_ priors: [ParameterPrior]) -> [ClosedRange<Double>] {
    var result = priors.map(\.range)
    let limits = zip(groupSizes.indices, mostLengthscales ?? [])
    for (group, most) in limits where most.isFinite {
      let upper = log(most * Double(max(groupSizes[group], 1)).squareRoot())
      result[group] = min(result[group].lowerBound, upper)...upper
    }
    return result
  }
}
