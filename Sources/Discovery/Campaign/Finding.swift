public import Matter

extension Campaign {
  /// One measured candidate.
  public struct Finding: Sendable {
    private let proposals: ProposalList
    private let outcomes: OutcomeList

    /// Of the proposal.
    public let number: Int

    /// Of a candidate that was measured several times.
    private let mean: [String: MeasuredValue]?

    /// The value of the objective's expression.
    public let value: Double

    /// What is compared, in the unit of the objective: its value, or the distance to its goal.
    public let objective: Double

    /// Of the further objectives.
    private let others: [Double]

    /// Whether all limits are kept.
    public let isFeasible: Bool

    /// - Parameter objectives: At least one.
    init(
      _ campaign: Campaign, _ place: Int, mean: [String: MeasuredValue]?, value: Double,
      objectives: [Double], isFeasible: Bool
    ) {
      proposals = campaign.proposals
      outcomes = campaign.outcomes
      number = place + 1
      self.mean = mean
      self.value = value
      objective = objectives[0]
      others = Array(objectives.dropFirst())
      self.isFeasible = isFeasible
    }
  }
}

extension Campaign.Finding {
  public var proposal: Proposal { proposals[number - 1] }

  /// Of the proposal, which is not put together for it.
  public var candidate: Candidate { proposals.candidate(at: number - 1) }

  public var values: [String: MeasuredValue] {
    if let mean { return mean }
    guard case .measured(let own)? = outcomes[number - 1] else {
      preconditionFailure("a finding was measured")
    }
    return own
  }

  /// Of all objectives, the first one first.
  public var objectives: [Double] { [objective] + others }
}

extension Campaign.Finding: Hashable {
  public static func == (a: Self, b: Self) -> Bool {
    a.value == b.value && a.objectives == b.objectives && a.isFeasible == b.isFeasible
      && a.proposal == b.proposal && a.values == b.values
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(number)
    hasher.combine(value)
  }
}
