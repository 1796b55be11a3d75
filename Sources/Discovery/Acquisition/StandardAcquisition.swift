public import DenseMath
import Foundation
import Learning

/// The acquisitions for one target that look at marginal predictions or at one draw.
///
/// Uncertainty is the epistemic part: noise is not worth measuring. Constraints act by their
/// probability `p` of being met: ``AcquisitionKind/ei`` and ``AcquisitionKind/pi`` are multiplied
/// by it (Gardner et al., ICML 2014). The others may be negative, so that a product would favor
/// the infeasible; they are given in units of the spread of the observed targets plus `log p`
/// (``AcquisitionKind/logEI`` is a logarithm as it is). ``AcquisitionKind/random`` stays blind.
public struct StandardAcquisition: Acquisition, Codable, Hashable {
  public var kind: AcquisitionKind

  /// Share of the uncertainty in ``AcquisitionKind/convex``: 0 exploits, 1 explores.
  public var alpha = 0.5

  /// Weight of the standard deviation in ``AcquisitionKind/ucb``.
  public var beta = 2.0

  /// What an improvement must exceed, in units of the spread of the observed targets.
  public var margin = 0.0

  public init(_ kind: AcquisitionKind, alpha: Double = 0.5, beta: Double = 2, margin: Double = 0) {
    self.kind = kind
    self.alpha = alpha
    self.beta = beta
    self.margin = margin
  }

  public var needsSamples: Bool { kind == .thompson }

  public func score(
    _ context: AcquisitionContext, using generator: inout SplitMix64
  ) -> [Double] {
    precondition(
      !needsSamples || context.samples?.count == context.predictions.count,
      "thompson needs one joint draw for its \(context.predictions.count) candidates")
    if kind == .random { return context.predictions.map { _ in generator.uniform() } }
    return context.predictions.indices.map { place in
      let value = score(place, context)
      let feasibility = context.logFeasibility?[place] ?? 0
      let combined = isProduct ? value * exp(feasibility) : value + feasibility
      return combined.isNaN ? -.infinity : combined
    }
  }

  /// Whether scores are expectations of what is gained, which feasibility multiplies.
  private var isProduct: Bool { kind == .ei || kind == .pi }

  private func score(_ place: Int, _ context: AcquisitionContext) -> Double {
    let prediction = context.predictions[place]
    let (center, spread) = (context.observed.mean, context.observed.scale)
    let deviation = max(prediction.epistemicVariance, 0).squareRoot()
    let (mean, uncertainty) = ((prediction.mean - center) / spread, deviation / spread)
    let improvement = Improvement(
      mean: prediction.mean, standardDeviation: deviation, best: context.incumbent,
      margin: margin * spread)
    return switch kind {
    case .convex: (1 - alpha) * mean + alpha * uncertainty
    case .ucb: mean + beta * uncertainty
    case .ei: improvement.expected
    case .logEI: improvement.logExpected
    case .pi: improvement.probability
    case .thompson: ((context.samples?[place] ?? .nan) - center) / spread
    case .maxVariance: uncertainty
    case .random: 0
    }
  }
}
