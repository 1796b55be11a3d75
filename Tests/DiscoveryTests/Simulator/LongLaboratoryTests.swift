import Ecosystem
import Foundation
import TestKit
import Testing

@testable import Discovery

@Suite("A laboratory over months", .serialized)
struct LongLaboratoryTests {
  private struct Month {
    let events: Int

    /// Allocated by the process, and occupied by it.
    let heap: Int
    let resident: Int
  }

  /// Four robots that measure for two to five hours each, day and night.
  private static func configuration(months: Int, _ path: String) throws
    -> SimulatedLaboratory.Configuration
  {
    var plan = try fixturePlan(.random, seed: 24, budget: 1_000_000, batch: 8)
    plan.initial = 8
    var rules = LaboratoryRules()
    rules.leaseSeconds = 3600
    rules.ahead = 8
    plan.laboratory = rules
    var configuration = SimulatedLaboratory.Configuration(seed: 24, plan: plan)
    configuration.quiet = 0
    configuration.limit = months * SimulatedLaboratory.monthMilliseconds + 1000
    configuration.tick = 300_000
    configuration.mustEnd = false
    configuration.remembers = false
    configuration.path = Reliability.isFull ? path : nil
    configuration.step = 0.004
    configuration.duration = 7200..<18_000
    return configuration
  }

  @Test("Memory grows with what was measured and with nothing else")
  func months() async throws { try await RawConnection.aside { try Self.months() } }

  private static func months() throws {
    let count = Reliability.count(1, full: 24)
    try withTemporaryLedger { path in
      let laboratory = SimulatedLaboratory(try configuration(months: count, path))
      var months: [Month] = []
      laboratory.onMonth = { _ in
        months.append(
          Month(
            events: laboratory.watch.eventCount, heap: heapBytes() ?? 0, resident: residentBytes()))
      }
      let start = ContinuousClock.now
      let outcome = laboratory.run()
      let speed = outcome.seconds / ((ContinuousClock.now - start) / .seconds(1))
      #expect(outcome.faults == [])
      #expect(months.count == count && outcome.results > 700 * count)
      #expect(speed > 1000, "\(speed) times as fast as time")
      guard Reliability.isFull, let first = months.first, let last = months.last else { return }
      let events = Double(max(1, last.events - first.events))
      let perEvent = Double(last.heap - first.heap) / events
      Reliability.report(
        "months of a laboratory",
        [
          "months": Double(count), "events": Double(last.events), "timesFaster": speed,
          "firstMonthMB": Double(first.resident) / 1e6, "lastMonthMB": Double(last.resident) / 1e6,
          "bytesPerEvent": perEvent,
        ])
      // An experiment has four events, of each of which this test itself remembers a little.
      #expect(perEvent < 250, "\(perEvent) bytes for each event")
      #expect(last.resident < first.resident + 30_000_000)
    }
  }

  /// What the process occupies.
  private static func residentBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }
}
