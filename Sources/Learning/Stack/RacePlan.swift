/// Which learners start, in how many folds they race, and which of them go on: how a stack keeps
/// within its budget.
struct RacePlan: Hashable, Sendable {
  /// Expected work of one fit of each learner.
  let costs: [Double]
  let budget: Double?

  /// Folds of the whole training; at most those that were asked for.
  let folds: Int

  /// The learners that start, by their places.
  let contenders: [Int]

  /// How many folds all contenders are trained without before some are left behind; ``folds`` where
  /// the budget allows all of it.
  let heat: Int

  /// Folds below which held-out figures say too little.
  static let leastFolds = 3

  /// Folds below which the favored learner no longer goes before others.
  static let leastFavoredFolds = 5

  /// - Parameters:
  ///   - costs: Of one fit, positive; one learner or more.
  ///   - favored: The learner for which others are left out and folds given up, where it fits at all.
  init(costs: [Double], favored: Int? = nil, folds: Int, budget: Double?) {
    self.costs = costs
    self.budget = budget
    guard let budget, costs.reduce(0, +) * Double(folds) > budget else {
      self.folds = folds
      contenders = Array(costs.indices)
      heat = folds
      return
    }
    let start =
      favored.flatMap {
        RacePlan.start(costs, with: $0, folds, least: RacePlan.leastFavoredFolds, budget)
      } ?? RacePlan.start(costs, with: nil, folds, least: RacePlan.leastFolds, budget)
    if let start {
      self.folds = start.folds
      contenders = start.contenders
      heat = start.heat
      return
    }
    let cheapest = costs.indices.min { costs[$0] < costs[$1] } ?? 0
    let possible = costs[cheapest] > 0 ? budget / costs[cheapest] : Double(folds)
    let count = min(folds, max(RacePlan.leastFolds, Int(min(possible, Double(folds)))))
    self.folds = count
    contenders = [cheapest]
    heat = count
  }

  /// The most folds, from `folds` down to `least`, that leave room for two learners or more.
  private static func start(
    _ costs: [Double], with favored: Int?, _ folds: Int, least: Int, _ budget: Double
  ) -> (folds: Int, contenders: [Int], heat: Int)? {
    for count in stride(from: folds, through: least, by: -1) {
      let able = affordable(costs, with: favored, folds: count, budget: budget)
      guard able.count > 1 else { continue }
      let round = able.reduce(0) { $0 + costs[$1] }
      let dearest = able.map { costs[$0] }.max() ?? 0
      let isCheap =
        round * 2 <= budget / 3 && round * 2 + dearest * Double(count - 2) <= budget
      return (count, able, min(isCheap ? 2 : 1, count))
    }
    return nil
  }

  /// Without the dearest learners, so many that after a fold with all that are left the dearest of these
  /// can still be trained in all folds: whoever wins can go on.
  private static func affordable(
    _ costs: [Double], with favored: Int?, folds: Int, budget: Double
  ) -> [Int] {
    var able = costs.indices.sorted { (costs[$0], $0) < (costs[$1], $1) }
    func exceeds() -> Bool {
      let dearest = able.map { costs[$0] }.max() ?? 0
      return able.reduce(0) { $0 + costs[$1] } + dearest * Double(folds - 1) > budget
    }
    while exceeds(), let last = able.lastIndex(where: { $0 != favored }) { able.remove(at: last) }
    return exceeds() ? [] : able.sorted()
  }

  /// Work of all fits, if all contenders go on.
  var expectedWork: Double {
    let all = contenders.reduce(0) { $0 + costs[$1] } * Double(folds)
    return min(all, budget ?? all)
  }

  /// The contenders that go on: those with a share, less the one with the smallest share for its
  /// work while they exceed what is left of the budget.
  ///
  /// - Parameter shares: Of the contenders, in their order.
  func survivors(shares: [Double]) -> [Int] {
    let spent = contenders.reduce(0) { $0 + costs[$1] } * Double(heat)
    let left = (budget ?? .infinity) - spent
    var running = zip(contenders, shares).filter { $0.1 > 0 }
    let rounds = Double(folds - heat)
    while running.count > 1, running.reduce(0, { $0 + costs[$1.0] }) * rounds > left {
      let last = running.indices.min {
        running[$0].1 / costs[running[$0].0] < running[$1].1 / costs[running[$1].0]
      }
      running.remove(at: last ?? 0)
    }
    return running.map(\.0)
  }
}
