public import Ecosystem

/// The past of a campaign, as its ledger tells it.
///
/// Events are ordered by their numbers. Where the clock of the writer jumped back, an event counts to
/// the latest time that was read before it, so that days follow each other.
public struct CampaignHistory: Sendable {
  public let events: [LoggedEvent]

  /// The latest time up to each event, microseconds since 1970.
  private let times: [Int64]

  /// - Throws: ``CampaignError/emptyLedger``.
  public init(_ events: [LoggedEvent]) throws(CampaignError) {
    guard let first = events.first else { throw .emptyLedger }
    self.events = events
    var latest = first.time
    times = events.map { event in
      latest = max(latest, event.time)
      return latest
    }
  }

  public var start: Int64 { times[0] }
  public var end: Int64 { times[times.count - 1] }

  /// How many events there were at a time.
  public func count(at time: Int64) -> Int { times.prefix { $0 <= time }.count }

  /// How a campaign stood after some of its events.
  public struct Moment: Sendable {
    /// The last event that counts, 1 for the first.
    public let event: Int
    public let hash: String

    /// Microseconds since 1970: the one that was asked for, else that of the event.
    public let time: Int64
    public let laboratory: Laboratory
    public let standing: CampaignStanding

    /// In the order of the ledger.
    public let decisions: [CampaignDecision]
  }

  /// - Parameters:
  ///   - count: Of events, at least 1 and at most as many as there are.
  ///   - time: The moment that is asked for, which tells what is overdue.
  ///   - decisions: How many of the last decisions are given.
  /// - Throws: ``CampaignError``.
  public func moment(
    after count: Int, at time: Int64? = nil, decisions: Int = 10
  ) throws(CampaignError) -> Moment {
    var found: [CampaignDecision] = []
    let laboratory = try fold(count) { decision, _ in
      if let decision { found.append(decision) }
    }
    let time = time ?? times[count - 1]
    return Moment(
      event: count, hash: events[count - 1].hash, time: time, laboratory: laboratory,
      standing: CampaignStanding(laboratory, at: time), decisions: found.suffix(decisions))
  }

  /// Folds the first events.
  ///
  /// - Parameter body: Gets what was decided with each event, and the laboratory after it.
  private func fold(
    _ count: Int, _ body: (CampaignDecision?, Laboratory) throws(CampaignError) -> Void
  ) throws(CampaignError) -> Laboratory {
    let creation = try CampaignEvent(events[0]).creation()
    var laboratory = try Laboratory(creation)
    try body(CampaignDecision(.created(creation), events[0], in: laboratory.campaign), laboratory)
    for logged in events[1..<count] {
      let event = try CampaignEvent(logged)
      let decision = CampaignDecision(event, logged, in: laboratory.campaign)
      try laboratory.apply(event, time: logged.time)
      try body(decision, laboratory)
    }
    return laboratory
  }

  /// What happened on one day, and how the campaign stood in its evening.
  public struct Day: Codable, Hashable, Sendable {
    /// UTC: `2026-03-01`.
    public let date: String

    /// The last event of the day.
    public let lastEvent: Int
    public let events: Int
    public let proposed: Int
    public let measured: Int
    public let failed: Int

    /// Attempts whose worker gave no more sign of life.
    public let lost: Int
    public let fits: Int

    /// What people ordered: approvals, cancellations, corrections, pauses, …
    public let orders: Int

    /// Since the beginning.
    public let results: Int

    /// The best value of the objective so far that keeps all limits, and its experiment; of several
    /// objectives, the first one.
    public let best: Double?
    public let bestNumber: Int?
  }

  /// Every day on which something happened, in order.
  ///
  /// - Throws: ``CampaignError``.
  public func days() throws(CampaignError) -> [Day] {
    var days: [Day] = []
    var place = 0
    var first = 0
    _ = try fold(events.count) { (_, laboratory) throws(CampaignError) in
      place += 1
      let isLast =
        place == events.count
        || LedgerTime.parts(times[place]).day != LedgerTime.parts(times[place - 1]).day
      guard isLast else { return }
      days.append(day(first..<place, laboratory.campaign))
      first = place
    }
    return days
  }

  private func day(_ places: Range<Int>, _ campaign: Campaign) -> Day {
    let kinds = Dictionary(events[places].map { ($0.kind, 1) }, uniquingKeysWith: +)
    let orders = [
      "cancelled", "corrected", "withdrawn", "approved", "prioritized", "paused", "resumed",
      "stocked",
    ]
    let best = campaign.best
    return Day(
      date: LedgerTime.date(times[places.lowerBound]), lastEvent: places.upperBound,
      events: places.count, proposed: kinds["proposed", default: 0],
      measured: kinds["measured", default: 0], failed: kinds["failed", default: 0],
      lost: kinds["lost", default: 0], fits: kinds["refit", default: 0],
      orders: orders.reduce(0) { $0 + kinds[$1, default: 0] }, results: campaign.resultCount,
      best: best?.value, bestNumber: best?.number)
  }
}
