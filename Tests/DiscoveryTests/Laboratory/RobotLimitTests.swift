import DenseMath
import Design
import Ecosystem
import Foundation
import Matter
import Synchronization
import TestKit
import Testing

@testable import Discovery

@Suite("What drives robots")
struct RobotLimitTests {
  /// Says what it was asked for.
  private final class WatchedOracle: Oracle {
    let asked = Mutex<[Candidate]>([])

    func measure(_ candidate: Candidate, seed: UInt64) throws -> Observation {
      asked.withLock { $0.append(candidate) }
      return Observation(["strength": MeasuredValue(1, unit: "GPa")])
    }
  }

  private static func proposal(_ number: Int, _ candidate: Candidate) -> CampaignEvent {
    .proposed(Proposal(number: number, candidate: candidate, reason: "test"))
  }

  @Test("Nothing outside the limits reaches an instrument, whatever the ledger says")
  func limits() async throws {
    let count = Reliability.count(50, full: 1000)
    let known = try ["Fe", "Ni", "Al", "Au"].map { try #require(Element(symbol: $0)) }
    let (iron, gold) = (known[0], known[3])
    let space = try CompositionSimplex(
      elements: known.dropLast(), step: 0.05, maximumElements: 2,
      shares: [iron: .init(minimum: 0.2, maximum: 0.9)])
    let plan = try laboratoryPlan(count: 1, budget: 2 * count) { $0.ahead = 1 }
    let store = try LaboratoryStore(
      creation: laboratoryCreation(plan), log: { _ in MemoryEventLog() })
    var generator = SplitMix64(seed: 4)
    var (events, allowed) = ([CampaignEvent](), 0)
    while events.count < count {
      let amounts = (0..<3).map { _ in generator.uniform() < 0.3 ? 0 : generator.uniform() }
      let elements = generator.uniform() < 0.2 ? [iron, known[1], gold] : Array(known.prefix(3))
      guard amounts.contains(where: { $0 > 0 }) else { continue }
      let composition = try Composition(
        Dictionary(uniqueKeysWithValues: zip(elements, amounts).filter { $0.1 > 0 }))
      let isInside =
        composition.elements.count <= 2 && !composition.elements.contains(gold)
        && (0.2...0.9).contains(composition.fraction(of: iron))
      allowed += isInside ? 1 : 0
      #expect(space.keepsLimits(Candidate(composition)) == isInside, "\(composition.formula)")
      events.append(Self.proposal(events.count + 1, Candidate(composition)))
    }
    let proposals = events
    try await store.decide { _ in (proposals, ()) }
    let oracle = WatchedOracle()
    let crew = LaboratoryCrew(store, oracle: oracle, space: space)
    let work = Task { await crew.run(workers: 2) }
    while try await store.read({ $0.openCount > 0 }) {
      try await Task.sleep(for: .milliseconds(2))
    }
    work.cancel()
    await work.value
    let asked = oracle.asked.withLock { $0 }
    #expect(asked.count == allowed && asked.allSatisfy(space.keepsLimits))
    let states = try await store.read { $0.counts }
    #expect(states[.cancelled] == count - allowed && states[.measured] == allowed)
    Reliability.report(
      "commands outside limits",
      ["commands": Double(count), "outside": Double(count - allowed), "sent": 0])
  }

  @Test("Of two services on one ledger, the one that is behind does nothing")
  func twoStores() async throws {
    let log = MemoryEventLog()
    // Other tests may hold this one up for minutes.
    let plan = try laboratoryPlan(count: 8) { $0.leaseSeconds = 1e6 }
    let first = try LaboratoryStore(creation: laboratoryCreation(plan), log: { _ in log })
    let proposals = try firstProposals(plan)
    try await first.decide { _ in (proposals, ()) }
    let second = try LaboratoryStore(creation: laboratoryCreation(plan), log: { _ in log })
    var numbers: [Int] = []
    for round in 0..<8 {
      let (leader, follower) = round % 2 == 0 ? (first, second) : (second, first)
      let answer = try? await leader.claim(by: "leader", requestKey: "l\(round)")
      if case .claimed(let claims)? = answer { numbers += claims.map(\.number) }
      let other = try? await follower.claim(by: "follower", requestKey: "f\(round)")
      if case .claimed(let claims)? = other { numbers += claims.map(\.number) }
    }
    #expect(!numbers.isEmpty && Set(numbers).count == numbers.count)
    #expect(LaboratoryHistory(try log.events()).faults == [])
  }

  @Test("An emergency stop outlasts a restart, and only a reset and a resumption lift it")
  func emergency() async throws {
    var laboratory = try laboratory(laboratoryPlan())
    let claim = try #require(try laboratory.claimOne("robot", key: "k"))
    try laboratory.take(laboratory.order(.pause, by: "Bob", reason: "Lunch."))
    try laboratory.take(laboratory.order(.emergencyStop, by: "Ann", reason: "Smoke."))
    #expect(try laboratory.order(.emergencyStop, by: "Bob", reason: nil).isEmpty)
    let refused = LaboratoryError.emergencyStop("Smoke.")
    #expect(throws: refused) { try laboratory.order(.resume, by: "Ann", reason: nil) }
    #expect(throws: refused) {
      try laboratory.start(claim.number, token: claim.token, by: "robot")
    }
    let again = try laboratory.claim(count: 1, by: "robot", requestKey: "k")
    #expect(again.events.isEmpty && again.answer == .nothing(.emergencyStop("Smoke.")))
    // What was measured all the same is not lost.
    #expect(try laboratory.tell(strength(1), claim).isUsed)
    try laboratory.take(laboratory.order(.reset, by: "Ann", reason: "Aired."))
    #expect(try laboratory.claimOne() == nil && laboratory.next() == .wait)
    try laboratory.take(laboratory.order(.resume, by: "Ann", reason: nil))
    #expect(try laboratory.claimOne() != nil)
  }
}
