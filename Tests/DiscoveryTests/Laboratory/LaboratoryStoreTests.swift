import DenseMath
import Design
import Ecosystem
import Foundation
import Matter
import TestKit
import Testing

@testable import Discovery

@Suite("Laboratory store", .serialized)
struct LaboratoryStoreTests {
  /// A store in a file, with experiments proposed.
  private func withStore(
    _ plan: CampaignPlan, clock: HandClock = HandClock(), time: any TimeSource = FixedTime(),
    _ body: (LaboratoryStore, String) async throws -> Void
  ) async throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("athanor-laboratory-\(UUID().uuidString).sqlite").path
    defer {
      for suffix in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: path + suffix)
      }
    }
    let store = try LaboratoryStore(
      creation: laboratoryCreation(plan), path: path, time: time, clock: clock)
    let events = try proposals(plan.initial)
    for start in stride(from: 0, to: events.count, by: 10_000) {
      let part = Array(events[start..<min(start + 10_000, events.count)])
      try await store.decide { _ in (part, ()) }
    }
    try await body(store, path)
  }

  /// Many different candidates.
  private func proposals(_ count: Int) throws -> [CampaignEvent] {
    let space = try fixtureSpace(step: 0.1)
    return (0..<count).map { place in
      let candidate = space.candidate(at: place % space.count)
        .with(variables: [Double(place / space.count)])
      return .proposed(Proposal(number: place + 1, candidate: candidate, reason: "test"))
    }
  }

  /// What a worker remembers, and how long it waited for each answer, milliseconds.
  private struct Worker: Sendable {
    var memories: [LaboratoryHistory.Memory] = []
    var latencies: [Double] = []
  }

  /// Claims until there is nothing left.
  private static func claimAll(_ name: String, _ store: LaboratoryStore) async throws -> Worker {
    var worker = Worker()
    while true {
      let begin = ContinuousClock.now
      let answer = try await store.claim(by: name, requestKey: UUID().uuidString)
      worker.latencies.append((ContinuousClock.now - begin) / .milliseconds(1))
      guard case .claimed(let claims) = answer, let claim = claims.first else { return worker }
      worker.memories.append(.claimed(number: claim.number, token: claim.token, worker: name))
    }
  }

  @Test("64 workers claim each experiment once")
  func concurrentClaims() async throws {
    let count = Reliability.count(640, full: 100_000)
    try await withStore(laboratoryPlan(count: count)) { store, _ in
      let start = ContinuousClock.now
      let workers = try await withThrowingTaskGroup(of: Worker.self) { group in
        for worker in 0..<64 { group.addTask { try await Self.claimAll("w\(worker)", store) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      let claimed = workers.flatMap(\.memories)
      #expect(claimed.count == count)
      #expect(LaboratoryHistory(try store.events(), memories: claimed).faults == [])
      let sorted = workers.flatMap(\.latencies).sorted()
      let p99 = sorted[sorted.count * 99 / 100]
      Reliability.report(
        "concurrent claims",
        ["claims": Double(count), "perSecond": Double(count) / seconds, "p99Milliseconds": p99])
      // Beside a thousand other tests a claim waits for these as well.
      if Reliability.isFull { #expect(p99 < 500, "p99 of \(p99) ms") }
    }
  }

  /// Of the wall clock, in microseconds: an hour forth and back, ten years back, beyond 2038, a leap
  /// second twice, and the steps of a clock that keeps the time of a zone.
  private static let jumps: [Int64] = [
    3_600_000_000, -3_600_000_000, -315_576_000_000_000, 2_524_608_000_000_000, -1_000_000,
    1_000_000, 46_800_000_000, -39_600_000_000,
  ]

  @Test("A lease ends by a clock that never jumps, and the wall clock ends none")
  func clockJumps() async throws {
    let (clock, time) = (HandClock(), JumpingTime())
    try await withStore(laboratoryPlan(count: 2), clock: clock, time: time) { store, _ in
      guard case .claimed(let claims) = try await store.claim(by: "a", requestKey: "1") else {
        Issue.record("nothing was claimed")
        return
      }
      let jumps = Reliability.count(6, full: 50)
      for place in 0..<jumps {
        time.jump(to: time.now() + Self.jumps[place % Self.jumps.count])
        try await store.expireLeases()
        #expect(try await store.read { $0[1]?.status.isHeld } == true, "jump \(place)")
        clock.advance(59)
        #expect(try await store.heartbeat(1, token: claims[0].token, by: "a") == 60)
      }
      #expect(SystemTime().now() / 1_000_000 - Int64(Date().timeIntervalSince1970) <= 1)
      clock.advance(59)
      try await store.expireLeases()
      #expect(try await store.read { $0[1]?.status } == .running)
      clock.advance(2)
      try await store.expireLeases()
      #expect(try await store.read { $0[1]?.status } == .proposed)
      await #expect(throws: LaboratoryError.leaseOver(1, ending: .lost)) {
        try await store.heartbeat(1, token: claims[0].token, by: "a")
      }
      Reliability.report("clock jumps", ["jumps": Double(jumps), "wrongExpiries": 0])
      let sequences = try store.events().map(\.sequence)
      #expect(sequences == Array(1...sequences.count))
    }
  }

  @Test("Robots that sleep beyond their lease report late, and nothing counts twice")
  func expiredLeases() async throws {
    let clock = HandClock()
    let count = Reliability.count(100, full: 5000)
    try await withStore(laboratoryPlan(count: count), clock: clock) { store, _ in
      var memories: [LaboratoryHistory.Memory] = []
      for place in 0..<count {
        guard case .claimed(let slow) = try await store.claim(by: "slow", requestKey: "s\(place)")
        else { break }
        clock.advance(61)
        guard case .claimed(let fast) = try await store.claim(by: "fast", requestKey: "f\(place)")
        else { break }
        #expect(fast[0].number == slow[0].number && fast[0].token > slow[0].token)
        let late = try await store.report(
          strength(1), of: slow[0].number, token: slow[0].token, by: "slow")
        #expect(late.receipt.outcome == .late)
        let values = strength(2).values
        let used = try await store.report(
          strength(2), of: fast[0].number, token: fast[0].token, by: "fast")
        #expect(used.isUsed)
        memories.append(.late(number: slow[0].number, token: slow[0].token))
        memories.append(
          .measured(number: fast[0].number, token: fast[0].token, values: values))
      }
      #expect(memories.count == 2 * count)
      #expect(LaboratoryHistory(try store.events(), memories: memories).faults == [])
      let objectives = try await store.read { $0.campaign.findings.map(\.objective) }
      #expect(objectives == Array(repeating: 2, count: count))
    }
  }

  @Test("Reports that come several times, in any order, count once")
  func shuffledReports() async throws {
    let count = 1000
    let runs = Reliability.count(1, full: 100)
    var first: [String] = []
    for seed in 0...UInt64(runs) {
      try await withStore(laboratoryPlan(count: count)) { store, _ in
        guard
          case .claimed(let claims) = try await store.claim(
            count: count, by: "robot", requestKey: "all")
        else { return }
        var generator = SplitMix64(seed: seed)
        var messages = claims.flatMap { claim in
          Array(repeating: claim, count: seed == 0 ? 1 : 1 + generator.index(below: 5))
        }
        if seed != 0 { messages = generator.shuffled(messages) }
        let receipts = try await self.report(messages, connections: seed == 0 ? 1 : 8, store)
        #expect(receipts.values.allSatisfy { $0.count == 1 } && receipts.count == count)
        #expect(try store.events().count { $0.kind == "measured" } == count)
        let story = try PatientCampaign.story(store.events())
        if seed == 0 { first = story }
        #expect(story == first, "run \(seed)")
      }
    }
    Reliability.report(
      "repeated and shuffled results",
      ["runs": Double(runs), "results": Double(runs * count), "doubled": 0])
  }

  /// Sends reports over several connections at once.
  ///
  /// - Returns: The answers, by experiment.
  private func report(
    _ messages: [Laboratory.Claim], connections: Int, _ store: LaboratoryStore
  ) async throws -> [Int: Set<Experiment.Receipt>] {
    let receipts = Collected<[Int: Set<Experiment.Receipt>]>([:])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for connection in 0..<connections {
        group.addTask {
          for place in stride(from: connection, to: messages.count, by: connections) {
            let claim = messages[place]
            let answer = try await store.report(
              strength(Double(claim.number)), of: claim.number, token: claim.token, by: "robot")
            receipts.change { _ = $0[claim.number, default: []].insert(answer.receipt) }
          }
        }
      }
      try await group.waitForAll()
    }
    return receipts.value
  }

  @Test("A store that is opened again goes on, and its workers keep what they have")
  func reopened() async throws {
    let plan = try laboratoryPlan(count: 3)
    try await withStore(plan) { store, path in
      guard case .claimed(let claims) = try await store.claim(by: "a", requestKey: "k") else {
        return
      }
      let before = try await store.read { $0.experiments }
      let again = try LaboratoryStore(
        creation: laboratoryCreation(plan), path: path, time: FixedTime(), clock: HandClock())
      #expect(try await again.read { $0.experiments } == before)
      guard case .claimed(let same) = try await again.claim(by: "a", requestKey: "k") else {
        return
      }
      #expect(same == claims)
      let answer = try await again.report(strength(1), of: 1, token: claims[0].token, by: "a")
      #expect(answer.isUsed)
      var other = plan
      other.budget += 1
      #expect(throws: CampaignError.self) {
        try LaboratoryStore(creation: laboratoryCreation(other), path: path)
      }
    }
  }
}
