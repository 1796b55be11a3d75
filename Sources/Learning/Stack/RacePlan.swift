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

  /// - Parameter costs: Of one fit, positive; one learner or more.
  init(costs: [Double], folds: Int, budget: Double?) {
    self.costs = costs
    self.budget = budget
    let cheapest = costs.min() ?? 0
    guard let budget, costs.reduce(0, +) * Double(folds) > budget else {
      self.folds = folds
      contenders = Array(costs.indices)
      heat = folds
      return
    }
    // One fit of every contender must leave the half of the budget to those that go on.
    var affordable = costs.indices.sorted { (costs[$0], $0) < (costs[$1], $1) }
    while affordable.count > 1, affordable.reduce(0, { $0 + costs[$1] }) > budget / 2 {
      affordable.removeLast()
    }
    contenders = affordable.sorted()
    let round = affordable.reduce(0) { $0 + costs[$1] }
    let possible = cheapest > 0 ? budget / cheapest : Double(folds)
    let count = min(folds, max(RacePlan.leastFolds, Int(min(possible, Double(folds)))))
    self.folds = count
    heat = affordable.count == 1 ? count : (round * 2 <= budget / 3 ? min(2, count) : 1)
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
    // Of a race whose every winner is too dear, the cheapest contender is what remains.
    if let only = running.first, running.count == 1, costs[only.0] * rounds > left,
      let cheapest = contenders.min(by: { costs[$0] < costs[$1] })
    {
      return [cheapest]
    }
    return running.map(\.0)
  }
}
