import DenseMath
import Design
import Ecosystem
import Matter
import TestKit
import Testing

@testable import Discovery

@Suite("Robots that are killed")
struct RobotDeathTests {
  /// Where a robot is when it is killed.
  private enum Moment: CaseIterable {
    case askedForWork, gotWork, atWork, beforeReport, reported
  }

  @Test("What a dead robot had is free within its lease and a second, and counts once")
  func deaths() async throws {
    let count = Reliability.count(20, full: 1000)
    let clock = HandClock()
    let disk = SimulatedFileSystem.mount(SimulatedDisk())
    defer { SimulatedFileSystem.unmount(disk) }
    let plan = try laboratoryPlan(count: 1, budget: count) { $0.ahead = 1 }
    let store = try LaboratoryStore(
      creation: laboratoryCreation(plan), path: SimulatedFileSystem.address(disk),
      time: FixedTime(), clock: clock)
    var generator = SplitMix64(seed: 2)
    var memories: [LaboratoryHistory.Memory] = []
    var longest = 0.0
    for number in 1...count {
      try await propose(number, store)
      let moment = Moment.allCases[number % Moment.allCases.count]
      let dead = try #require(try await claim(number, by: "dead", store))
      let report = strength(generator.uniform())
      let lastSign = try await live(until: moment, dead, report, store, clock, &generator)
      clock.advance(generator.uniform())
      let wait = try await freed(number, store, clock) - lastSign
      if moment == .reported {
        let again = try await store.report(report, of: number, token: dead.token, by: "dead")
        #expect(again.isRepeat && again.isUsed)
        memories.append(.measured(number: number, token: dead.token, values: report.values))
        continue
      }
      #expect(wait > 59.999_999 && wait < 61.000_001, "\(moment): \(wait) s")
      longest = max(longest, wait)
      memories += try await takeOver(number, from: dead, moment, report, store)
    }
    let events = try store.events()
    #expect(LaboratoryHistory(events, memories: memories).faults == [])
    #expect(events.count { $0.kind == "measured" } == count)
    Reliability.report(
      "killed robots",
      ["kills": Double(count), "countedTwice": 0, "longestWaitSeconds": longest])
  }

  private func propose(_ number: Int, _ store: LaboratoryStore) async throws {
    let space = try fixtureSpace(step: 0.1)
    let candidate = space.candidate(at: number % space.count)
      .with(variables: [Double(number / space.count)])
    try await store.decide { _ in
      ([.proposed(Proposal(number: number, candidate: candidate, reason: "test"))], ())
    }
  }

  private func claim(
    _ number: Int, by worker: String, _ store: LaboratoryStore
  ) async throws -> Laboratory.Claim? {
    let answer = try await store.claim(by: worker, requestKey: "\(worker)/\(number)")
    guard case .claimed(let claims) = answer else { return nil }
    return claims.first
  }

  /// - Returns: The time of its last sign of life.
  private func live(
    until moment: Moment, _ claim: Laboratory.Claim, _ report: Laboratory.Report,
    _ store: LaboratoryStore, _ clock: HandClock, _ generator: inout SplitMix64
  ) async throws -> Double {
    guard moment != .askedForWork, moment != .gotWork else { return clock.seconds() }
    for _ in 0...generator.index(below: 4) {
      clock.advance(59 * generator.uniform())
      _ = try await store.heartbeat(claim.number, token: claim.token, by: claim.worker)
    }
    if moment == .reported {
      _ = try await store.report(report, of: claim.number, token: claim.token, by: claim.worker)
    }
    return clock.seconds()
  }

  /// The time at which nobody has the experiment any more, as the service finds out.
  private func freed(
    _ number: Int, _ store: LaboratoryStore, _ clock: HandClock
  ) async throws -> Double {
    while try await store.read({ $0[number]?.status.isHeld == true }) { clock.advance(1) }
    return clock.seconds()
  }

  /// Another robot measures it; the first one comes back with what it has measured before or after.
  private func takeOver(
    _ number: Int, from dead: Laboratory.Claim, _ moment: Moment, _ report: Laboratory.Report,
    _ store: LaboratoryStore
  ) async throws -> [LaboratoryHistory.Memory] {
    let alive = try #require(try await claim(number, by: "alive", store))
    #expect(alive.number == number && alive.token > dead.token)
    var memories = [
      LaboratoryHistory.Memory.claimed(
        number: number, token: alive.token, worker: "alive")
    ]
    let isBack = moment == .beforeReport
    if isBack {
      let late = try await store.report(report, of: number, token: dead.token, by: "dead")
      #expect(late.receipt.outcome == .late)
      memories.append(.late(number: number, token: dead.token))
    } else {
      await #expect(throws: LaboratoryError.leaseOver(number, ending: .lost)) {
        try await store.heartbeat(number, token: dead.token, by: "dead")
      }
    }
    let own = strength(3)
    let answer = try await store.report(own, of: number, token: alive.token, by: "alive")
    #expect(answer.isUsed)
    return memories + [.measured(number: number, token: alive.token, values: own.values)]
  }
}
