import Ecosystem
import Formats
import Foundation
import Learning
import Testing

@testable import Discovery

@Suite("A campaign handed over")
struct CampaignExportTests {
  @Test("Tables hold every result and every proposal, corrected ones as they are now")
  func tables() throws {
    let export = try CampaignExport(laboratoryStory().events())
    let measured = try Table(export.measurements.bytes, file: "measurements.csv")
    #expect(measured.rowCount == 1)
    #expect(try measured.doubles("strength (GPa)") == [1.25])
    #expect(try measured.strings("worker or instrument") == ["robot-1"])
    #expect(try measured.strings("time") == ["2026-03-02T06:00:00Z"])
    let proposals = try Table(export.proposals.bytes, file: "proposals.csv")
    #expect(proposals.rowCount == 6)
    // The lost one is claimed once more, by whom the furnace is free.
    #expect(
      try proposals.strings("state")
        == ["measured", "claimed", "proposed"] + Array(repeating: "awaiting-approval", count: 3))
  }

  @Test("Events come back from their lines with the same chain")
  func events() throws {
    let events = try laboratoryStory().events()
    let lines = try CampaignExport(events).eventLines
    #expect(try CampaignExport.events(fromLines: lines) == events)
    #expect(try CampaignExport(events).eventLines == lines)
  }

  @Test("Models are trained anew from the ledger alone, the same each time")
  func models() throws {
    let log = MemoryEventLog()
    let surrogate = SurrogateRecipe()
    let text = String(decoding: try JSONEncoder().encode(surrogate), as: UTF8.self)
    let plan = try fixturePlan(.random, budget: 12)
    let runner = CampaignRunner(
      CampaignCreation(plan: plan, provenance: ["surrogate": text], codeVersion: "test"),
      space: try fixtureSpace(), oracle: FormulaOracle(), trainer: NearestTrainer(), log: log)
    let campaign = try runner.run()
    let models = try CampaignModels(campaign, codeVersion: "test", threads: 2)
    #expect(models.entries.map(\.property) == ["strength"] && models.notes.isEmpty)
    let again = try CampaignModels(campaign, codeVersion: "test", threads: 1)
    let candidates = campaign.proposals.map(\.candidate)
    let values = try models.entries[0].model.predict(candidates).map(\.mean)
    #expect(try again.entries[0].model.predict(candidates).map(\.mean) == values)
    #expect(models.entries[0].model.card.rows == 12 && models.entries[0].model.card.unit == "GPa")
    let few = try CampaignModels(Campaign(laboratoryCreation(plan)), codeVersion: "test")
    #expect(few.entries.isEmpty && few.notes.count == 1)
  }
}
