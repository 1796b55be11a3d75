import DenseMath
import Design
import Matter

extension Campaign {
  /// Units of the properties, as first seen or as the plan says.
  public var knownUnits: [String: String] { units }

  /// Proposals that wait for a result.
  public var pending: [Proposal] {
    outcomes.indices.filter(outcomes.isPending).map { proposals[$0] }
  }

  /// Whether anything was done: what was cancelled never was.
  private static func isDone(_ outcome: Outcome?) -> Bool {
    if case .cancelled = outcome { return false }
    return outcome != nil
  }

  /// Proposals of the search itself that the budget counts, those on their way included.
  public var spentCount: Int { proposals.count - priorCount }

  /// The measurements before the first model: those of the initial design, and the prior ones, which
  /// count towards it.
  public var startCount: Int { max(plan.initialMeasurements, priorCount) }

  /// Measurements that failed, and why, in the order of the proposals.
  public var failures: [(proposal: Proposal, reason: String)] {
    outcomes.enumerated().compactMap { place, outcome in
      if case .failed(let reason)? = outcome { return (proposals[place], reason) }
      return nil
    }
  }

  /// All measured candidates in the order of proposal, those from before the campaign among them; of
  /// several methods those by the one that counts. Replicates count in the mean of what they repeat, and controls have no part.
  public var findings: [Finding] {
    let repeats = repeatedValues
    return outcomes.indices.compactMap { place in
      guard outcomes.isMeasured(place), isSearch(place),
        case .measured(let own)? = outcomes[place]
      else { return nil }
      return finding(place, own, mean: repeats[place + 1].map { Self.mean(of: [own] + $0) })
    }
  }

  /// Whether a proposal is one of the search or from before it, by the method that counts.
  private func isSearch(_ place: Int) -> Bool {
    let role = proposals.role(at: place)
    return (role == nil || role == .prior) && countsFully(fidelity: proposals.fidelity(at: place))
  }

  /// What control samples gave, in the order of proposal.
  public var controls: [Finding] {
    outcomes.indices.compactMap { place in
      guard outcomes.isMeasured(place), proposals.role(at: place) == .control,
        case .measured(let own)? = outcomes[place]
      else { return nil }
      return finding(place, own, mean: nil)
    }
  }

  /// `nil` where the objective is missing.
  private func finding(
    _ place: Int, _ own: [String: MeasuredValue], mean: [String: MeasuredValue]?
  ) -> Finding? {
    let values = mean ?? own
    guard let objectives = objectives(values),
      let value = plan.objective.expression.value({ values[$0]?.value })
    else { return nil }
    let isFeasible = plan.limits.allSatisfy { limit in
      limit.property.value { values[$0]?.value }.map(limit.allows) ?? false
    }
    return Finding(
      self, place, mean: mean, value: value, objectives: objectives, isFeasible: isFeasible)
  }

  /// Values of replicates, by the number of the proposal that they repeat.
  private var repeatedValues: [Int: [[String: MeasuredValue]]] {
    var values: [Int: [[String: MeasuredValue]]] = [:]
    for place in outcomes.indices where outcomes.isMeasured(place) {
      guard case .replicate(let original)? = proposals.role(at: place),
        case .measured(let own)? = outcomes[place]
      else { continue }
      values[original, default: []].append(own)
    }
    return values
  }

  /// The mean of each property that all have, with its standard error as spread.
  private static func mean(
    of repeats: [[String: MeasuredValue]]
  ) -> [String: MeasuredValue] {
    repeats[0].mapValues(\.unit).reduce(into: [:]) { means, property in
      let numbers = repeats.compactMap { $0[property.key]?.value }
      guard numbers.count == repeats.count else { return }
      let deviation = Statistics.standardDeviation(numbers, degreesOfFreedomLost: 1)
      means[property.key] = MeasuredValue(
        Statistics.mean(numbers), spread: deviation / Double(numbers.count).squareRoot(),
        unit: property.value)
    }
  }

  /// `nil` where one of them is missing.
  private func objectives(_ values: [String: MeasuredValue]) -> [Double]? {
    let figures = plan.objectives.compactMap { objective in
      objective.expression.value { values[$0]?.value }.map(objective.figure)
    }
    return figures.count == plan.objectives.count ? figures : nil
  }

  /// Findings that keep all limits, the best first; equal ones in the order of the proposals.
  public var ranked: [Finding] {
    findings.filter(\.isFeasible).sorted { a, b in
      a.objective == b.objective
        ? a.number < b.number
        : plan.objective.isBetter(a.objective, than: b.objective)
    }
  }

  /// The best feasible finding; of equal ones the first.
  public var best: Finding? { ranked.first }

  /// The best feasible objective after each proposal that has a result, in order of proposal;
  /// `nil` as long as there is none.
  public var bestSoFar: [Double?] {
    let findings = Dictionary(uniqueKeysWithValues: findings.map { ($0.number, $0) })
    var best: Double?
    return outcomes.indices.filter { Self.isDone(outcomes[$0]) }.map { place in
      if let finding = findings[place + 1], finding.isFeasible,
        best.map({ plan.objective.isBetter(finding.objective, than: $0) }) ?? true
      {
        best = finding.objective
      }
      return best
    }
  }

  /// What a model is trained on: measured candidates and their values of one expression.
  ///
  /// - Parameters:
  ///   - places: Of proposals, 0 for the first.
  ///   - fidelity: A method below the one that counts; `nil` for that one.
  func trainingData(
    _ expression: PropertyExpression, _ places: Range<Int>, fidelity: String? = nil
  ) -> (candidates: [Candidate], targets: [Double]) {
    var candidates: [Candidate] = []
    var targets: [Double] = []
    for place in places {
      let method = proposals.fidelity(at: place)
      guard outcomes.isMeasured(place), proposals.role(at: place) != .control,
        fidelity.map({ $0 == method }) ?? countsFully(fidelity: method),
        case .measured(let values)? = outcomes[place],
        let value = expression.value({ values[$0]?.value })
      else { continue }
      candidates.append(proposals.candidate(at: place))
      targets.append(value)
    }
    return (candidates, targets)
  }

  /// What a model that is trained now learns from.
  var refitSummary: RefitSummary {
    RefitSummary(
      proposals: proposals.count,
      models: plan.modeled.flatMap { expression in
        ((plan.fidelities?.below.map(\.name) ?? []) + [nil]).compactMap { fidelity in
          let targets = trainingData(expression, proposals.indices, fidelity: fidelity).targets
          guard fidelity == nil || !targets.isEmpty else { return nil }
          return RefitSummary.ModelSummary(
            expression.description, fidelity: fidelity ?? plan.fidelities?.target.name,
            targets: targets)
        }
      }, revision: revision > 0 ? revision : nil)
  }
}
