import Design
import Ecosystem
import Foundation
import Matter
import TestKit
import Testing

@testable import Discovery

@Suite("Reading a long ledger", .serialized)
struct LedgerReadingTests {
  /// The ledger of a laboratory that has measured so much: four events for each experiment.
  static func write(_ experiments: Int, to log: any EventLog, plan: CampaignPlan) throws {
    let space = try fixtureSpace(step: 0.1)
    let drafts = try (0..<experiments).flatMap { place -> [EventDraft] in
      let (number, sequence) = (place + 1, 4 * place + 2)
      let candidate = space.candidate(at: place % space.count)
        .with(variables: [Double(place / space.count)])
      let guess = PredictedValue(
        mean: 2.125 + 1 / Double(number), deviation: 0.21 / Double(number),
        epistemicDeviation: 0.1 / Double(number))
      let report = AttemptReport(
        attempt: 1, worker: "robot-\(place % 4)",
        digest: ContentHash(of: "\(place)").hex, seconds: 61.25, cost: 3)
      let value = MeasuredValue(3 - 1 / Double(number), spread: 0.01, unit: "GPa")
      let events: [CampaignEvent] = [
        .proposed(
          Proposal(
            number: number, candidate: candidate, predictions: ["strength": guess],
            acquisition: -2.5 / Double(number),
            reason: "Highest log-ei score: predicted 2.125 ± 0.21, best so far 2.9.")),
        .laboratory(
          .claimed(
            number, attempt: 1, token: sequence + 1, by: report.worker,
            requestKey: "5A1B0C1E-7C6E-4C3D-9B5F-\(1_000_000 + place)")),
        .laboratory(.started(number, attempt: 1, by: report.worker)),
        .measured(MeasuredResult(number: number, values: ["strength": value], report: report)),
      ]
      return try events.map { try $0.draft() }
    }
    try log.append([CampaignEvent.created(laboratoryCreation(plan)).draft()], after: 0)
    for start in stride(from: 0, to: drafts.count, by: 10_000) {
      let part = Array(drafts[start..<min(start + 10_000, drafts.count)])
      try log.append(part, after: start + 1)
    }
  }

  @Test("A service that starts has its ledger read within a second of computing")
  func readingTime() throws {
    let experiments = Reliability.count(1000, full: 31_250)
    let plan = try laboratoryPlan(count: experiments)
    try withTemporaryLedger { path in
      try Self.write(experiments, to: try SQLiteEventLog(path: path), plan: plan)
      let (start, computed) = (ContinuousClock.now, processSeconds())
      let store = try LaboratoryStore(creation: laboratoryCreation(plan), path: path)
      let computing = processSeconds() - computed
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      #expect(try store.events(after: 4 * experiments, limit: 2).count == 1)
      Reliability.report(
        "reading a ledger",
        [
          "events": Double(4 * experiments + 1), "seconds": seconds, "computingSeconds": computing,
        ])
      // Beside a thousand other tests the process computes for these as well.
      #expect(Reliability.isFull ? computing < 1 : seconds < 2, "\(computing) s, \(seconds) s")
    }
  }

  @Test("A finished experiment takes some hundred bytes")
  func memory() throws {
    let sizes = [1000, Reliability.count(3000, full: 31_250)]
    let plan = try laboratoryPlan(count: sizes[1])
    let found = try sizes.map { count -> Int? in
      try withTemporaryLedger { path in
        let log = try SQLiteEventLog(path: path)
        try Self.write(count, to: log, plan: plan)
        let before = heapBytes()
        let store = try LaboratoryStore(creation: laboratoryCreation(plan), log: { _ in log })
        return withExtendedLifetime(store) {
          heapBytes().flatMap { now in before.map { now - $0 } }
        }
      }
    }
    guard let few = found[0], let many = found[1] else { return }
    let bytes = Double(many - few) / Double(sizes[1] - sizes[0])
    Reliability.report("memory of experiments", ["bytesPerExperiment": bytes])
    // Other tests allocate as well.
    if Reliability.isFull { #expect(bytes < 400, "\(bytes) bytes") }
  }

  @Test("Parts that are read side by side make the laboratory that one reader makes")
  func parts() throws {
    let plan = try laboratoryPlan(count: 1500)
    let log = MemoryEventLog()
    try Self.write(1500, to: log, plan: plan)
    let events = try log.events()
    let together = try Laboratory(folding: events)
    var alone = try Laboratory(laboratoryCreation(plan))
    for event in events.dropFirst() { try alone.apply(CampaignEvent(event), time: event.time) }
    #expect(together.campaign == alone.campaign && together.experiments == alone.experiments)
    #expect(try Campaign(folding: events) == alone.campaign)
  }

  @Test("Of several damaged events the first is named", arguments: [2, 1025, 4097])
  func damage(place: Int) throws {
    let plan = try laboratoryPlan(count: 1200)
    let log = MemoryEventLog()
    try Self.write(1200, to: log, plan: plan)
    var events = try log.events()
    for place in [place, 4500] {
      let event = events[place - 1]
      events[place - 1] = LoggedEvent(
        sequence: event.sequence, kind: event.kind, key: event.key, payload: "{", time: event.time,
        hash: event.hash)
    }
    #expect {
      try Laboratory(folding: events)
    } throws: { error in
      guard case .unreadableEvent(let sequence, _)? = error as? CampaignError else { return false }
      return sequence == place
    }
  }
}
