import ArgumentParser
import Discovery
import Ecosystem
import Reporting

struct CampaignReplay: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Show a campaign as it stood at any past moment, or day by day.",
    discussion: """
      Reads the ledger alone and changes nothing. Times are UTC unless they name a zone; a date alone \
      is the end of its day. Events count in the order of their numbers, also where a clock jumped.
      """)

  @Argument(help: "A ledger, or the folder that holds it.")
  var ledger: String

  @Option(help: "A moment: 2026-03-01, 2026-03-01T12:00 or 2026-03-01T12:00:30+01:00.")
  var at: String?

  @Option(help: "The state right after the event of this number.")
  var event: Int?

  @Flag(help: "A line for each day on which something happened.")
  var days = false

  @Option(help: "How many of the last decisions are shown.")
  var decisions = 10

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard [at != nil, event != nil, days].count(where: { $0 }) <= 1 else {
      throw ValidationError("Give one of --at, --event and --days.")
    }
    guard decisions >= 0 else { throw ValidationError("--decisions must be at least 0.") }
    if let event, event < 1 { throw ValidationError("--event must be at least 1.") }
    if let at, LedgerTime.microseconds(at) == nil {
      throw ValidationError("--at \(at) is no moment; write 2026-03-01 or 2026-03-01T12:00.")
    }
  }

  func run() throws {
    let path = try CampaignLedger.path(ledger)
    let history = try CampaignHistory(SQLiteEventLog.existing(path).events())
    if days { return try print(history.days(), of: history) }
    let moment = try moment(history, path)
    let card = MomentCard(moment, of: history.events.count)
    if common.json { try Terminal.printJSON(card) } else { card.print(moment) }
  }

  private func moment(
    _ history: CampaignHistory, _ path: String
  ) throws -> CampaignHistory.Moment {
    if let event {
      guard event <= history.events.count else {
        throw CommandError("\(path): there is no event \(event), but \(history.events.count).")
      }
      return try history.moment(after: event, decisions: decisions)
    }
    guard let text = at, let time = LedgerTime.microseconds(text) else {
      return try history.moment(after: history.events.count, decisions: decisions)
    }
    let count = history.count(at: time)
    guard count > 0 else {
      throw CommandError(
        "\(path): the campaign did not exist at \(LedgerTime.text(time)); it began "
          + "\(LedgerTime.text(history.start)).")
    }
    return try history.moment(after: count, at: time, decisions: decisions)
  }

  private func print(_ days: [CampaignHistory.Day], of history: CampaignHistory) throws {
    if common.json { return try Terminal.printJSON(days) }
    let head = [
      "day (UTC)", "events", "proposed", "measured", "failed", "lost", "fits", "orders", "in all",
      "best so far",
    ]
    let rows = days.map { day in
      [day.date]
        + [
          day.events, day.proposed, day.measured, day.failed, day.lost, day.fits, day.orders,
          day.results,
        ].map(String.init)
        + [day.best.map { "\(Report.number($0)) (no. \(day.bestNumber ?? 0))" } ?? "–"]
    }
    Swift.print(DataText.table([head] + rows))
  }
}
