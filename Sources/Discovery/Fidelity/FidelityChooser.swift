import DenseMath
import Design
import Foundation
import Learning
import Matter

/// Chooses the candidates of one round, each with the method that it is measured by.
///
/// The pair with the highest worth is taken: the gain of the acquisition by the method that counts, times
/// how much of what is not known of that a measurement tells, over its cost (``FidelitySearch``); where
/// failures are learned from, times the chance that the measurement succeeds. Of several objectives the gain
/// is one of hypervolume, and a measurement tells the mean of what it tells of each, weighted by how little
/// is known of it. Proposals that wait for a result count as measured with the value predicted for their
/// method.
struct FidelityChooser {
  struct Choice {
    let candidate: Candidate
    let level: FidelityPlan.Level

    /// The logarithm of the worth.
    let score: Double

    /// How much of what is not known of the value that counts the measurement tells; 1 for itself.
    let share: Double

    /// Logarithm of the chance that a measurement by a cheap method succeeds; 0 where that is not learned.
    let logSuccess: Double
  }

  let chooser: Chooser
  private var campaign: Campaign { chooser.campaign }

  /// Of the values of each objective.
  private let spreads: [Double]

  init(_ chooser: Chooser) {
    self.chooser = chooser
    let findings = chooser.campaign.findings
    spreads = chooser.campaign.plan.objectives.indices.map { place in
      TargetStandardization(fitting: findings.map { $0.objectives[place] }).scale
    }
  }

  /// - Returns: Up to `count` pairs in the order of choice, none of them proposed before, each chosen as if
  ///   those before were measured as predicted; no more than the budget allows.
  func choose(_ count: Int) throws -> [Choice] {
    var (models, chosen) = (chooser.models, [Choice]())
    while chosen.count < count {
      let spent = chosen.reduce(0) { $0 + $1.level.cost }
      let levels = campaign.affordable(beyond: spent)
      guard !levels.isEmpty, let next = try best(levels, models, after: chosen) else { break }
      chosen.append(next)
      if chosen.count < count {
        models = try models.believing(next.candidate, by: next.level.name)
      }
    }
    return chosen
  }

  private func best(
    _ levels: [FidelityPlan.Level], _ models: SurrogateSet, after chosen: [Choice]
  ) throws -> Choice? {
    let target = campaign.plan.fidelities?.target.name
    let settled = chosen.filter { $0.level.name == target }.map(\.candidate)
    let gains = try logGains(
      chooser.believing(models), settled, stream: 1 + UInt64(chosen.count))
    let found = try campaign.plan.search.best(
      1, in: chooser.space, startingFrom: chooser.starts,
      excluding: campaign.proposed.union(settled), seed: chooser.seed &+ UInt64(chosen.count)
    ) { candidates in
      try choices(candidates, levels, models, gains(candidates), chosen)
        .map { $0?.score ?? -.infinity }
    }
    let best = found.map(\.candidate)
    return try choices(best, levels, models, gains(best), chosen).first ?? nil
  }

  /// For each candidate its best method; `nil` where it was proposed by all that are left.
  private func choices(
    _ candidates: [Candidate], _ levels: [FidelityPlan.Level], _ models: SurrogateSet,
    _ gains: [Double], _ chosen: [Choice]
  ) throws -> [Choice?] {
    var best = [Choice?](repeating: nil, count: candidates.count)
    for level in levels {
      let taken = Set(chosen.filter { $0.level == level }.map(\.candidate))
      let open = candidates.indices.filter {
        !taken.contains(candidates[$0]) && !campaign.isProposed(candidates[$0], by: level)
      }
      let asked = open.map { candidates[$0] }
      let (shares, chances) = (
        try shares(asked, level, models), try logSuccess(asked, level, models)
      )
      for (row, place) in open.enumerated() {
        let share = shares[row]
        let score = FidelitySearch.worth(
          logGain: gains[place] + chances[row], share: share, cost: level.cost)
        guard score > best[place]?.score ?? -.infinity || best[place] == nil else { continue }
        best[place] = Choice(
          candidate: candidates[place], level: level, score: score, share: share,
          logSuccess: chances[row])
      }
    }
    return best
  }

  /// Logarithms of what the acquisition says, where that is no logarithm yet.
  ///
  /// - Parameter settled: Chosen already, by the method that counts.
  private func logGains(
    _ chooser: Chooser, _ settled: [Candidate], stream: UInt64
  ) throws -> ([Candidate]) throws -> [Double] {
    if chooser.acquisition.kind.isForSeveralObjectives {
      return try SeveralObjectivesChooser(chooser).logGains(beyond: settled)
    }
    let scorer = try chooser.scorer(chooser.acquisition)
    var generator = SplitMix64(seed: chooser.seed, stream: stream)
    // Where nothing feasible is known, scores are probabilities in logarithms.
    let isBlind = scorer.incumbent == nil && scorer.acquisition.kind.needsIncumbent
    return { candidates in
      let scores = try scorer.score(candidates, using: &generator)
      return isBlind ? scores : scores.map(chooser.logPositive)
    }
  }

  /// `log P` that a measurement by a cheap method succeeds; that of the method that counts is in the gain.
  private func logSuccess(
    _ candidates: [Candidate], _ level: FidelityPlan.Level, _ models: SurrogateSet
  ) throws -> [Double] {
    guard let place = campaign.plan.fidelities?.below.firstIndex(of: level) else {
      return candidates.map { _ in 0 }
    }
    return try models.logSuccess(of: candidates, by: place)
  }

  /// How much of what is not known of the values that count a measurement tells: the mean of the objectives,
  /// weighted by what is not known of each in units of the spread of its values. A method that nothing was
  /// learned of tells nothing.
  private func shares(
    _ candidates: [Candidate], _ level: FidelityPlan.Level, _ models: SurrogateSet
  ) throws -> [Double] {
    guard level.name != campaign.plan.fidelities?.target.name else {
      return candidates.map { _ in 1 }
    }
    var (told, open) = (candidates.map { _ in 0.0 }, candidates.map { _ in 0.0 })
    for (place, objective) in campaign.plan.objectives.enumerated() where !candidates.isEmpty {
      guard let joint = models[objective.expression] as? JointFidelityProcess,
        let level = joint.levels.firstIndex(of: level.name)
      else { continue }
      let agreement = try joint.agreement(candidates, level: level)
      if campaign.plan.objectives.count == 1 { return agreement }
      let scale = spreads[place]
      for (row, prediction) in try joint.predict(candidates).enumerated() {
        let weight = max(prediction.epistemicVariance, 0).squareRoot() / scale
        told[row] += weight * max(agreement[row], 0)
        open[row] += weight
      }
    }
    return zip(told, open).map { $1 > 0 ? $0 / $1 : 0 }
  }
}
