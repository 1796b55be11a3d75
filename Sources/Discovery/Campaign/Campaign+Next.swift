import DenseMath
import Matter

extension Campaign {
  /// What a campaign wants done next.
  public enum Step: Hashable, Sendable {
    /// Propose random candidates.
    case proposeInitial(count: Int)

    /// Train the model on the results of all proposals so far.
    case refit

    /// Propose the candidates that the model wants most.
    case propose(count: Int)

    /// Measure the pending proposals.
    case measure
    case stop(StopRecord)

    /// Nothing: the campaign has ended.
    case finished
  }

  public func next() -> Step {
    if stop != nil { return .finished }
    if !pending.isEmpty { return .measure }
    if spentCount == 0, initialLeft > 0 { return .proposeInitial(count: initialLeft) }
    if let reason = reasonToStop { return .stop(reason) }
    let count = min(plan.batch, plan.budget - resultCount)
    return needsRefit ? .refit : .propose(count: count)
  }

  /// Candidates of the initial design that measurements from before the campaign do not replace.
  var initialLeft: Int {
    guard let fidelities = plan.fidelities else { return max(0, plan.initial - priorCount) }
    return fidelities.levels.map { max(0, $0.initial - priorCount(by: $0.name)) }.max() ?? 0
  }

  var needsRefit: Bool {
    guard plan.acquisition.needsModel, isModelable else { return false }
    guard let last = refits.last else { return true }
    let rounds = (proposals.count - last.proposals + plan.batch - 1) / plan.batch
    return rounds >= plan.refitInterval
  }

  /// Whether every modeled expression has taken at least two different values, and that for
  /// materials that differ in more than the size of their formula unit.
  var isModelable: Bool {
    plan.modeled.allSatisfy { expression in
      let data = trainingData(expression, proposals.indices)
      return data.targets.contains { $0 != data.targets[0] }
        && data.candidates.contains { !$0.isSameMaterial(as: data.candidates[0]) }
    }
  }

  /// Why nothing more should be measured; `nil` where more should.
  var reasonToStop: StopRecord? {
    if let target = plan.stop.target, let best,
      !plan.objective.isBetter(target, than: best.objective)
    {
      return StopRecord(
        rule: .target, reason: "The target of \(target) is reached with \(best.objective).")
    }
    if resultCount >= plan.budget {
      return StopRecord(
        rule: .budget, reason: "The budget of \(plan.budget) measurements is spent.")
    }
    if let stop = spentCostStop { return stop }
    if let patience = plan.stop.patience, suggestionsWithoutGain >= patience {
      return StopRecord(
        rule: .patience, reason: "\(suggestionsWithoutGain) suggestions brought nothing better.")
    }
    return nil
  }

  /// Suggestions with a result after the initial design and after the best finding.
  private var suggestionsWithoutGain: Int {
    outcomes.indices.dropFirst(max(lastGain, startCount)).count {
      !outcomes.isPending($0) && countsFully(fidelity: proposals.fidelity(at: $0))
    }
  }

  /// A seed of its own for each random decision: a restarted campaign draws what an uninterrupted
  /// one draws.
  func seed(of purpose: RandomPurpose, _ number: Int) -> UInt64 {
    var family = SplitMix64(seed: plan.seed, stream: purpose.rawValue)
    var generator = SplitMix64(seed: family.next(), stream: UInt64(bitPattern: Int64(number)))
    return generator.next()
  }

  enum RandomPurpose: UInt64 {
    case initialDesign = 1
    case training = 2
    case proposing = 3
    case measuring = 4
    case simulating = 5
  }
}

extension Candidate {
  /// Whether fractions, variables and crystals are equal, up to rounding of the first: `Pb` and `Pb2`
  /// are.
  fileprivate func isSameMaterial(as other: Candidate) -> Bool {
    composition.elements == other.composition.elements && variables == other.variables
      && crystal == other.crystal
      && zip(composition.fractions, other.composition.fractions).allSatisfy { abs($0 - $1) < 1e-9 }
  }
}

extension Campaign {
  /// For whatever is random in the measurement of a proposal.
  public func measuringSeed(_ number: Int) -> UInt64 { seed(of: .measuring, number) }
}
