import Ecosystem
import Foundation
import Testing

@testable import Discovery

@Suite("History of a campaign")
struct CampaignHistoryTests {
  @Test(
    "Reads moments as people write them",
    arguments: [
      ("2026-03-01T12:00", firstOfMarch + 43_200_000_000),
      ("2026-03-01 12:00:30Z", firstOfMarch + 43_230_000_000),
      ("2026-03-01T12:00+01:00", firstOfMarch + 39_600_000_000),
      ("2026-02-28", firstOfMarch - 1),
      ("1969-12-31T23:59:59", -1_000_000),
    ])
  func readsTimes(_ text: String, _ microseconds: Int64) {
    #expect(LedgerTime.microseconds(text) == microseconds)
  }

  @Test(
    "Refuses what is no moment",
    arguments: ["2026-02-30", "2026-3-1", "noon", "2026-03-01T25:00", ""])
  func refusesTimes(_ text: String) { #expect(LedgerTime.microseconds(text) == nil) }

  @Test("Writes times in UTC")
  func writesTimes() {
    #expect(LedgerTime.text(firstOfMarch) == "2026-03-01T00:00:00Z")
    #expect(LedgerTime.text(-1) == "1969-12-31T23:59:59Z")
    #expect(LedgerTime.date(951_782_400_000_000) == "2000-02-29")
  }

  @Test("Shows who waited for what on any past day")
  func moments() throws {
    let history = try CampaignHistory(laboratoryStory().events())
    let time = try #require(LedgerTime.microseconds("2026-03-01T11:05"))
    let moment = try history.moment(after: history.count(at: time), at: time)
    let standing = moment.standing
    #expect(standing.state == .running && standing.hasLaboratory)
    #expect(standing.counts == ["awaiting-approval": 3, "proposed": 2, "claimed": 1])
    #expect(standing.held.map(\.worker) == ["robot-1"] && standing.held.map(\.isOverdue) == [false])
    #expect(standing.held[0].leaseEnds - standing.held[0].since == 900_000_000)
    #expect(
      standing.waiting == [
        .init(cause: .resource, name: "furnace", numbers: [2, 3]),
        .init(cause: .approval, name: nil, numbers: [4, 5, 6]),
      ])
    #expect(standing.stock == [.init(name: "powder", left: 40, unit: "g")])
    #expect(standing.plan == .waits(experiments: 6))
    #expect(moment.laboratory.campaign.best == nil)
    // An hour later the lease of the first claim is overdue.
    let later = try history.moment(after: moment.event, at: time + 3_600_000_000)
    #expect(later.standing.held.map(\.isOverdue) == [true])
    let decisions = moment.decisions.suffix(3)
    #expect(decisions.map(\.what) == ["approved", "approved", "approved"])
    #expect(decisions.allSatisfy { $0.actor == "ann" && $0.reason == "looks safe" })
    let proposed = try #require(moment.decisions.first { $0.what == "proposed" })
    #expect(proposed.actor == "athanor test" && proposed.seed == 3 && proposed.fit == nil)
  }

  @Test("The best so far is that of the day, before corrections of later ones")
  func correction() throws {
    let events = try laboratoryStory().events()
    let history = try CampaignHistory(events)
    func best(_ text: String) throws -> Double? {
      let count = history.count(at: LedgerTime.microseconds(text) ?? 0)
      return try history.moment(after: count).laboratory.campaign.best?.value
    }
    #expect(try best("2026-03-01") == nil)
    #expect(try best("2026-03-02T02:30") == 1.5)
    #expect(try best("2026-03-02T07:00") == 1.25)
    let last = try history.moment(after: events.count)
    #expect(last.standing.state == .paused && last.standing.pausedBy == "bob")
    #expect(last.standing.plan == .paused)
    #expect(last.hash == events.last?.hash)
    #expect(last.decisions.last?.reason == "filter change")
  }

  @Test("A line a day adds up to the ledger")
  func days() throws {
    let events = try laboratoryStory().events()
    let days = try CampaignHistory(events).days()
    #expect(days.map(\.date) == ["2026-03-01", "2026-03-02", "2026-03-03"])
    #expect(days.reduce(0) { $0 + $1.events } == events.count)
    #expect(days.map(\.proposed) == [6, 0, 0] && days.map(\.lost) == [0, 1, 0])
    #expect(days.map(\.orders) == [3, 1, 1] && days.map(\.results) == [0, 1, 1])
    #expect(days.map(\.best) == [nil, 1.25, 1.25])
    #expect(days.last?.lastEvent == events.count)
  }

  @Test("A clock that jumped back puts no event before an earlier one")
  func jump() throws {
    let events = try laboratoryStory().events()
    var log = events
    let back = events[5]
    log[5] = LoggedEvent(
      sequence: back.sequence, kind: back.kind, key: back.key, payload: back.payload, time: 0,
      hash: back.hash)
    let history = try CampaignHistory(log)
    #expect(history.count(at: back.time) == (try CampaignHistory(events)).count(at: back.time))
    #expect(history.count(at: back.time - 1) < 6)
  }

  @Test("Without a laboratory, results are waited for; at the end nothing is")
  func withoutLaboratory() throws {
    let log = MemoryEventLog()
    let runner = try fixtureRunner(fixturePlan(budget: 8), log: log)
    _ = try runner.run()
    let history = try CampaignHistory(log.events())
    let begun = try history.moment(after: 4).standing
    #expect(begun.plan == .waits(experiments: 3) && !begun.hasLaboratory)
    #expect(begun.waiting == [.init(cause: .result, name: nil, numbers: [1, 2, 3])])
    let end = try history.moment(after: history.events.count)
    #expect(end.standing.state == .ended && end.standing.waiting.isEmpty)
    #expect(end.standing.plan == .ended(reason: "The budget of 8 measurements is spent."))
    let proposal = try #require(end.decisions.last { $0.what == "proposed" })
    #expect(proposal.fit == 3 && proposal.seed == 3)
  }
}
