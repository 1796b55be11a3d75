import DenseMath
import Design
public import Ecosystem
public import Learning
public import Matter

/// How fast a campaign finds the best candidates of a table, against chance.
///
/// The pool protocol of Liang et al., npj Comput. Mater. 7, 188 (2021): the campaign runs once for
/// each seed over the table; *top* are the best ceil(5 %) candidates; `Top%(i)` is the share of them
/// found after `i` measurements, averaged over the seeds. Random search is run with the same seeds
/// beside the exact expectation `i / N`.
public struct ReplayStudy: Sendable {
  public let plan: CampaignPlan
  public let dataset: Dataset
  public let trainer: any SurrogateTrainer
  public let seeds: [UInt64]

  /// Share of the pool that counts as top; 0.05 is the protocol's.
  public var topShare = 0.05
  public var replicates = ReplayOracle.Replicates.mean

  /// What measuring each candidate costs, where the plan's acquisition reads a column.
  public var costs: [Candidate: Double] = [:]

  /// - Parameters:
  ///   - plan: Its own seed is not used.
  ///   - dataset: The pool; its target is the objective of the plan.
  ///   - seeds: One run for each; not empty.
  public init(
    plan: CampaignPlan, dataset: Dataset, trainer: any SurrogateTrainer, seeds: [UInt64]
  ) {
    self.plan = plan
    self.dataset = dataset
    self.trainer = trainer
    self.seeds = seeds
  }

  /// Runs all campaigns, side by side.
  ///
  /// - Parameters:
  ///   - threads: Campaigns at a time. Changes no result.
  ///   - onProgress: Called from any thread with the measurements done and to do, over all runs.
  public func run(
    threads: Int, onProgress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> ReplayResult {
    guard !seeds.isEmpty else { throw CampaignError.plan("a replay study needs a seed") }
    try plan.check()
    guard plan.limits.isEmpty, plan.objectives.count == 1,
      plan.objective.expression.denominator == nil
    else {
      throw CampaignError.plan(
        "a replay study searches one column of the table for one objective, without limits")
    }
    guard plan.stop == StoppingRules() else {
      throw CampaignError.plan(
        "a replay study spends the whole budget in every run; leave out stop, or repeats")
    }
    let pool = try Pool(dataset, plan: plan, topShare: topShare, replicates)
    let jobs = seeds.flatMap { seed in [false, true].map { (seed: seed, isRandom: $0) } }
    let budget = min(plan.budget, pool.space.count)
    let counter = StudyCounter(total: jobs.count * budget, report: onProgress)
    let runs = try parallelMap(jobs, threads: threads) { job in
      try search(pool, seed: job.seed, isRandom: job.isRandom, budget: budget, counter)
    }
    return ReplayResult(
      name: plan.name, acquisition: plan.acquisition.kind.rawValue, dataset: dataset,
      pool: pool, plan: plan, budget: budget,
      runs: runs.filter { !$0.isRandom }, randomRuns: runs.filter(\.isRandom))
  }

  private func search(
    _ pool: Pool, seed: UInt64, isRandom: Bool, budget: Int, _ counter: StudyCounter
  ) throws -> ReplayRun {
    var plan = plan
    plan.seed = seed
    plan.budget = budget
    plan.initial = min(plan.initial, budget)
    if isRandom { plan.acquisition = StandardAcquisition(.random) }
    var runner = CampaignRunner(
      CampaignCreation(plan: plan, provenance: [:], codeVersion: ""), space: pool.space,
      oracle: pool.oracle, trainer: trainer, log: MemoryEventLog())
    runner.costs = costs
    let campaign = try runner.run { progress in counter.set(progress.done, of: seed, isRandom) }
    return ReplayRun(
      seed: seed, isRandom: isRandom,
      order: campaign.proposals.compactMap { pool.place[$0.candidate] },
      best: campaign.bestSoFar.compactMap { $0 }, top: pool.top)
  }
}

/// The candidates of a table, their values, and which of them are the best.
struct Pool: Sendable {
  let space: CandidateList
  let oracle: ReplayOracle
  let place: [Candidate: Int]

  /// Places of the best candidates in the space; of equal values the earlier rows.
  let top: Set<Int>

  /// The worst value among them.
  let topThreshold: Double

  /// The best value.
  let bestPossible: Double

  init(
    _ dataset: Dataset, plan: CampaignPlan, topShare: Double,
    _ replicates: ReplayOracle.Replicates
  ) throws {
    let objective = plan.objective
    space = try CandidateList(dataset.candidates)
    oracle = ReplayOracle([dataset], replicates: replicates)
    place = Dictionary(
      uniqueKeysWithValues: space.candidates.enumerated().map { ($0.element, $0.offset) })
    let means = ReplayOracle([dataset], replicates: .mean)
    try Self.refuseUnusable(Array(space.candidates), means, plan)
    let values = try space.candidates.map { candidate in
      try objective.expression.value {
        try? means.measure(candidate, seed: 0).values[$0]?.value
      }.map(objective.figure)
        .orThrow(CampaignError.plan("the table has no column \(objective.expression)"))
    }
    let count = max(1, Int((topShare * Double(values.count)).rounded(.up)))
    let ranked = values.indices.sorted { a, b in
      values[a] == values[b] ? a < b : objective.isBetter(values[a], than: values[b])
    }
    top = Set(ranked.prefix(count))
    topThreshold = values[ranked[count - 1]]
    bestPossible = values[ranked[0]]
  }
}

extension Pool {
  /// Curves need a value at each measurement: no row may be one that a campaign fails.
  private static func refuseUnusable(
    _ candidates: [Candidate], _ oracle: ReplayOracle, _ plan: CampaignPlan
  ) throws {
    let campaign = try Campaign(CampaignCreation(plan: plan, provenance: [:], codeVersion: ""))
    for candidate in candidates {
      let judged = campaign.judge(
        try oracle.measure(candidate, seed: 0),
        of: Proposal(number: 1, candidate: candidate, reason: ""))
      guard case .failed(let failure) = judged else { continue }
      throw CampaignError.plan(
        "the table's \(candidate) cannot be used: \(failure.reason) Remove "
          + "the row or correct ranges")
    }
  }
}

extension Optional {
  fileprivate func orThrow(_ error: @autoclosure () -> some Error) throws -> Wrapped {
    guard let self else { throw error() }
    return self
  }
}
