import ArgumentParser
import Discovery
import Ecosystem
import Formats
import Foundation
import Reporting

struct CampaignTell: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tell",
    abstract: "Take the filled-in sheet of campaign suggest into the ledger.",
    discussion: """
      Rows may come in any order and in several sheets; blank ones stay awaited. Write a reason under \
      "failed" where nothing could be measured. All rows are checked first: a sheet with one that \
      cannot be is refused with its line, and nothing of it is taken.
      """)

  @Argument(help: "The recipe of the campaign, or the folder of its ledger.")
  var campaign: String

  @Argument(help: "The filled-in sheet (CSV, TSV or JSON).")
  var sheet: String

  @OptionGroup var common: CommonOptions

  private struct Result: Encodable {
    let measured: [Int]
    let failed: [Int]
    let known: [Int]
    let awaited: [Int]
    let best: Double?
  }

  func run() throws {
    let path = try CampaignLedger.path(ofRecipeOr: campaign)
    let desk = CampaignDesk(try SQLiteEventLog(path: path))
    let told = try desk.tell(Table(AtomicFile.read(sheet), file: sheet))
    let after = try desk.campaign()
    let result = Result(
      measured: told.measured.map(\.number), failed: told.failed.map(\.number), known: told.known,
      awaited: after.pending.map(\.number), best: after.best?.value)
    if common.json { return try Terminal.printJSON(result) }
    print(
      "\(result.measured.count) measured, \(result.failed.count) failed"
        + (told.known.isEmpty ? "" : ", \(told.known.count) known already")
        + (result.awaited.isEmpty ? "" : "; \(result.awaited.count) still awaited"))
    if let best = after.best {
      print(
        "Best so far: \(CampaignResult.text(best.value, of: after)), "
          + "\(after.name(of: best.proposal.candidate)) (no. \(best.proposal.number))")
    } else {
      print("Nothing measured keeps all limits yet.")
    }
    for warning in DriftWatch(after).warnings { print(warning) }
    print("Ledger: \(path)")
  }
}
