import DenseMath
public import Design
import Foundation
public import Learning
public import Matter

extension SpaceWorth {
  /// What a space is worth to a campaign as it stands.
  ///
  /// - Parameters:
  ///   - truth: The objective's value of a candidate, where it is known.
  ///   - worlds: Of the simulation.
  /// - Returns: `nil` where there is no best value, no model, or nothing left to measure.
  public init?(
    of space: any Space, for campaign: Campaign, trainer: any SurrogateTrainer, worlds: Int = 64,
    threads: Int = 1, truth: ((Candidate) -> Double?)? = nil
  ) throws {
    guard let best = campaign.best, campaign.isModelable, campaign.plan.objectives.count == 1
    else { return nil }
    let models = try SurrogateSet(
      campaign, proposals: campaign.proposals.count, trainer: trainer, threads: threads)
    var generator = SplitMix64(seed: campaign.seed(of: .simulating, campaign.proposals.count))
    let members =
      space.count <= Self.mostCandidates
      ? (0..<space.count).map(space.candidate(at:))
      : space.sample(Self.mostCandidates, using: &generator)
    let pool = members.filter { !campaign.proposed.contains($0) }
    guard !pool.isEmpty else { return nil }
    let objective = campaign.plan.objective
    let (chances, better) = try Self.chances(pool, campaign, models, best: best.objective)
    let size =
      space.count == .max
      ? nil
      : space.count <= Self.mostCandidates ? pool.count : space.count - campaign.proposed.count
    let simulation = try SearchSimulation(
      pool: pool, chances: chances, size: size, surrogate: models.objective,
      objective: objective, best: best.objective, worlds: worlds, threads: threads,
      seed: generator.next())
    let values = truth.map { truth in pool.compactMap { truth($0).map(objective.figure) } }
    let fraction = values.flatMap { values in
      values.count == pool.count
        ? Double(values.count { objective.isBetter($0, than: best.objective) })
          / Double(pool.count)
        : nil
    }
    self.init(
      best: best.objective, size: size, chances: chances, better: better, fraction: fraction,
      simulation: simulation)
  }

  private static var mostCandidates: Int { 5000 }

  private static func chances(
    _ pool: [Candidate], _ campaign: Campaign, _ models: SurrogateSet, best: Double
  ) throws -> (chances: [Double], better: [Bool]) {
    let objective = campaign.plan.objective
    let predictions = try models.objective.predict(pool)
    let feasible = try models.logFeasibility(of: pool, limits: campaign.plan.limits)
    let chances = zip(predictions, feasible).map { prediction, logChance in
      objective.chance(of: prediction, beating: best) * exp(logChance)
    }
    let better = zip(predictions, feasible).map { prediction, logChance in
      objective.isBetter(objective.figure(prediction.mean), than: best) && logChance > log(0.5)
    }
    return (chances, better)
  }
}

extension Objective {
  /// The probability that a candidate's true value is better than one that is known.
  func chance(of prediction: Prediction, beating best: Double) -> Double {
    let deviation = max(prediction.epistemicVariance, 1e-300).squareRoot()
    if let goal {
      return Normal.cumulative((goal + best - prediction.mean) / deviation)
        - Normal.cumulative((goal - best - prediction.mean) / deviation)
    }
    return Normal.cumulative(sign * (prediction.mean - best) / deviation)
  }
}
