public import Ecosystem

/// A ledger looked at from end to end: file, tables, chain, and whether its events make a campaign.
public struct LedgerCheck: Sendable {
  /// The longest beginning that is sound in every respect: a repaired ledger holds these.
  public let soundEvents: [LoggedEvent]

  /// Everything else that can be read.
  public let otherEvents: [LoggedEvent]
  public let versions: [String]

  /// Empty where all is well.
  public let faults: [StoreFault]

  /// - Throws: ``FileError``, ``EventLogError`` for a file that is no ledger, or of a newer version.
  public init(_ path: String) throws {
    let salvage = try LedgerSalvage(path)
    versions = salvage.versions
    let (count, fault) = Self.foldable(salvage.soundEvents)
    soundEvents = Array(salvage.soundEvents.prefix(count))
    otherEvents = salvage.soundEvents.dropFirst(count) + salvage.otherEvents
    let decoding = salvage.otherEvents.compactMap { event -> StoreFault? in
      do throws(CampaignError) {
        _ = try CampaignEvent(event)
        return nil
      } catch {
        return StoreFault(.event, "event \(event.sequence)", "cannot be read")
      }
    }
    // A second opinion, of code that does not write ledgers.
    let history =
      salvage.faults.isEmpty && fault == nil
      ? LaboratoryHistory(soundEvents).faults.map { StoreFault(.event, "", $0) } : []
    faults = salvage.faults + (fault.map { [$0] } ?? []) + decoding + history
  }

  /// How many events make a campaign, and what is wrong with the one behind them.
  private static func foldable(_ events: [LoggedEvent]) -> (count: Int, fault: StoreFault?) {
    guard let first = events.first else { return (0, nil) }
    var place = 0
    do throws(CampaignError) {
      var laboratory = try Laboratory(CampaignEvent(first).creation())
      place = 1
      for event in events.dropFirst() {
        try laboratory.apply(CampaignEvent(event), time: event.time)
        place += 1
      }
      return (place, nil)
    } catch {
      let sequence = events[place].sequence
      return (place, StoreFault(.event, "event \(sequence)", "\(error)"))
    }
  }
}
