public import Matter

/// Several oracles of the same properties: each proposal goes to that of its method.
///
/// Values that do not say how they were found carry the name of the method.
public struct FidelityOracle: Oracle {
  private let oracles: [String: any Oracle]
  private let target: String

  /// - Parameters:
  ///   - oracles: By the names of the plan's fidelities.
  ///   - target: That of the method that counts.
  public init(_ oracles: [String: any Oracle], target: String) {
    precondition(oracles[target] != nil, "no oracle of \(target)")
    self.oracles = oracles
    self.target = target
  }

  /// By the method that counts.
  public func measure(_ candidate: Candidate, seed: UInt64) throws -> Observation {
    try measure(Proposal(number: 0, candidate: candidate, reason: ""), seed: seed)
  }

  public func measure(
    _ proposal: Proposal, seed: UInt64, notes: ActionNotes
  ) throws -> Observation {
    let name = proposal.fidelity ?? target
    guard let oracle = oracles[name] else { throw CampaignError.plan("nothing measures \(name)") }
    let found = try oracle.measure(proposal, seed: seed, notes: notes)
    return Observation(
      found.values.mapValues { value in
        MeasuredValue(
          value.value, spread: value.spread, unit: value.unit, fidelity: value.fidelity ?? name)
      })
  }
}
