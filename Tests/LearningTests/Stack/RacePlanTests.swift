import Testing

@testable import Learning

@Suite("Races within a budget")
struct RacePlanTests {
  @Test("Without a budget, or with enough, everybody runs all folds")
  func enough() {
    for budget in [nil, 600.0] {
      let plan = RacePlan(costs: [10, 3, 1], folds: 8, budget: budget)
      #expect(plan.contenders == [0, 1, 2] && plan.heat == 8 && plan.folds == 8)
    }
  }

  @Test("What is spent stays within the budget", arguments: [20.0, 40, 60, 100])
  func keepsWithin(budget: Double) {
    let costs = [10.0, 3, 1]
    let plan = RacePlan(costs: costs, folds: 8, budget: budget)
    #expect(plan.heat < plan.folds && plan.contenders.contains(2))
    let shares = plan.contenders.map { _ in 1 / Double(plan.contenders.count) }
    let last = plan.survivors(shares: shares)
    let spent =
      plan.contenders.reduce(0) { $0 + costs[$1] } * Double(plan.heat)
      + last.reduce(0) { $0 + costs[$1] } * Double(plan.folds - plan.heat)
    #expect(spent <= budget, "\(spent) of \(budget)")
    #expect(!last.isEmpty && Set(last).isSubset(of: plan.contenders))
  }

  @Test("Who earns nothing goes no further")
  func drops() {
    let plan = RacePlan(costs: [5, 5, 5], folds: 8, budget: 100)
    #expect(plan.survivors(shares: [0, 1, 0]) == [1])
    #expect(plan.survivors(shares: [0.5, 0.5, 0]) == [0, 1])
  }

  @Test("A budget for less than one fit still trains the cheapest")
  func least() {
    let plan = RacePlan(costs: [10, 2], folds: 8, budget: 0.1)
    #expect(plan.contenders == [1] && plan.folds == RacePlan.leastFolds)
    #expect(plan.survivors(shares: [1]) == [1])
  }

  @Test("Others are left out and folds given up for the favored learner, where it fits")
  func favored() {
    let costs = [20.0, 34, 35, 43]
    func plan(_ budget: Double) -> RacePlan {
      RacePlan(costs: costs, favored: 2, folds: 8, budget: budget)
    }
    #expect(RacePlan(costs: costs, folds: 8, budget: 300).contenders == [0, 1])
    #expect(plan(300).contenders == [0, 2] && plan(300).folds == 8)
    #expect(plan(299).contenders == [0, 1, 2] && plan(299).folds == 7)
    // It would fit in four folds alone, which are too few.
    #expect(plan(170).contenders == [0, 1] && plan(170).folds == 4)
    for budget in [170.0, 200, 299, 300] {
      let plan = plan(budget)
      let round = plan.contenders.reduce(0) { $0 + costs[$1] }
      let dearest = plan.contenders.map { costs[$0] }.max() ?? 0
      #expect(round + dearest * Double(plan.folds - 1) <= budget)
    }
  }

  @Test("The work of the standard learners grows with the rows")
  func work() {
    var before = ExpectedWork(rows: 10)
    for rows in [100, 1000, 10_000, 100_000] {
      let work = ExpectedWork(rows: rows)
      #expect(work.forest > before.forest && work.boosted > before.boosted)
      #expect(work.networks >= before.networks)
      before = work
    }
  }

  @Test("Members of a layer share the trees of a forest where rows are many")
  func sharedTrees() {
    #expect(StandardLearners.trees(rows: 1000, members: 8) == 200)
    #expect(StandardLearners.trees(rows: 25_000, members: 8) == 100)
    #expect(StandardLearners.trees(rows: 240_000, members: 8) == 25)
    #expect(StandardLearners.trees(rows: 1_000_000, members: 8) == 8)
    #expect(StandardLearners.trees(rows: 1_000_000, members: 1) == 200)
    #expect(StandardLearners.trees(rows: 0, members: 3) == 200)
  }

  @Test(
    "Of large tables too, whoever wins can be afforded in all folds",
    arguments: [240_000, 1_000_000])
  func large(rows: Int) {
    let trees = StandardLearners.trees(rows: rows, members: 8)
    let work = ExpectedWork(rows: rows - rows / 8, trees: trees)
    let costs = [work.networks, work.forest, work.boosted]
    let plan = RacePlan(costs: costs, folds: 8, budget: 1800)
    #expect(plan.contenders == [0, 1] && plan.folds == 8)
    for winner in 0...1 {
      let shares = [winner == 0 ? 1.0 : 0, winner == 1 ? 1 : 0]
      #expect(plan.survivors(shares: shares) == [winner])
      let heat = Double(plan.heat)
      #expect(heat * (costs[0] + costs[1]) + (8 - heat) * costs[winner] <= 1800)
    }
  }
}
