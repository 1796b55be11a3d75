public import Ecosystem

/// A ledger that is checked from end to end (pages of the file, chain of hashes, whether its events make a
/// campaign) in one reading.
public struct LedgerReading: Sendable {
  public let laboratory: Laboratory

  /// The last event.
  public let last: LoggedEvent

  /// - Throws: ``EventLogError``, ``CampaignError``.
  public init(_ log: SQLiteEventLog) throws {
    try log.verifyStructure()
    laboratory = try Laboratory(folding: log)
    guard let last = try log.events(after: laboratory.campaign.eventCount - 1, limit: 1).first
    else { throw CampaignError.emptyLedger }
    self.last = last
  }
}
