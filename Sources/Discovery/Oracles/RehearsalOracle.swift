public import Matter

/// Answers as a laboratory would: what another oracle says, with the faults of a ``Rehearsal``.
///
/// Equal proposals and seeds are answered equally, so a campaign can be rehearsed again and resumed.
public struct RehearsalOracle: Oracle {
  private let oracle: any Oracle
  private let rehearsal: Rehearsal
  private let campaignSeed: UInt64

  /// - Parameter seed: Of the campaign.
  public init(_ oracle: any Oracle, _ rehearsal: Rehearsal, seed: UInt64) {
    self.oracle = oracle
    self.rehearsal = rehearsal
    campaignSeed = seed
  }

  /// As the first experiment.
  public func measure(_ candidate: Candidate, seed: UInt64) throws -> Observation {
    try measure(Proposal(number: 1, candidate: candidate, reason: ""), seed: seed)
  }

  public func measure(
    _ proposal: Proposal, seed: UInt64, notes: ActionNotes
  ) throws -> Observation {
    let reading = rehearsal.reading(
      try oracle.measure(proposal, seed: seed, notes: notes), number: proposal.number, seed: seed,
      campaignSeed: campaignSeed)
    guard let reading else { throw WorkError.reported("The rehearsed experiment failed.") }
    return reading
  }
}
