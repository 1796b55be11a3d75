import DenseMath
import Design
import Ecosystem
public import Learning
import Matter

/// Whether what is said of a space's worth comes true: on a table of measured designs, from many starts,
/// beside how many experiments a search then needs to find something better.
public struct WorthStudy: Sendable {
  /// One start.
  public struct Trial: Codable, Hashable, Sendable {
    public let name: String

    /// Designs that are measured at the start, drawn at random.
    public let start: Int
    public let seed: UInt64
    public let worth: SpaceWorth

    /// Experiments of a search by expected improvement until something better is found; the limit plus
    /// one where that takes longer.
    public let needed: Int
  }

  public let campaign: PublishedCampaign
  public let trainer: any SurrogateTrainer

  /// Sizes of the starts.
  public var starts = [5, 10, 20, 40]
  public var seeds: [UInt64] = Array(0..<8)

  /// Experiments of a search at most.
  public var limit = 60
  public var worlds = 24

  /// - Parameter campaign: Of one objective.
  public init(_ campaign: PublishedCampaign, trainer: any SurrogateTrainer) {
    precondition(campaign.datasets.count == 1, "\(campaign.datasets.count) objectives")
    self.campaign = campaign
    self.trainer = trainer
  }

  /// - Returns: A trial for each start that leaves something better to find and a model to judge by.
  public func run(threads: Int = 1) throws -> [Trial] {
    let jobs = starts.flatMap { start in seeds.map { (start: start, seed: $0) } }
    return try parallelMap(jobs, threads: threads) { try trial($0.start, $0.seed) }
      .compactMap { $0 }
  }

  private func trial(_ start: Int, _ seed: UInt64) throws -> Trial? {
    let dataset = campaign.datasets[0]
    let space = try CandidateList(dataset.candidates)
    guard space.count > 2 * start else { return nil }
    let oracle = ReplayOracle([dataset])
    var plan = try campaign.plan(
      StandardAcquisition(.logEI), budget: min(start + limit, space.count))
    plan.initial = start
    plan.seed = seed
    let runner = CampaignRunner(
      CampaignCreation(plan: plan, provenance: [:], codeVersion: ""), space: space,
      oracle: oracle, trainer: trainer, log: MemoryEventLog())
    var state: Campaign?
    // A first search of the start alone.
    let begun = try runner.run(isCancelled: {
      state = try? CampaignDesk(runner.log).campaign()
      return (state?.resultCount ?? 0) >= start
    })
    let objective = plan.objective
    guard
      let worth = try SpaceWorth(
        of: space, for: begun, trainer: trainer, worlds: worlds,
        truth: { candidate in
          (try? oracle.measure(candidate, seed: 0)).flatMap { known in
            objective.expression.value { known.values[$0]?.value }
          }
        }), (worth.fraction ?? 0) > 0
    else { return nil }
    return Trial(
      name: campaign.name, start: start, seed: seed, worth: worth,
      needed: try needed(runner, start, best: worth.best))
  }

  /// Goes on from the start until something better is found.
  private func needed(_ runner: CampaignRunner, _ start: Int, best: Double) throws -> Int {
    let isBetter = { (campaign: Campaign) in
      campaign.best.map { campaign.plan.objective.isBetter($0.objective, than: best) } ?? false
    }
    let campaign = try runner.run(isCancelled: {
      (try? CampaignDesk(runner.log).campaign()).map(isBetter) ?? false
    })
    return isBetter(campaign) ? campaign.resultCount - start : limit + 1
  }
}
