import DenseMath
import Design
public import Ecosystem
public import Learning
import Matter

/// How fast a campaign of several objectives finds the best compromises of a table, against chance.
///
/// The campaign runs once for each seed over the table, and so does a random one. What is found counts by the
/// hypervolume that it dominates, as a share of what the whole table dominates beyond the same reference point:
/// the one that ``ParetoFront/reference(of:)`` gives for the table's own front. No campaign sees that point.
public struct FrontStudy: Sendable {
  public let plan: CampaignPlan
  public let datasets: [Dataset]
  public let trainer: any SurrogateTrainer
  public let seeds: [UInt64]

  /// - Parameters:
  ///   - plan: Of several objectives; its own seed is not used.
  ///   - datasets: The pool, once for each objective in the plan's order.
  ///   - seeds: One run for each; not empty.
  public init(
    plan: CampaignPlan, datasets: [Dataset], trainer: any SurrogateTrainer, seeds: [UInt64]
  ) {
    self.plan = plan
    self.datasets = datasets
    self.trainer = trainer
    self.seeds = seeds
  }

  /// Runs all campaigns, side by side.
  ///
  /// - Parameter threads: Campaigns at a time. Changes no result.
  /// - Throws: ``CampaignError`` for a plan that is none, and what a campaign throws.
  public func run(threads: Int) throws -> FrontResult {
    guard !seeds.isEmpty else { throw CampaignError.plan("a study of fronts needs a seed") }
    try plan.check()
    guard plan.objectives.count > 1, plan.objectives.count == datasets.count, plan.limits.isEmpty
    else {
      throw CampaignError.plan(
        "a study of fronts needs two objectives or more, a table of each, and no limits")
    }
    let pool = try FrontPool(datasets, plan: plan)
    var plan = plan
    plan.budget = min(plan.budget, pool.space.count)
    plan.initial = min(plan.initial, plan.budget)
    let jobs = seeds.flatMap { seed in [false, true].map { (seed: seed, isRandom: $0) } }
    let runs = try parallelMap(jobs, threads: threads) { [plan] job in
      try search(pool, plan, seed: job.seed, isRandom: job.isRandom)
    }
    return FrontResult(
      plan: plan, pool: pool, runs: runs.filter { !$0.isRandom },
      randomRuns: runs.filter(\.isRandom))
  }

  private func search(
    _ pool: FrontPool, _ plan: CampaignPlan, seed: UInt64, isRandom: Bool
  ) throws -> FrontRun {
    var plan = plan
    plan.seed = seed
    if isRandom { plan.acquisition = StandardAcquisition(.random) }
    let runner = CampaignRunner(
      CampaignCreation(plan: plan, provenance: [:], codeVersion: ""), space: pool.space,
      oracle: pool.oracle, trainer: trainer, log: MemoryEventLog())
    let campaign = try runner.run()
    return FrontRun(
      seed: seed, isRandom: isRandom, points: campaign.findings.map(campaign.oriented), pool: pool)
  }
}

/// The candidates of a table, and the front of those that no other one dominates.
struct FrontPool: Sendable {
  let space: CandidateList
  let oracle: ReplayOracle

  /// Turned so that more is better.
  let front: [[Double]]
  let reference: [Double]

  /// What the front dominates above the reference.
  let volume: Double

  init(_ datasets: [Dataset], plan: CampaignPlan) throws {
    space = try CandidateList(datasets[0].candidates)
    oracle = ReplayOracle(datasets)
    let points = try space.candidates.map { [oracle] candidate in
      let values = try oracle.measure(candidate, seed: 0).values
      return try plan.objectives.map { objective in
        guard let value = objective.expression.value({ values[$0]?.value }) else {
          throw CampaignError.plan("the table has no column \(objective.expression)")
        }
        return objective.sign * value
      }
    }
    front = ParetoFront.nonDominated(points).map { points[$0] }
    reference = ParetoFront.reference(of: front)
    volume = ParetoFront.hypervolume(front, reference: reference)
  }
}
