import DenseMath
import Design
import Learning
import Matter

/// Scores candidates by the acquisition of a campaign, with what its models and findings say.
struct CandidateScorer {
  let acquisition: StandardAcquisition
  let direction: Objective.Direction
  let models: SurrogateSet
  let limits: [PropertyLimit]

  /// Of the values measured so far, oriented so that more is better.
  let observed: TargetStandardization

  /// The best feasible value, oriented; `nil` as long as nothing feasible is known.
  let incumbent: Double?

  init(_ campaign: Campaign, _ models: SurrogateSet) {
    let plan = campaign.plan
    acquisition = plan.acquisition
    direction = plan.objective.direction
    limits = plan.limits
    self.models = models
    let sign = plan.objective.sign
    observed = TargetStandardization(fitting: campaign.findings.map { sign * $0.objective })
    incumbent = campaign.best.map { sign * $0.objective }
  }

  /// - Parameter generator: Moves on only for acquisitions that draw.
  func score(
    _ candidates: [Candidate], using generator: inout SplitMix64
  ) throws -> [Double] {
    let context = try context(candidates, using: &generator)
    // Where nothing feasible is known there is no improvement to expect: find something feasible.
    if incumbent == nil, [.ei, .logEI, .pi].contains(acquisition.kind) {
      return context.logFeasibility ?? candidates.map { _ in 0 }
    }
    return acquisition.score(context, using: &generator)
  }

  func context(
    _ candidates: [Candidate], using generator: inout SplitMix64
  ) throws -> AcquisitionContext {
    var predictions = try models.objective.predict(candidates)
    if direction == .minimize { predictions = predictions.map(\.negated) }
    var context = AcquisitionContext(
      predictions: predictions, incumbent: incumbent ?? -.infinity, observed: observed,
      logFeasibility: limits.isEmpty ? nil : try logFeasibility(of: candidates))
    if acquisition.needsSamples {
      let drawn = try models.objective.sample(candidates, using: &generator)
      context.samples = direction == .minimize ? drawn.map { -$0 } : drawn
    }
    return context
  }

  /// `log P` that all limits are kept, for each candidate.
  func logFeasibility(of candidates: [Candidate]) throws -> [Double] {
    try FeasibilityLimits.logProbability(
      limits.map { FeasibilityLimits(lower: $0.atLeast, upper: $0.atMost) },
      limits.map { try models[$0.property].predict(candidates) })
  }
}
