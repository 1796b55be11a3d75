import DenseMath
public import Design
public import Ecosystem
public import Learning
public import Matter

/// The same campaign run with several acquisitions and several seeds, so that a result can be told
/// from luck.
///
/// Campaigns run side by side, one thread each. Runs with the same seed start from the same random
/// candidates with the same measurements.
public struct StrategyStudy: Sendable {
  /// The campaign; acquisition and seed are replaced.
  public let creation: CampaignCreation
  public let strategies: [StandardAcquisition]
  public let seeds: [UInt64]
  public let space: any Space
  public let oracle: any Oracle
  public let trainer: any SurrogateTrainer

  /// What measuring each candidate costs, where the plan's acquisition reads a column.
  public var costs: [Candidate: Double] = [:]

  public init(
    _ creation: CampaignCreation, strategies: [StandardAcquisition], seeds: [UInt64],
    space: any Space, oracle: any Oracle, trainer: any SurrogateTrainer
  ) {
    self.creation = creation
    self.strategies = strategies
    self.seeds = seeds
    self.space = space
    self.oracle = CachingOracle(oracle)
    self.trainer = trainer
  }

  /// - Parameters:
  ///   - log: The ledger of one run; a new one in memory where it need not last.
  ///   - onMeasured: Called from several threads with the number of new results.
  /// - Returns: For each strategy the campaigns in the order of the seeds.
  public func run(
    threads: Int, log: @escaping @Sendable (CampaignCreation) throws -> any EventLog,
    onMeasured: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws -> [[Campaign]] {
    let jobs = seeds.flatMap { seed in strategies.map { plan($0, seed) } }
    let campaigns = try parallelMap(jobs, threads: threads) { plan in
      let creation = CampaignCreation(
        plan: plan, provenance: creation.provenance, codeVersion: creation.codeVersion)
      var done = 0
      var runner = CampaignRunner(
        creation, space: space, oracle: oracle, trainer: trainer, log: try log(creation))
      runner.costs = costs
      return try runner.run { progress in
        onMeasured(progress.done - done)
        done = progress.done
      }
    }
    return strategies.indices.map { strategy in
      seeds.indices.map { campaigns[$0 * strategies.count + strategy] }
    }
  }

  private func plan(_ acquisition: StandardAcquisition, _ seed: UInt64) -> CampaignPlan {
    var plan = creation.plan
    plan.seed = seed
    plan.acquisition = acquisition
    return plan
  }
}
