public import DenseMath
public import Learning
public import Matter

/// Chooses several candidates to measure side by side, one after the other.
///
/// - Parameters:
///   - count: How many; fewer are answered when candidates run out.
///   - candidates: How many there are.
///   - excluded: Candidates that may not be chosen.
///   - score: Scores of all candidates, given those chosen so far.
/// - Returns: Their places, best first. Of equal scores the lowest place wins.
public func greedyBatch(
  count: Int, candidates: Int, excluding excluded: Set<Int> = [],
  score: (_ chosen: [Int]) throws -> [Double]
) rethrows -> [Int] {
  var chosen: [Int] = []
  while chosen.count < min(count, candidates - excluded.count) {
    let scores = try score(chosen)
    precondition(
      scores.count == candidates, "\(scores.count) scores for \(candidates) candidates")
    var best: Int?
    for place in 0..<candidates where !excluded.contains(place) && !chosen.contains(place) {
      if best == nil || scores[place] > scores[best ?? place] { best = place }
    }
    guard let best else { return chosen }
    chosen.append(best)
  }
  return chosen
}

/// Chooses a batch as a kriging believer (Ginsbourger, Le Riche and Carraro 2010): every candidate
/// that is chosen counts as measured with its predicted mean, which leaves means as they are and
/// takes away the uncertainty around it.
///
/// - Parameters:
///   - context: Of the first choice; predictions are renewed for the following ones.
///   - minimizing: Whether the surrogate's target is to be minimized; the context then holds
///     ``Learning/Prediction/negated`` predictions.
///   - excluded: Places that may not be chosen.
///   - renew: Called after a choice to bring up to date what else the context says.
/// - Returns: Places in `candidates`, best first.
public func believerBatch(
  count: Int, candidates: [Candidate], surrogate: any ConditionableSurrogate,
  acquisition: any Acquisition, context: AcquisitionContext, minimizing: Bool = false,
  excluding excluded: Set<Int> = [], using generator: inout SplitMix64,
  renew: (inout AcquisitionContext, any Surrogate) throws -> Void = { _, _ in }
) throws -> [Int] {
  var believer = surrogate
  var current = context
  return try greedyBatch(
    count: count, candidates: candidates.count, excluding: excluded
  ) { chosen in
    if let last = chosen.last {
      let believed = current.predictions[last].mean
      let incumbent = current.believedIncumbent(last)
      let target = minimizing ? -believed : believed
      believer = try believer.conditioned(on: [candidates[last]], targets: [target])
      let predictions = try believer.predict(candidates)
      current.predictions = minimizing ? predictions.map(\.negated) : predictions
      current.incumbent = incumbent
      try renew(&current, believer)
      if acquisition.needsSamples {
        let samples = try believer.sample(candidates, using: &generator)
        current.samples = minimizing ? samples.map { -$0 } : samples
      }
    }
    return acquisition.score(current, using: &generator)
  }
}
