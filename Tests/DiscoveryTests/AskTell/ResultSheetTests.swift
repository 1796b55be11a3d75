import Design
import Ecosystem
import Formats
import Foundation
import Matter
import Testing

@testable import Discovery

@Suite("Sheets of results")
struct ResultSheetTests {
  private func asked(_ count: Int = 4) throws -> OvenFixture {
    let fixture = try OvenFixture(initial: max(count, 4))
    _ = try fixture.runner.ask(count)
    return fixture
  }

  private func tell(_ fixture: OvenFixture, _ text: String) throws -> ResultSheet.Told {
    try CampaignDesk(fixture.log).tell(Table(Array(text.utf8), file: "next.csv"))
  }

  @Test("Values, spreads, instruments and failures come in; blanks stay awaited")
  func reads() throws {
    let fixture = try asked(5)
    let told = try tell(
      fixture,
      """
      number,volume,± volume,instrument,failed
      4,812.5,3,B,
      2,,,,it burned
      1,900,,A,
      5,Failed - no flour,,,
      3,,,,

      """)
    #expect(told.measured.map(\.number) == [4, 1] && told.failed.map(\.number) == [2, 5])
    #expect(told.blank == [3])
    let campaign = try CampaignDesk(fixture.log).campaign()
    #expect(campaign.findings.first { $0.proposal.number == 4 }?.values["volume"]?.spread == 3)
    #expect(campaign.instruments == [4: "B", 1: "A"])
    #expect(campaign.failures.map(\.reason) == ["it burned", "no flour"])
    #expect(campaign.resultOrder == [4, 2, 1, 5])
  }

  @Test("The same sheet twice changes nothing")
  func twice() throws {
    let fixture = try asked()
    let text = "number,volume\n1,900\n2,800\n"
    _ = try tell(fixture, text)
    let events = try fixture.log.events().count
    let again = try tell(fixture, text)
    #expect(again.known == [1, 2] && again.events.isEmpty)
    #expect(try fixture.log.events().count == events)
    // Twice in one sheet counts once.
    #expect(try tell(fixture, "number,volume\n3,700\n3,700\n").measured.count == 1)
  }

  @Test(
    "What cannot be is refused with its line, and nothing of the sheet is taken",
    arguments: [
      ("number,volume\n1,900\n77,5\n", "next.csv:3", "Nothing was suggested under number 77"),
      ("number,volume\n1,900\nx,5\n", "next.csv:3", "no number of a suggestion"),
      ("number,volume\n1,900\n1,901\n", "next.csv:3", "another result already"),
      ("number,volume\n1,900\n2,\"8,5\"\n", "next.csv:3", "decimal comma"),
      ("number,volume\n1,900\n2,many\n", "next.csv:3", "not a number"),
      ("number,volume,failed\n1,900,\n2,5,burned\n", "next.csv:3", "keep one of them"),
      ("number,volume,± volume\n1,900,\n2,5,wide\n", "next.csv:3", "not a number"),
      ("number,weight\n1,900\n", "next.csv", "no column \"volume\""),
      ("volume\n1\n", "next.csv", "no column \"number\""),
    ])
  func refused(_ text: String, _ place: String, _ message: String) throws {
    let fixture = try asked()
    let before = try fixture.log.events().count
    let error = #expect(throws: ReadingError.self) { try tell(fixture, text) }
    #expect("\(try #require(error))".contains(message), "\(String(describing: error))")
    #expect("\(try #require(error))".hasPrefix(place))
    #expect(try fixture.log.events().count == before)
  }

  @Test("A single sorted column is noticed: the number belongs to another candidate")
  func sorted() throws {
    let fixture = try asked()
    var lines = try ResultSheet(CampaignDesk(fixture.log).campaign()).text.text
      .split(separator: "\n").map(String.init)
    lines[1] = lines[1].replacing(/^1,/, with: "2,")
    lines[2] = lines[2].replacing(/^2,/, with: "1,")
    let error = #expect(throws: ReadingError.self) {
      try tell(fixture, lines.joined(separator: "\n") + "\n")
    }
    #expect("\(try #require(error))".contains("another candidate"))
  }

  @Test("A value that cannot be is refused, not kept as a failure")
  func impossible() throws {
    var fixture = try OvenFixture()
    fixture.plan.ranges = [PropertyRange(property: "volume", atLeast: 0, atMost: 2000)]
    _ = try fixture.runner.ask(2)
    let error = #expect(throws: ReadingError.self) {
      try tell(fixture, "number,volume\n1,90000\n")
    }
    #expect("\(try #require(error))".contains("above the possible 2000"))
  }

  @Test("Earlier measurements: incomplete rows are counted, unknown words refused with their line")
  func prior() throws {
    let fixture = try OvenFixture()
    let columns = CandidateColumns(hasFormula: false, variableNames: fixture.space.variableNames)
    let campaign = try Campaign(fixture.runner.creation)
    func read(_ text: String) throws -> PriorTable {
      try PriorTable(Table(Array(text.utf8), file: "old.csv"), columns: columns, campaign: campaign)
    }
    let table = try read("flour,minutes,T,volume,instrument\nrye,20,200,700,A\nwheat,30,210,,\n")
    #expect(table.incomplete == 1 && table.measurements.count == 1)
    #expect(table.measurements[0].candidate.variables == [200, 20, 0, 1])
    #expect(table.measurements[0].instrument == "A")
    #expect(table.measurements[0].source == "old.csv:2")
    let error = #expect(throws: ReadingError.self) {
      try read("flour,minutes,T,volume\nrye,20,200,700\noat,30,210,650\n")
    }
    #expect("\(try #require(error))".contains("old.csv:3") == true)
  }
}
