import DenseMath
import Design
import Learning
import Matter

extension SearchSimulation {
  /// Searches worlds drawn from a posterior until something better is found.
  ///
  /// The guided search measures, one after the other, what is most likely better by the model, which
  /// takes each result in where it can. It sees the ``leaders`` most likely candidates and as many drawn
  /// from the others. Measuring at random takes `(N + 1)/(k + 1)` on average where `k` of `N` are better.
  init(
    pool: [Candidate], chances: [Double], size: Int?, surrogate: any Surrogate,
    objective: Objective, best: Double, worlds: Int, threads: Int, seed: UInt64
  ) throws {
    let split = Self.split(pool, chances, seed: seed)
    let candidates = split.leaders + split.fair
    var generator = SplitMix64(seed: seed, stream: 1)
    let drawn = try (0..<worlds).map { _ in
      try surrogate.sample(candidates.map { pool[$0] }, using: &generator)
    }
    let asked = candidates.map { pool[$0] }
    let search = GuidedSearch(
      candidates: asked, surrogate: surrogate, objective: objective, best: best,
      limit: Self.mostSteps)
    let steps = try parallelMap(drawn, threads: threads) { try search.steps(in: $0) }
    var (guided, random, unfinished) = ([Double](), [Double](), 0)
    for (world, count) in zip(drawn, steps) {
      guard let count else { continue }
      guided.append(Double(count))
      if count > Self.mostSteps { unfinished += 1 }
      let isBetter = world.map { objective.isBetter(objective.figure($0), than: best) }
      let share = Self.share(isBetter, leaders: split.leaders.count, pool: pool.count)
      let total = Double(size ?? Int.max)
      random.append((total + 1) / (share * total + 1))
    }
    self.init(
      worlds: worlds, improvable: Double(guided.count) / Double(worlds),
      guided: Self.quantiles(guided), random: Self.quantiles(random), unfinished: unfinished,
      limit: Self.mostSteps)
  }

  /// Half of what is drawn jointly; all where the pool is as small.
  private static var leaders: Int { 200 }
  private static var mostSteps: Int { 50 }

  private static func split(
    _ pool: [Candidate], _ chances: [Double], seed: UInt64
  ) -> (leaders: [Int], fair: [Int]) {
    guard pool.count > 2 * leaders else { return (Array(pool.indices), []) }
    let order = pool.indices.sorted { (chances[$0], -$0) > (chances[$1], -$1) }
    var generator = SplitMix64(seed: seed, stream: 2)
    let fair = generator.shuffled(order.dropFirst(leaders)).prefix(leaders)
    return (Array(order.prefix(leaders)), Array(fair))
  }

  /// The share of the pool that is better: leaders are counted, the others stand for the rest.
  private static func share(_ isBetter: [Bool], leaders: Int, pool: Int) -> Double {
    let found = isBetter.prefix(leaders).count { $0 }
    let fair = isBetter.dropFirst(leaders)
    let rest =
      fair.isEmpty ? 0 : Double(fair.count { $0 }) / Double(fair.count) * Double(pool - leaders)
    return (Double(found) + rest) / Double(pool)
  }

  private static func quantiles(_ values: [Double]) -> [Double] {
    values.isEmpty ? [] : [0.1, 0.5, 0.9].map { Statistics.quantile(values, $0) }
  }
}

/// A search of one drawn world.
private struct GuidedSearch: Sendable {
  let candidates: [Candidate]
  let surrogate: any Surrogate
  let objective: Objective
  let best: Double
  let limit: Int

  /// How many candidates are measured until one is better, `limit + 1` where that takes longer.
  ///
  /// - Returns: `nil` where none is better.
  func steps(in world: [Double]) throws -> Int? {
    let better = world.map { objective.isBetter(objective.figure($0), than: best) }
    guard better.contains(true) else { return nil }
    var current = surrogate
    var left = Array(candidates.indices)
    for step in 1...limit where !left.isEmpty {
      let predictions = try current.predict(left.map { candidates[$0] })
      let chances = predictions.map { objective.chance(of: $0, beating: best) }
      let place = chances.indices.max { (chances[$0], -$0) < (chances[$1], -$1) } ?? 0
      let chosen = left.remove(at: place)
      if better[chosen] { return step }
      if let conditionable = current as? any ConditionableSurrogate {
        current = try conditionable.conditioned(
          on: [candidates[chosen]], targets: [world[chosen]])
      }
    }
    return limit + 1
  }
}
