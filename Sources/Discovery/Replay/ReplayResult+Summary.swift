import DenseMath
import Design
import Ecosystem

extension ReplayResult {
  init(
    name: String, acquisition: String, dataset: Dataset, pool: Pool, plan: CampaignPlan,
    budget: Int, runs: [ReplayRun], randomRuns: [ReplayRun]
  ) {
    self.name = name
    self.acquisition = acquisition
    target = plan.objective.expression.description
    unit = dataset.unit
    dataHash = dataset.contentHash.hex
    poolSize = pool.space.count
    topCount = pool.top.count
    topThreshold = pool.topThreshold
    bestPossible = pool.bestPossible
    isMaximized = plan.objective.direction == .maximize
    initial = plan.initial
    self.budget = budget
    self.runs = runs
    self.randomRuns = randomRuns
    let size = pool.space.count
    let count = pool.top.count
    curve = (0..<budget).map {
      Self.point($0, runs, randomRuns, poolSize: size, topCount: count)
    }
    acceleration = [0.1, 0.25, 0.5, 0.75, 0.8, 0.9, 1].map {
      Self.acceleration(share: $0, runs, budget: budget, poolSize: size, topCount: count)
    }
  }

  private static func point(
    _ place: Int, _ runs: [ReplayRun], _ randomRuns: [ReplayRun], poolSize: Int, topCount: Int
  ) -> CurvePoint {
    let shares = runs.map { Double($0.found[place]) / Double(topCount) }
    let expected = Double(place + 1) / Double(poolSize)
    return CurvePoint(
      measurements: place + 1, top: Spread(shares),
      randomTop: Spread(randomRuns.map { Double($0.found[place]) / Double(topCount) }),
      expectedTop: expected, enhancement: Spread(shares.map { $0 / expected }),
      best: Spread(runs.map { $0.best[place] }),
      randomBest: Spread(randomRuns.map { $0.best[place] }))
  }

  private static func acceleration(
    share: Double, _ runs: [ReplayRun], budget: Int, poolSize: Int, topCount: Int
  ) -> Acceleration {
    // Counts are whole: the slack keeps the rounding of the product out of the comparison.
    let wanted = share * Double(topCount) - 1e-9
    let random = share * Double(poolSize)
    let reached = (0..<budget).first { place in
      Statistics.mean(runs.map { Double($0.found[place]) }) >= wanted
    }
    let single = runs.compactMap { run in
      run.found.firstIndex { Double($0) >= wanted }.map { random / Double($0 + 1) }
    }
    return Acceleration(
      share: share, measurements: reached.map { $0 + 1 }, randomMeasurements: random,
      factor: reached.map { random / Double($0 + 1) },
      low: single.isEmpty ? nil : Statistics.quantile(single, 0.05),
      high: single.isEmpty ? nil : Statistics.quantile(single, 0.95), reached: single.count)
  }
}
