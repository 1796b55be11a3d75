import ArgumentParser

struct CampaignStatus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Say where the campaign of a ledger stands, and what waits for whom.",
    discussion: """
      Of each experiment that a worker has: since when, and until when it is the worker's. Signs of \
      life make that time longer and are known to the service alone: "overdue" is what the ledger \
      alone can say.
      """)

  @Argument(help: "A ledger, or the folder that holds it.")
  var ledger: String

  @OptionGroup var common: CommonOptions

  func run() throws {
    let card = try CampaignStatusCard(CampaignLedger.path(ledger))
    if common.json { try Terminal.printJSON(card) } else { card.print() }
  }
}
