import Ecosystem
import Foundation
import Testing

@testable import Discovery

@Suite("Experiments whose past is left to the ledger")
struct ClosedExperimentTests {
  private func withStore(
    _ count: Int, _ change: (inout LaboratoryRules) -> Void = { _ in },
    _ body: (LaboratoryStore, MemoryEventLog, HandClock) async throws -> Void
  ) async throws {
    let plan = try laboratoryPlan(count: count, change)
    let (log, clock) = (MemoryEventLog(), HandClock())
    let store = try LaboratoryStore(
      creation: laboratoryCreation(plan), log: { _ in log }, time: FixedTime(), clock: clock)
    try await store.decide { _ in (try firstProposals(plan), ()) }
    try await body(store, log, clock)
  }

  private func claim(
    _ store: LaboratoryStore, by worker: String = "robot", key: String
  ) async throws -> Laboratory.Claim {
    guard case .claimed(let claims) = try await store.claim(by: worker, requestKey: key) else {
      throw LaboratoryError.ended
    }
    return claims[0]
  }

  /// The experiments of the store are those of its ledger, folded as a whole.
  private func check(_ store: LaboratoryStore, _ log: MemoryEventLog) async throws {
    let whole = try Laboratory(folding: log.events())
    let told = try await store.read { laboratory in
      try (1...laboratory.count).map { try laboratory.experiment($0) }
    }
    #expect(told == whole.experiments)
    let again = try Laboratory(folding: log, closing: true)
    #expect(again.counts == whole.counts && again.campaign == whole.campaign)
  }

  @Test("A finished experiment is no more than its status, and its past is in the ledger")
  func closed() async throws {
    try await withStore(3) { store, log, _ in
      let claim = try await claim(store, key: "a")
      _ = try await store.heartbeat(1, token: claim.token, by: "robot")
      _ = try await store.report(strength(2), of: 1, token: claim.token, by: "robot")
      let bare = try #require(try await store.read { $0[1] })
      #expect(bare.isClosed && bare.status == .measured)
      #expect(bare.attempts.isEmpty && bare.transitions.isEmpty)
      let past = try await store.read { try $0.experiment(1) }
      #expect(past.transitions.map(\.what) == ["proposed", "claimed", "started", "measured"])
      #expect(past.attempts.map(\.worker) == ["robot"] && past.attempts[0].requestKey == "a")
      // It was looked at, and is left to the ledger again.
      #expect(try await store.read { $0[1]?.isClosed } == true)
      #expect(try await store.read { $0[2]?.isClosed } == false)
      try await check(store, log)
    }
  }

  @Test("What is sent again long after gets the first answer, also after a restart")
  func repeats() async throws {
    try await withStore(2) { store, log, _ in
      let claim = try await claim(store, key: "a")
      let first = try await store.report(strength(2), of: 1, token: claim.token, by: "robot")
      let plan = try await store.read { $0.campaign.plan }
      let restarted = try LaboratoryStore(
        creation: laboratoryCreation(plan), log: { _ in log }, time: FixedTime(),
        clock: HandClock())
      let events = try log.events().count
      for store in [store, restarted] {
        #expect(try await self.claim(store, key: "a") == claim)
        let again = try await store.report(strength(2), of: 1, token: claim.token, by: "robot")
        #expect(again.receipt == first.receipt && again.isRepeat && again.isUsed)
        await #expect(throws: LaboratoryError.differentReport(1)) {
          try await store.report(strength(3), of: 1, token: claim.token, by: "robot")
        }
        await #expect(throws: LaboratoryError.staleToken(1)) {
          try await store.report(strength(2), of: 1, token: 99, by: "robot")
        }
        await #expect(throws: LaboratoryError.otherWorker(1)) {
          try await store.heartbeat(1, token: claim.token, by: "another")
        }
        await #expect(throws: LaboratoryError.leaseOver(1, ending: .measured)) {
          try await store.heartbeat(1, token: claim.token, by: "robot")
        }
        await #expect(throws: LaboratoryError.keyOfAnother("a")) {
          try await store.claim(by: "another", requestKey: "a")
        }
        await #expect(throws: LaboratoryError.keyOfAnother("a")) {
          try await store.order(.pause, by: "Ann", reason: nil, requestKey: "a")
        }
      }
      #expect(try log.events().count == events)
      try await check(restarted, log)
    }
  }

  @Test("Whoever may still report is waited for, and what comes late is answered the same twice")
  func late() async throws {
    try await withStore(1) { store, log, clock in
      let slow = try await claim(store, by: "slow", key: "s")
      clock.advance(61)
      let fast = try await claim(store, by: "fast", key: "f")
      _ = try await store.report(strength(2), of: 1, token: fast.token, by: "fast")
      #expect(try await store.read { $0[1]?.isClosed } == false)
      for isRepeat in [false, true] {
        let answer = try await store.report(strength(1), of: 1, token: slow.token, by: "slow")
        #expect(answer.receipt.outcome == .late && answer.isRepeat == isRepeat)
        #expect(try await store.read { $0[1]?.isClosed } == true)
      }
      try await check(store, log)
    }
  }

  @Test("Orders about finished experiments are kept with their past")
  func orders() async throws {
    try await withStore(3, { $0.needsApproval = true }) { store, log, _ in
      try await store.order(.approve(1), by: "Ann", reason: nil)
      try await store.order(.prioritize(1, 4), by: "Ann", reason: "Soon.")
      let claim = try await claim(store, key: "a")
      _ = try await store.report(strength(2), of: 1, token: claim.token, by: "robot")
      try await store.order(.correct(1, strength(2.5).values), by: "Ann", reason: "A slip.")
      try await store.order(.approve(1), by: "Ann", reason: nil)
      try await store.order(.withdraw(1), by: "Ann", reason: "Another sample.", requestKey: "w")
      try await store.order(.cancel(2), by: "Ann", reason: "Too dear.")
      let (status, priority) = try await store.read { ($0[1]?.status, $0[1]?.priority) }
      #expect(status == .withdrawn && priority == 4)
      let past = try await store.read { try $0.experiment(1) }
      #expect(
        past.transitions.map(\.what) == [
          "proposed", "approved", "prioritized", "claimed", "measured", "corrected", "withdrawn",
        ])
      #expect(past.priority == 4)
      await #expect(throws: LaboratoryError.wrongState(2, .cancelled, wanted: "approved")) {
        try await store.order(.approve(2), by: "Ann", reason: nil)
      }
      try await check(store, log)
    }
  }

  @Test("The past of an experiment that is being withdrawn is whole, before that is stored")
  func unstored() async throws {
    try await withStore(1) { store, log, _ in
      let claim = try await claim(store, key: "a")
      _ = try await store.report(strength(2), of: 1, token: claim.token, by: "robot")
      let steps = try await store.ask { desk in
        try desk.record(desk.laboratory.order(.withdraw(1), by: "Ann", reason: "A slip."))
        return try desk.answer { try $0.laboratory.experiment(1) }.transitions.map(\.what)
      }
      #expect(steps == ["proposed", "claimed", "measured", "withdrawn"])
      try await check(store, log)
    }
  }

  @Test("A ledger that tells of another state is not believed")
  func otherPast() throws {
    let plan = try laboratoryPlan(count: 1)
    var lab = try laboratory(plan)
    let claim = try #require(try lab.claimOne())
    _ = try lab.tell(strength(1), claim)
    lab.close()
    #expect(throws: LaboratoryError.past([1])) { try lab.experiment(1) }
    let drafts = try firstProposals(plan).map { try $0.draft() }
    let log = MemoryEventLog()
    let events = try log.append(drafts, after: 0)
    #expect(throws: CampaignError.self) { try lab.recall(1, events) }
  }

  @Test("Numbers are found by hash, and those of other hashes are not", arguments: [1, 7, 5000])
  func table(count: Int) {
    var table = NumberTable()
    for number in 1...count { table.insert(number, hash: "\(number / 2)".hashValue) }
    for number in 1...count {
      let found = table.numbers(hash: "\(number / 2)".hashValue)
      #expect(found.contains(number) && found.count <= 3)
    }
    #expect(NumberTable().numbers(hash: 1).isEmpty)
  }
}
