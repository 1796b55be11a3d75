public import Ecosystem
public import Formats

/// Where people hand in results: a ledger, and nothing of the models.
public struct CampaignDesk: Sendable {
  public let log: any EventLog

  public init(_ log: any EventLog) {
    self.log = log
  }

  /// - Throws: ``CampaignError``, ``EventLogError``.
  public func campaign() throws -> Campaign { try Campaign(folding: log) }

  /// Takes the filled-in rows of a sheet into the ledger: all or none.
  ///
  /// - Throws: ``ReadingError`` for the first row that cannot be taken, ``CampaignError/ended(_:)``,
  ///   ``EventLogError``.
  public func tell(_ sheet: Table) throws -> ResultSheet.Told {
    let campaign = try campaign()
    let told = try ResultSheet(campaign).read(sheet)
    guard !told.events.isEmpty else { return told }
    if let stop = campaign.stop { throw CampaignError.ended(stop.reason) }
    var next = campaign
    for event in told.events { try next.apply(event) }
    try log.append(told.events.map { try $0.draft() }, after: campaign.eventCount)
    return told
  }
}
