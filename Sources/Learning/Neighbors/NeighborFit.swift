import DenseMath
import Foundation

/// Finds the hyperparameters under which some measurements are most likely, each given those around it,
/// with the priors of ``GaussianProcessPrior``.
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
    let found = search.minimize(from: start, bounds: bounds(evidence.hasOwnNoise)) {
      point, gradient in
      let value = evidence.value(point, gradient: &gradient)
      guard value.isFinite else { return .infinity }
      let density = addPrior(point, to: &gradient)
      for place in gradient.indices { gradient[place] = -gradient[place] }
      return -(value + density)
    }
    guard found.value.isFinite else { throw .noStart }
    return found.point
  }

  private func bounds(_ hasOwnNoise: Bool) -> [ClosedRange<Double>] {
    let scales = GaussianProcessPrior(dimensions: 1).bounds(lengthscales: groupSizes.count)
    var result = scales + (hasOwnNoise ? [scales[groupSizes.count + 1]] : [])
    let limits = zip(groupSizes.indices, mostLengthscales ?? [])
    for (group, most) in limits where most.isFinite {
      let upper = log(most * Double(max(groupSizes[group], 1)).squareRoot())
      result[group] = min(result[group].lowerBound, upper)...upper
    }
    return result
  }

  /// Adds the logarithm of the prior's density and its gradient.
  private func addPrior(_ logarithms: [Double], to gradient: inout [Double]) -> Double {
    var density = 0.0
    func add(_ place: Int, location: Double, spread: Double, ofLogarithm: Bool) {
      let z = (logarithms[place] - location) / spread
      density -= 0.5 * z * z + (ofLogarithm ? 0 : logarithms[place])
      gradient[place] -= z / spread + (ofLogarithm ? 0 : 1)
    }
    let count = groupSizes.count
    for (group, size) in groupSizes.enumerated() {
      let prior = GaussianProcessPrior(dimensions: size)
      add(
        group, location: prior.lengthscaleLocation, spread: prior.lengthscaleSpread,
        ofLogarithm: false)
    }
    let prior = GaussianProcessPrior(dimensions: 1)
    add(count, location: 0, spread: prior.signalSpread, ofLogarithm: true)
    for place in (count + 1)..<logarithms.count {
      add(place, location: prior.noiseLocation, spread: prior.noiseSpread, ofLogarithm: false)
    }
    return density
  }
}
