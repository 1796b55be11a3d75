public import DenseMath
import Foundation
import Learning

/// The acquisitions for one target.
///
/// Uncertainty is the epistemic part: noise is not worth measuring. Constraints act by their
/// probability `p` of being met: ``AcquisitionKind/ei`` and ``AcquisitionKind/pi`` are multiplied
/// by it (Gardner et al., ICML 2014). The others may be negative, so that a product would favor
/// the infeasible; they get `log p` added, those that are no logarithms in units of the spread of
/// the observed targets. Costs divide gains in the same way. ``AcquisitionKind/random`` stays blind.
public struct StandardAcquisition: Acquisition, Codable, Hashable {
  public var kind: AcquisitionKind

  /// Share of the uncertainty in ``AcquisitionKind/convex``: 0 exploits, 1 explores.
  public var alpha = 0.5

  /// Weight of the standard deviation in ``AcquisitionKind/ucb``.
  public var beta = 2.0

  /// What an improvement must exceed, in units of the spread of the observed targets.
  public var margin = 0.0

  /// The level of ``AcquisitionKind/levelSet``, in the unit of the objective.
  public var level: Double?

  /// Share of the outcomes that count as the worst in ``AcquisitionKind/riskAverse``; 0.2 if `nil`.
  public var share: Double?

  /// Of ``AcquisitionKind/riskAverse``: by how much an atomic fraction may miss what was asked for,
  /// as a standard deviation; 0 if `nil`.
  public var inputNoise: Double?

  /// How the candidates of one round are chosen beside each other; ``BatchRule/believer`` if `nil`.
  public var batch: BatchRule?

  /// What measuring a candidate costs: gains count per cost. All cost the same if `nil`.
  public var cost: CandidateCost?

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
      let feasibility =
        (context.logFeasibility?[place] ?? 0) - (context.logCosts?[place] ?? 0)
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
      mean: prediction.mean - (context.risks?[place] ?? 0), standardDeviation: deviation,
      best: context.incumbent, margin: margin * spread)
    return switch kind {
    case .convex, .auto: (1 - alpha) * mean + alpha * uncertainty
    case .ucb: mean + beta * uncertainty
    case .ei: improvement.expected
    case .logEI: improvement.logExpected
    case .pi: improvement.probability
    case .thompson: drawn(place, context)
    case .maxVariance: uncertainty
    case .knowledgeGradient: knowledgeGradient(place, context)
    case .maxValueEntropy:
      MaxValueEntropy.logGain(
        mean: prediction.mean, deviation: deviation, maxima: context.maxima ?? [])
    case .target: targetImprovement(prediction.mean, deviation, context)
    case .levelSet:
      Self.straddle * uncertainty - abs(prediction.mean - (context.level ?? center)) / spread
    case .riskAverse: improvement.logExpected
    case .hypervolume, .noisyHypervolume, .chebyshev:
      preconditionFailure("\(kind.rawValue) weighs several objectives")
    case .random: 0
    }
  }

  private func drawn(_ place: Int, _ context: AcquisitionContext) -> Double {
    let sample = context.samples?[place] ?? .nan
    guard let goal = context.goal else {
      return (sample - context.observed.mean) / context.observed.scale
    }
    return -abs(sample - goal) / context.observed.scale
  }

  /// Half of the width of a 95 % interval, as in Bryan et al. 2005.
  private static let straddle = 1.96

  private func knowledgeGradient(_ place: Int, _ context: AcquisitionContext) -> Double {
    guard let knowledge = context.knowledge else { return -.infinity }
    return KnowledgeGradient.logGain(
      means: knowledge.means + [context.predictions[place].mean],
      slopes: Array(knowledge.slopes.row(place)) + [knowledge.ownSlopes[place]])
  }

  private func targetImprovement(
    _ mean: Double, _ deviation: Double, _ context: AcquisitionContext
  ) -> Double {
    TargetImprovement(
      mean: mean, standardDeviation: deviation, target: context.goal ?? 0,
      distance: max(-context.incumbent, 0)
    ).logExpected
  }
}
