import ArgumentParser
import Ecosystem

struct CampaignBackup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy a ledger as it stands, also while a service writes to it.",
    discussion: """
      The copy holds every event up to one moment and is checked before it gets its name. Keep the \
      hash that is printed elsewhere: it tells later whether events at the end are missing.
      """)

  @Argument(help: "A ledger, or the folder that holds it.")
  var ledger: String

  @Argument(help: "The copy: a file that is not there yet.")
  var copy: String

  @OptionGroup var common: CommonOptions

  func run() throws {
    let path = try CampaignLedger.path(ledger)
    let done = try SQLiteEventLog.copy(path, to: copy)
    if common.json { return try Terminal.printJSON(done) }
    print("\(copy): \(DataText.count(done.events, "event")), checked")
    print("Last hash: \(done.hash ?? "none")")
  }
}
