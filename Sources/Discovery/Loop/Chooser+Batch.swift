import DenseMath
import Design
import Foundation
import Learning
import Matter

extension Chooser {
  /// Places in a shortlist, chosen one by one, each as if the ones before were measured.
  func batch(
    _ candidates: [Candidate], _ count: Int, _ scorer: CandidateScorer,
    using generator: inout SplitMix64
  ) throws -> [Int] {
    let context = try scorer.context(candidates, using: &generator)
    guard let surrogate = scorer.models.objective as? any ConditionableSurrogate,
      scorer.incumbent != nil
    else { return try batchByDraws(candidates, context, count, scorer, using: &generator) }
    return try believerBatch(
      count: count, candidates: candidates, surrogate: surrogate,
      acquisition: scorer.acquisition, context: context,
      minimizing: scorer.objective.isNegated, using: &generator
    ) { try scorer.renew(&$0, candidates, $1) }
  }

  /// The same for surrogates that cannot take rows in: the share of the variance that a
  /// measurement takes away is found from joint posterior draws, as the part of a candidate's
  /// draws that those of the chosen ones, and of proposals on their way, explain.
  private func batchByDraws(
    _ candidates: [Candidate], _ context: AcquisitionContext, _ count: Int,
    _ scorer: CandidateScorer, using generator: inout SplitMix64
  ) throws -> [Int] {
    let waiting = campaign.pending.map(\.candidate)
    var draws = try PosteriorDraws(
      scorer.models.objective, candidates + waiting, count: Self.draws, using: &generator)
    var current = context
    func update() {
      for place in candidates.indices {
        let left = draws.remainingVariance(of: place)
        current.predictions[place].epistemicVariance =
          context.predictions[place].epistemicVariance * left
        guard let knowledge = context.knowledge else { continue }
        // A measurement of what is known moves nothing.
        for column in 0..<knowledge.slopes.columns {
          current.knowledge?.slopes[place, column] = knowledge.slopes[place, column] * left
        }
        current.knowledge?.ownSlopes[place] = knowledge.ownSlopes[place] * left
      }
    }
    for place in waiting.indices { draws.explain(by: candidates.count + place) }
    update()
    return greedyBatch(count: count, candidates: candidates.count) { chosen in
      if let last = chosen.last {
        draws.explain(by: last)
        current.incumbent = current.believedIncumbent(last)
        update()
      }
      if scorer.incumbent == nil, scorer.acquisition.kind.needsIncumbent {
        return current.logFeasibility ?? candidates.map { _ in 0 }
      }
      return scorer.acquisition.score(current, using: &generator)
    }
  }

  /// The batch with the largest joint expected improvement, those on their way included.
  func jointBatch(
    _ candidates: [Candidate], _ count: Int, _ scorer: CandidateScorer
  ) throws -> [Int] {
    guard let incumbent = scorer.incumbent else { return Array(0..<count) }
    let waiting = campaign.pending.map(\.candidate)
    let all = candidates + waiting
    var generator = SplitMix64(seed: seed, stream: 3)
    let context = try scorer.context(all, using: &generator)
    let (center, scale) = (scorer.observed.mean, scorer.observed.scale)
    var covariance = try KnowledgeLandmarks.covariance(all, all, scorer.models.objective)
    for place in covariance.elements.indices { covariance.elements[place] /= scale * scale }
    let improvement = JointLogImprovement(candidates: count + waiting.count)
    return improvement.greedy(
      count, means: context.predictions.map { ($0.mean - center) / scale },
      covariance: covariance,
      best: (incumbent - center) / scale + scorer.acquisition.margin,
      pending: Array(candidates.count..<all.count), offsets: context.logFeasibility)
  }

  /// The same, among settings that take any number; `nil` elsewhere, or where members would repeat.
  func boxBatch(_ count: Int, _ scorer: CandidateScorer) throws -> [Candidate]? {
    guard let box = BoxBatch(scorer, space) else { return nil }
    let batch = try box.best(count, waiting: campaign.pending.map(\.candidate), seed: seed)
    guard Set(batch).count == count, campaign.proposed.isDisjoint(with: batch) else { return nil }
    return batch
  }

  /// Places in a shortlist, each penalized near those before and near those on their way.
  func penalizedBatch(
    _ shortlist: [ScoredCandidate], _ count: Int, _ scorer: CandidateScorer
  ) throws -> [Int] {
    let waiting = campaign.pending.map(\.candidate)
    let known = campaign.ranked.prefix(50).map(\.proposal.candidate)
    let all = shortlist.map(\.candidate) + waiting + known
    var generator = SplitMix64(seed: seed, stream: 3)
    let context = try scorer.context(all, using: &generator)
    let means = context.predictions.map(\.mean)
    let penalty = LocalPenalty(
      points: try SpaceCoordinates(all, in: space).points, means: means,
      maximum: max(scorer.incumbent ?? -.infinity, means.max() ?? 0))
    var scores = shortlist.map { logPositive($0.score) }
    func penalize(from chosen: Int) {
      let variance = context.predictions[chosen].epistemicVariance
      for place in scores.indices {
        scores[place] += penalty.logFactor(
          place, from: chosen, mean: means[chosen], deviation: max(variance, 0).squareRoot())
      }
    }
    for place in waiting.indices { penalize(from: shortlist.count + place) }
    return greedyBatch(count: count, candidates: shortlist.count) { chosen in
      if let last = chosen.last { penalize(from: last) }
      return scores
    }
  }

  /// The logarithm of a score, made positive by a softplus where it is no gain (section 3.2 of
  /// González et al.).
  func logPositive(_ score: Double) -> Double {
    switch acquisition.kind {
    case .ei, .pi: score > 0 ? log(score) : -.infinity
    case .logEI, .knowledgeGradient, .maxValueEntropy, .target, .riskAverse: score
    default: score < -30 ? score : log(log1p(exp(min(score, 700))))
    }
  }
}
