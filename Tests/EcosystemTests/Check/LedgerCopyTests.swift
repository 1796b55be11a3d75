import Foundation
import GRDB
import Synchronization
import TestKit
import Testing

@testable import Ecosystem

@Suite("Copies of ledgers", .serialized)
struct LedgerCopyTests {
  @Test("Damage leaves the events before it, and those behind are listed")
  func salvage() throws {
    let path = try SQLiteEventLogTests.makeFile(12)
    defer { EventLogTests.remove(path) }
    let intact = try SQLiteEventLog(path: path).events()
    try DatabaseQueue(path: path).write {
      try $0.execute(sql: "UPDATE event SET payload = '{\"value\":50}' WHERE sequence = 5")
    }
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    let salvage = try LedgerSalvage(path)
    #expect(salvage.soundEvents == Array(intact.prefix(4)))
    #expect(salvage.otherEvents.map(\.sequence) == Array(5...12))
    #expect(salvage.faults.map(\.place) == ["event 5"])
    let copy = path + ".repaired"
    defer { EventLogTests.remove(copy) }
    let done = try SQLiteEventLog.restore(salvage.soundEvents, to: copy)
    #expect(done.events == 4 && done.hash == intact[3].hash)
    #expect(try SQLiteEventLog(path: copy).events() == Array(intact.prefix(4)))
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    #expect(throws: FileError.self) { try SQLiteEventLog.restore(intact, to: copy) }
  }

  @Test("A page that cannot be read costs its events and those behind")
  func lostPage() throws {
    let path = try SQLiteEventLogTests.makeFile(200)
    defer { EventLogTests.remove(path) }
    let intact = try SQLiteEventLog(path: path).events()
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let place = try #require(bytes.range(of: Data("result/100{".utf8))).lowerBound
    let page = place / 4096 * 4096
    bytes.replaceSubrange(page..<page + 4096, with: Data(count: 4096))
    try bytes.write(to: URL(fileURLWithPath: path))
    let salvage = try LedgerSalvage(path)
    #expect(salvage.soundEvents == Array(intact.prefix(salvage.soundEvents.count)))
    #expect(salvage.soundEvents.count > 20 && salvage.soundEvents.count < 100)
    #expect(salvage.otherEvents.last == intact.last)
    #expect(!salvage.faults.isEmpty)
  }

  /// Writes about a hundred events a second until it is told to stop.
  private final class Writer: Sendable {
    private let stop = Mutex(false)
    private let done = DispatchSemaphore(value: 0)

    init(_ path: String) throws {
      let log = try SQLiteEventLog(path: path)
      Thread.detachNewThread { [self] in
        var count = (try? log.events().count) ?? 0
        while !stop.withLock({ $0 }) {
          let drafts = EventLogTests.drafts(1, from: count + 1)
          if (try? log.append(drafts, after: count)) != nil { count += 1 }
          usleep(9_000)
        }
        done.signal()
      }
    }

    func finish() {
      stop.withLock { $0 = true }
      done.wait()
    }
  }

  @Test("A copy made while others write is a beginning of the ledger")
  func underLoad() throws {
    let path = try SQLiteEventLogTests.makeFile(2_000)
    defer { EventLogTests.remove(path) }
    let writer = try Writer(path)
    let count = Reliability.count(3, full: 50)
    var copies: [(path: String, copy: SQLiteEventLog.Copy)] = []
    for number in 0..<count {
      usleep(60_000)
      let target = "\(path).copy\(number)"
      copies.append((target, try SQLiteEventLog.copy(path, to: target)))
    }
    writer.finish()
    let events = try SQLiteEventLog(path: path).events()
    #expect(events.count > 2_000 + count)
    var broken = 0
    for (target, copy) in copies {
      defer { EventLogTests.remove(target) }
      let copied = try SQLiteEventLog(path: target).events()
      let isBeginning =
        copied == Array(events.prefix(copied.count)) && copied.count == copy.events
        && copied.last?.hash == copy.hash && copied.count >= 2_000
      if !isBeginning { broken += 1 }
    }
    #expect(broken == 0)
    #expect(copies.map(\.copy.events) == copies.map(\.copy.events).sorted())
    #expect(copies.last?.copy.events ?? 0 > 2_000)
    Reliability.report(
      "copies under load",
      ["copies": Double(count), "broken": Double(broken), "events": Double(events.count)])
  }
}
