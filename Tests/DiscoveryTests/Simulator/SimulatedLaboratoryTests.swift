import DenseMath
import Ecosystem
import Foundation
import Synchronization
import TestKit
import Testing

@testable import Discovery

@Suite("A simulated laboratory", .serialized)
struct SimulatedLaboratoryTests {
  /// A campaign whose rules differ from seed to seed.
  static func configuration(
    _ seed: UInt64, bug: SeededBug? = nil
  ) throws -> SimulatedLaboratory.Configuration {
    var generator = SplitMix64(seed: seed, stream: 5)
    var plan = try fixturePlan(seed: seed, budget: 8, batch: 3)
    plan.initial = 4
    var rules = LaboratoryRules()
    rules.leaseSeconds = 20
    rules.attempts = 2 + generator.index(below: 3)
    rules.needsApproval = generator.index(below: 6) == 0
    rules.ahead = generator.index(below: 2) == 0 ? nil : 4
    rules.replicates = 1 + generator.index(below: 5) / 4
    if generator.index(below: 3) == 0 {
      rules.resources = [LaboratoryResource("furnace", count: 2)]
    }
    plan.laboratory = rules
    var configuration = SimulatedLaboratory.Configuration(seed: seed, plan: plan, bug: bug)
    if bug != nil { configuration.limit = 400_000 }
    return configuration
  }

  static func run(_ seed: UInt64, bug: SeededBug? = nil) throws -> SimulatedLaboratory.Outcome {
    SimulatedLaboratory(try configuration(seed, bug: bug)).run()
  }

  @Test("Whatever happens in what order, nothing is lost, doubled or stuck")
  func seeds() async throws {
    let count = Reliability.count(200, full: 10_000)
    let start = ContinuousClock.now
    // On threads of their own: others wait for the shared ones.
    let outcomes = try await RawConnection.aside {
      try parallelMap(Array(0..<UInt64(count)), threads: 2) { try Self.run($0) }
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    for (seed, outcome) in outcomes.enumerated() {
      #expect(outcome.faults == [], "seed \(seed)")
    }
    func sum(_ figure: (SimulatedLaboratory.Outcome) -> Int) -> Double {
      Double(outcomes.reduce(0) { $0 + figure($1) })
    }
    #expect(sum(\.restarts) > Double(2 * count) && sum(\.brokenCalls) > 0)
    Reliability.report(
      "simulated campaigns",
      [
        "seeds": Double(count), "failing": sum { $0.faults.isEmpty ? 0 : 1 },
        "acknowledged": sum(\.acknowledged), "results": sum(\.results),
        "restarts": sum(\.restarts), "brokenCalls": sum(\.brokenCalls),
        "hoursOfLaboratory": outcomes.reduce(0) { $0 + $1.seconds } / 3600, "seconds": seconds,
      ])
  }

  @Test("A seed decides everything: the same ledger, hash for hash", arguments: UInt64(0)..<4)
  func repeats(seed: UInt64) throws {
    let first = try Self.run(seed)
    for _ in 1..<Reliability.count(2, full: 10) { #expect(try Self.run(seed) == first) }
    #expect(try Self.run(seed + 4).hash != first.hash)
  }

  @Test("Each of five broken services is noticed, each time again", arguments: SeededBug.allCases)
  func bugs(_ bug: SeededBug) throws {
    let seeds = UInt64(0)..<20
    let found = try seeds.first { !(try Self.run($0, bug: bug).faults.isEmpty) }
    let seed = try #require(found, "\(bug) was not noticed with \(seeds.count) seeds")
    let first = try Self.run(seed, bug: bug)
    for _ in 1..<Reliability.count(2, full: 10) {
      #expect(try Self.run(seed, bug: bug) == first)
    }
  }
}
