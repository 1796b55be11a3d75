import DenseMath
import Design
import Foundation
import Learning
import Matter

/// Scores candidates by the acquisition of a campaign, with what its models and findings say.
struct CandidateScorer {
  let acquisition: StandardAcquisition
  let objective: Objective
  let models: SurrogateSet
  let limits: [PropertyLimit]

  /// By candidate, where costs are a column.
  let costs: [Candidate: Double]

  /// Of the values measured so far, oriented so that more is better.
  let observed: TargetStandardization

  /// The best feasible value, oriented; `nil` as long as nothing feasible is known.
  private(set) var incumbent: Double?

  /// Candidates among which the best is looked for.
  private let landmarks: [Candidate]

  /// - Parameters:
  ///   - acquisition: The plan's, with ``AcquisitionKind/auto`` resolved.
  ///   - models: With the proposals on their way believed in.
  init(
    _ campaign: Campaign, _ acquisition: StandardAcquisition, _ models: SurrogateSet,
    space: any Space, costs: [Candidate: Double]
  ) throws {
    let plan = campaign.plan
    self.acquisition = acquisition
    self.models = models
    self.costs = costs
    objective = plan.objective
    limits = plan.limits
    let sign = plan.objective.isNegated ? -1.0 : 1
    observed = TargetStandardization(fitting: campaign.findings.map { sign * $0.value })
    incumbent = campaign.best.map { plan.objective.sign * $0.objective }
    let usesLandmarks = [.knowledgeGradient, .maxValueEntropy].contains(acquisition.kind)
    landmarks = usesLandmarks ? Self.landmarks(campaign, space) : []
    if acquisition.kind.needsIncumbent, incumbent != nil {
      incumbent = try bestBelieved(campaign) ?? incumbent
    }
  }

  /// Where measurements scatter, the best of them is lucky: the best posterior mean at a feasible
  /// finding takes its place (Letham et al., Bayesian Anal. 14, 495 (2019), section 2).
  ///
  /// - Returns: `nil` where noise is below a twentieth of the spread of the targets.
  private func bestBelieved(_ campaign: Campaign) throws -> Double? {
    let feasible = campaign.ranked.map(\.candidate)
    var generator = SplitMix64(seed: 0)
    let waiting = campaign.pending.filter(campaign.countsFully).map(\.candidate)
    let context = try context(feasible + waiting, using: &generator)
    let noise = Statistics.mean(context.predictions.map(\.aleatoricVariance))
    let isNoisy = noise > 0.0025 * observed.scale * observed.scale
    guard isNoisy || acquisition.kind == .riskAverse || context.predictions.count > feasible.count
    else { return nil }
    let measured = isNoisy || acquisition.kind == .riskAverse ? -.infinity : incumbent ?? -.infinity
    var blind = context
    blind.incumbent = measured
    // Proposals on their way count as predicted.
    let first = measured == -.infinity ? 0 : feasible.count
    return (first..<context.predictions.count).reduce(measured) {
      max($0, blind.believedIncumbent($1))
    }
  }

  /// - Parameter generator: Moves on only for acquisitions that draw.
  func score(
    _ candidates: [Candidate], using generator: inout SplitMix64
  ) throws -> [Double] {
    let context = try context(candidates, using: &generator)
    // Where nothing feasible is known there is no improvement to expect: find something feasible.
    if incumbent == nil, acquisition.kind.needsIncumbent {
      return context.logFeasibility ?? candidates.map { _ in 0 }
    }
    return acquisition.score(context, using: &generator)
  }

  func context(
    _ candidates: [Candidate], using generator: inout SplitMix64
  ) throws -> AcquisitionContext {
    let sign = objective.isNegated ? -1.0 : 1
    var context = AcquisitionContext(
      predictions: try predictions(candidates, models.objective),
      incumbent: incumbent ?? -.infinity, observed: observed,
      logFeasibility: judgesFeasibility ? try logFeasibility(of: candidates) : nil)
    context.goal = objective.goal
    context.level = acquisition.level.map { sign * $0 }
    context.logCosts = try logCosts(candidates)
    if acquisition.needsSamples {
      context.samples = try models.objective.sample(candidates, using: &generator)
        .map { sign * $0 }
    }
    if acquisition.kind == .riskAverse { context.risks = try risks(candidates, context) }
    try renew(&context, candidates, models.objective)
    return context
  }

  /// What other candidates have to do with it: anew for a surrogate that has taken rows in.
  func renew(
    _ context: inout AcquisitionContext, _ candidates: [Candidate], _ surrogate: any Surrogate
  ) throws {
    guard !landmarks.isEmpty else { return }
    let known = try predictions(landmarks, surrogate)
    let feasible = try likelyFeasible(known.indices.map { landmarks[$0] })
    if acquisition.kind == .maxValueEntropy {
      context.maxima = MaxValueEntropy.maxima(
        feasible.isEmpty ? known : feasible.map { known[$0] },
        floor: incumbent ?? -.infinity)
      return
    }
    let places = KnowledgeLandmarks.places(known, among: feasible)
    context.knowledge = try KnowledgeLandmarks.knowledge(
      of: candidates, context.predictions, landmarks: places.map { landmarks[$0] },
      means: places.map { known[$0].mean }, surrogate)
  }

  /// Oriented so that more is better.
  private func predictions(
    _ candidates: [Candidate], _ surrogate: any Surrogate
  ) throws -> [Prediction] {
    try models.prepare(candidates)
    let predictions = try surrogate.predict(candidates)
    return objective.isNegated ? predictions.map(\.negated) : predictions
  }

  /// Whether candidates may be of no use: there are limits, or measurements that fail.
  var judgesFeasibility: Bool { !limits.isEmpty || models.success != nil }

  /// `log P` that a measurement succeeds, where that is learned, and that all limits are kept, for each
  /// candidate.
  func logFeasibility(of candidates: [Candidate]) throws -> [Double] {
    try models.logFeasibility(of: candidates, limits: limits)
  }

  /// Places of the candidates that keep all limits with a probability of at least a half.
  private func likelyFeasible(_ candidates: [Candidate]) throws -> [Int] {
    guard judgesFeasibility else { return Array(candidates.indices) }
    let chances = try logFeasibility(of: candidates)
    return candidates.indices.filter { chances[$0] >= -0.6931471805599453 }
  }

  func logCosts(_ candidates: [Candidate]) throws -> [Double]? {
    guard let cost = acquisition.cost else { return nil }
    return try candidates.map { candidate in
      guard let value = cost(candidate, column: costs), value > 0 else {
        throw CampaignError.plan(
          "nothing is known of the cost of \(candidate)")
      }
      return log(value)
    }
  }

  /// How far the mean of the worst outcomes lies below the mean.
  private func risks(
    _ candidates: [Candidate], _ context: AcquisitionContext
  ) throws -> [Double] {
    let share = acquisition.share ?? 0.2
    let noise = acquisition.inputNoise ?? 0
    let copies = noise > 0 ? candidates.map { InputNoise.copies(of: $0, deviation: noise) } : []
    let around = try predictions(copies.flatMap { $0 }, models.objective)
    var (start, risks) = (0, [Double]())
    for (place, prediction) in context.predictions.enumerated() {
      let count = copies.isEmpty ? 0 : copies[place].count
      let means = count > 0 ? around[start..<start + count].map(\.mean) : [prediction.mean]
      start += count
      let worst = ConditionalValueAtRisk.mixture(
        means: means, deviation: max(prediction.aleatoricVariance, 0).squareRoot(), share: share)
      risks.append(prediction.mean - worst)
    }
    return risks
  }

  /// All measured candidates, up to a number, and a fair sample of the others.
  private static func landmarks(_ campaign: Campaign, _ space: any Space) -> [Candidate] {
    let known = campaign.ranked.prefix(200).map(\.candidate)
    var generator = SplitMix64(
      seed: campaign.seed(of: .proposing, campaign.proposals.count), stream: 2)
    let others =
      space.count <= 1000
      ? (0..<space.count).map(space.candidate(at:)).filter { !known.contains($0) }
      : space.sample(1000, excluding: Set(known), using: &generator)
    return known + others
  }
}
