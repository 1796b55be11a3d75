import DenseMath

/// Finds the parameters with the highest posterior density: evidence times priors.
struct ParameterSearch: Sendable {
  let priors: [ParameterPrior]

  /// Starting points; the best end wins.
  var starts = 2
  var maximumIterations = 60

  struct Result: Sendable {
    var parameters: [Double]

    /// Evidence plus prior, up to a constant.
    var logPosterior: Double
    var evaluations: Int
  }

  /// - Parameters:
  ///   - first: Where the first search starts, if not where the priors say.
  ///   - generator: Draws the starts after the second.
  ///   - evidence: Fills the gradient and answers the logarithm of the evidence, −∞ where it has none.
  /// - Returns: `nil` when no start can be evaluated.
  func maximize(
    from first: [Double]?, using generator: inout SplitMix64, _ evidence: LBFGS.Objective
  ) -> Result? {
    var search = LBFGS()
    search.maximumIterations = maximumIterations
    search.gradientTolerance = 1e-3
    search.functionTolerance = 1e-7
    var best: Result?
    for start in 0..<max(starts, 1) {
      let origin = origin(start, first: first, using: &generator)
      let found = search.minimize(from: origin, bounds: priors.map(\.range)) { point, gradient in
        negativeDensity(point, &gradient, evidence)
      }
      guard found.value.isFinite, -found.value > best?.logPosterior ?? -.infinity else { continue }
      best = Result(
        parameters: found.point, logPosterior: -found.value, evaluations: found.evaluations)
    }
    return best
  }

  /// Fills the gradient and answers minus the logarithm of evidence times priors; infinite where there is none.
  func negativeDensity(
    _ point: [Double], _ gradient: inout [Double], _ evidence: LBFGS.Objective
  ) -> Double {
    let value = evidence(point, &gradient)
    guard value.isFinite, gradient.allSatisfy(\.isFinite) else { return .infinity }
    var density = value
    for (place, prior) in priors.enumerated() {
      let own = prior.logDensity(point[place])
      density += own.value
      gradient[place] = -(gradient[place] + own.slope)
    }
    return -density
  }

  /// The first start expects moderate detail, the second a smooth function with little noise; the
  /// others scatter around them.
  private func origin(
    _ start: Int, first: [Double]?, using generator: inout SplitMix64
  ) -> [Double] {
    if start == 0, let first, first.count == priors.count { return first }
    let base = priors.map { start % 2 == 0 ? $0.moderate : $0.smooth }
    return start < 2 ? base : base.map { $0 + generator.normal() }
  }
}
