public import Matter

/// People measure: nothing answers by itself, and a campaign is asked and told
/// (``CampaignRunner/ask(_:)``, ``CampaignDesk``).
public struct PersonOracle: Oracle {
  public init() {}

  /// - Throws: Always ``CampaignError/awaitsPeople``.
  public func measure(_ candidate: Candidate, seed: UInt64) throws -> Observation {
    throw CampaignError.awaitsPeople
  }
}
