import Design
public import Learning
import Matter

extension Campaign {
  /// Whether a proposal is measured by the method that counts: always, where there is one alone.
  public func countsFully(_ proposal: Proposal) -> Bool {
    countsFully(fidelity: proposal.fidelity)
  }

  func countsFully(fidelity: String?) -> Bool {
    fidelity == nil || fidelity == plan.fidelities?.target.name
  }

  /// The method of a proposal, of a campaign over several; else `nil`.
  public func fidelity(of proposal: Proposal) -> FidelityPlan.Level? {
    plan.fidelities?[proposal.fidelity]
  }

  /// The place of a proposal's method among those of the plan; 0 where there is one.
  func method(of proposal: Proposal) -> Int {
    fidelity(of: proposal).flatMap { plan.fidelities?.levels.firstIndex(of: $0) } ?? 0
  }

  /// Whether a candidate was proposed by a method.
  func isProposed(_ candidate: Candidate, by level: FidelityPlan.Level) -> Bool {
    level.name == plan.fidelities?.target.name
      ? proposed.contains(candidate)
      : proposedBelow[level.name]?.contains(candidate) ?? false
  }

  /// Whether its candidate was proposed before, by its method.
  func hasProposed(_ proposal: Proposal) -> Bool {
    guard let level = fidelity(of: proposal) else { return proposed.contains(proposal.candidate) }
    return isProposed(proposal.candidate, by: level)
  }

  /// Measurements by a method from before the campaign.
  func priorCount(by name: String) -> Int {
    proposals.count { $0.role == .prior && fidelity(of: $0)?.name == name }
  }

  /// What one method was asked, and what that has cost.
  public struct FidelityShare: Hashable, Sendable {
    public let level: FidelityPlan.Level

    /// Experiments that were done, those that failed included, without those from before the campaign.
    public let experiments: Int
    public let failed: Int
    public var cost: Double { Double(experiments) * level.cost }
  }

  /// Of every method, in the order of the plan; empty where there is one alone.
  public var fidelityShares: [FidelityShare] {
    (plan.fidelities?.levels ?? []).map { level in
      var (experiments, failed) = (0, 0)
      for (proposal, outcome) in zip(proposals, outcomes)
      where proposal.role != .prior && fidelity(of: proposal)?.name == level.name {
        switch outcome {
        case nil, .cancelled?: continue
        case .failed?: failed += 1
        case .measured?, .withdrawn?: break
        }
        experiments += 1
      }
      return FidelityShare(level: level, experiments: experiments, failed: failed)
    }
  }

  /// What all experiments that were done have cost by the plan's fidelities; 0 without these.
  public var spentCost: Double { fidelityShares.reduce(0) { $0 + $1.cost } }

  /// Which share of the budget is spent: of the cost where methods differ in it, of the measurements elsewhere.
  public var spentShare: Double {
    plan.fidelities.map { min(1, spentCost / $0.costLimit) }
      ?? Double(resultCount) / Double(plan.budget)
  }

  /// The same with those on their way.
  private var committedCost: Double {
    pending.reduce(spentCost) { $0 + (fidelity(of: $1)?.cost ?? 0) }
  }

  /// Methods that the budget still allows: by a cheap one only what leaves enough for what counts.
  ///
  /// - Parameter further: Cost of choices that are not proposals yet.
  func affordable(beyond further: Double = 0) -> [FidelityPlan.Level] {
    guard let fidelities = plan.fidelities else { return [] }
    let left = fidelities.costLimit - committedCost - further
    let target = fidelities.target
    return fidelities.levels.filter { level in
      left - level.cost - (level.name == target.name ? 0 : target.cost) >= -1e-9 * left.magnitude
    }
  }

  /// How many experiments by the method that counts the budget of cost allows, up to a number.
  func affordableTargets(_ count: Int) -> Int {
    guard let fidelities = plan.fidelities else { return count }
    let left = (fidelities.costLimit - committedCost) / fidelities.target.cost + 1e-9
    return left < Double(count) ? max(0, Int(left)) : count
  }

  /// Whether the budget of cost, if there is one, allows another proposal.
  var affordsMore: Bool { plan.fidelities == nil || !affordable().isEmpty }

  /// That the budget of cost is spent, once it is.
  var spentCostStop: StopRecord? {
    guard let fidelities = plan.fidelities,
      fidelities.costLimit - spentCost < fidelities.target.cost * (1 - 1e-9)
    else { return nil }
    return StopRecord(
      rule: .budget,
      reason: "Of the budget of \(fidelities.costLimit), \(spentCost) is spent: no experiment by "
        + "\(fidelities.target.name) is left.")
  }

  /// What models are trained on: the rows of each method, the one that counts last; methods without a
  /// result are left out.
  ///
  /// - Parameter places: Of proposals, 0 for the first.
  func trainingLevels(
    _ expression: PropertyExpression, _ places: Range<Int>
  ) -> [LowerFidelities.Level] {
    guard let fidelities = plan.fidelities else { return [] }
    let below = fidelities.below.map { level in
      let data = trainingData(expression, places, fidelity: level.name)
      return LowerFidelities.Level(level.name, candidates: data.candidates, targets: data.targets)
    }
    let data = trainingData(expression, places)
    return below.filter { !$0.candidates.isEmpty } + [
      LowerFidelities.Level(
        fidelities.target.name, candidates: data.candidates, targets: data.targets)
    ]
  }

  /// A trainer of the objective that learns from all methods' results, and is judged by the one that
  /// counts; the same trainer where there is one method.
  public func trainer(_ trainer: any SurrogateTrainer) -> any SurrogateTrainer {
    guard var joint = trainer as? JointFidelityTrainer, let fidelities = plan.fidelities else {
      return trainer
    }
    let levels = trainingLevels(plan.objective.expression, proposals.indices).map {
      LowerFidelities.Level(
        $0.name, candidates: $0.candidates, targets: $0.targets.map(plan.objective.figure))
    }
    joint.lower = LowerFidelities(
      Array(levels.dropLast()), below: fidelities.target.name,
      of: levels[levels.count - 1].candidates)
    return joint
  }
}
