import DenseMath
import Ecosystem
import Foundation
import TestKit
import Testing

@testable import Discovery

@Suite("Ledger check", .serialized)
struct LedgerCheckTests {
  /// A file with the events of a campaign, closed.
  private func withLedger(_ body: (String, [LoggedEvent]) throws -> Void) throws {
    try withTemporaryLedger { path in
      let log = MemoryEventLog()
      _ = try fixtureRunner(fixturePlan(budget: 14), log: log).run()
      let events = try log.events()
      _ = try SQLiteEventLog.restore(events, to: path)
      try body(path, events)
    }
  }

  @Test("A whole ledger has no faults")
  func whole() throws {
    try withLedger { path, events in
      let check = try LedgerCheck(path)
      #expect(check.faults.isEmpty && check.soundEvents == events && check.versions == ["1"])
    }
  }

  @Test("One changed byte of any stored result or decision is found")
  func changedBytes() throws {
    try withLedger { path, events in
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      let kept = events.filter { ["proposed", "measured", "refit", "stopped"].contains($0.kind) }
      let places = try kept.map { event in
        try #require(bytes.range(of: Data(event.payload.utf8)))
      }
      let trials = Reliability.count(100, full: 10_000)
      var found = 0
      for trial in 0..<trials {
        var generator = SplitMix64(seed: 16, stream: UInt64(trial))
        let place = places[generator.index(below: places.count)]
        var changed = bytes
        changed[place.lowerBound + generator.index(below: place.count)] ^=
          UInt8(1 + generator.index(below: 255))
        try changed.write(to: URL(fileURLWithPath: path))
        if try !LedgerCheck(path).faults.isEmpty { found += 1 }
      }
      #expect(found == trials)
      Reliability.report(
        "changed bytes of results and decisions",
        ["trials": Double(trials), "found": Double(found)])
    }
  }

  @Test("Events that cannot happen are found though their chain holds")
  func impossible() throws {
    try withTemporaryLedger { path in
      let log = MemoryEventLog()
      let runner = try fixtureRunner(fixturePlan(budget: 8), log: log)
      _ = try runner.run()
      let drafts = try log.events().map(\.draft)
      let other = MemoryEventLog()
      // A result of a proposal that was never made, in a chain of its own.
      try other.append(Array(drafts[..<4] + drafts[10...]), after: 0)
      _ = try SQLiteEventLog.restore(other.events(), to: path)
      let check = try LedgerCheck(path)
      #expect(check.faults.map(\.kind) == [.event] && check.faults[0].place.hasPrefix("event "))
      #expect(check.soundEvents.count + check.otherEvents.count == drafts.count - 6)
      #expect(try Campaign(folding: check.soundEvents).eventCount == check.soundEvents.count)
    }
  }
}
