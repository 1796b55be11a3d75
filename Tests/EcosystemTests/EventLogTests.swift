import Foundation
import Testing

@testable import Ecosystem

@Suite("Event log")
struct EventLogTests {
  static func temporaryPath() -> String {
    FileManager.default.temporaryDirectory
      .appendingPathComponent("athanor-ledger-\(UUID().uuidString).sqlite").path
  }

  static func remove(_ path: String) {
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: path + suffix)
    }
  }

  static func drafts(_ count: Int, from first: Int = 1) -> [EventDraft] {
    (first..<first + count).map {
      EventDraft(kind: "measured", key: "result/\($0)", payload: "{\"value\":\($0)}")
    }
  }

  /// Runs a check on both logs.
  func forBoth(_ check: (any EventLog) throws -> Void) throws {
    try check(MemoryEventLog())
    let path = Self.temporaryPath()
    defer { Self.remove(path) }
    try check(SQLiteEventLog(path: path))
  }

  @Test("Keeps order, keys and payloads, and numbers from 1 without gaps")
  func keepsEvents() throws {
    try forBoth { log in
      try log.append(Self.drafts(3), after: 0)
      try log.append([EventDraft(kind: "stopped", payload: "{}")], after: 3)
      let events = try log.events()
      #expect(events.map(\.sequence) == [1, 2, 3, 4])
      #expect(events.map(\.draft) == Self.drafts(3) + [EventDraft(kind: "stopped", payload: "{}")])
      #expect(try log.verify() == events.last?.hash)
    }
  }

  @Test(
    "Pages are those of the whole log, whatever its length", arguments: [0, 1, 8192, 8193])
  func pages(count: Int) throws {
    try forBoth { log in
      try log.append(Self.drafts(count), after: 0)
      var (events, sizes) = ([LoggedEvent](), [Int]())
      try log.forEachPage { page in
        events += page
        sizes.append(page.count)
      }
      #expect(try events == log.events() && events.count == count)
      #expect(sizes.allSatisfy { (1...8192).contains($0) })
    }
  }

  @Test("Finds events by whole keys and by their beginnings")
  func keys() throws {
    try forBoth { log in
      let keys = ["claim/1/1", "claim/1/2", "claim/11/1", "claim/1", "result/1", "result/11", nil]
      try log.append(keys.map { EventDraft(kind: "k", key: $0, payload: "{}") }, after: 0)
      func found(_ keys: [String], _ beginnings: [String]) throws -> [Int] {
        try log.events(keys: keys, beginnings: beginnings).map(\.sequence)
      }
      #expect(try found(["result/1"], ["claim/1/"]) == [1, 2, 5])
      #expect(try found([], ["claim/"]) == [1, 2, 3, 4] && found(["none"], []) == [])
      #expect(try found([], []) == [])
    }
  }

  @Test("Events that are read alone are checked against the one before")
  func checksSingleEvents() throws {
    try forBoth { log in
      try log.append(Self.drafts(5), after: 0)
      let events = try log.events()
      try log.check([events[0], events[3]])
      let other = LoggedEvent(
        sequence: 4, kind: "measured", key: "result/4", payload: "{\"value\":5}", time: 0,
        hash: events[3].hash)
      #expect {
        try log.check([other])
      } throws: { error in
        guard case .corrupt? = error as? EventLogError else { return false }
        return true
      }
    }
  }

  @Test("Refuses a key that is already there, and stores nothing of the call")
  func refusesDuplicates() throws {
    try forBoth { log in
      try log.append(Self.drafts(5), after: 0)
      let before = try log.events()
      for repeated in 1...5 {
        let drafts = Self.drafts(1, from: 6) + Self.drafts(1, from: repeated)
        #expect {
          try log.append(drafts, after: 5)
        } throws: { error in
          guard case .duplicateKey("result/\(repeated)", _)? = error as? EventLogError else {
            return false
          }
          return true
        }
      }
      #expect(throws: EventLogError.self) {
        try log.append(Self.drafts(1, from: 9) + Self.drafts(1, from: 9), after: 5)
      }
      #expect(try log.events() == before)
    }
  }

  @Test("Results sent up to five times in any order are stored once", arguments: UInt64(0)..<3)
  func acceptsResultsOnce(seed: UInt64) throws {
    try forBoth { log in
      var stored = 0
      var state = seed
      var deliveries: [Int] = []
      for number in 1...200 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        deliveries += Array(repeating: number, count: 1 + Int(state >> 33) % 5)
      }
      for number in deliveries.sorted(by: { ($0 * 7919) % 211 < ($1 * 7919) % 211 }) {
        do {
          try log.append(Self.drafts(1, from: number), after: stored)
          stored += 1
        } catch EventLogError.duplicateKey {}
      }
      let keys = try log.events().compactMap(\.key)
      #expect(stored == 200)
      #expect(Set(keys).count == 200 && keys.count == 200)
    }
  }

  @Test("Refuses to append behind the back of another writer")
  func refusesConflicts() throws {
    try forBoth { log in
      try log.append(Self.drafts(2), after: 0)
      #expect {
        try log.append(Self.drafts(1, from: 9), after: 1)
      } throws: { error in
        guard case .conflict(_, expected: 1, found: 2)? = error as? EventLogError else {
          return false
        }
        return true
      }
    }
  }

  @Test("Equal events in memory and in a file have equal hashes")
  func implementationsAgree() throws {
    let path = Self.temporaryPath()
    defer { Self.remove(path) }
    let memory = MemoryEventLog(clock: FixedTime(microseconds: 7))
    let file = try SQLiteEventLog(path: path, clock: FixedTime(microseconds: 7))
    try memory.append(Self.drafts(4), after: 0)
    try file.append(Self.drafts(4), after: 0)
    #expect(try memory.events() == file.events())
  }

  @Test(
    "Order is by sequence number, whatever the clock says",
    arguments: [Int64.min / 2, -315_360_000_000_000, 0, 2_200_000_000_000_000, Int64.max / 2])
  func clockDecidesNothing(time: Int64) throws {
    let path = Self.temporaryPath()
    defer { Self.remove(path) }
    try SQLiteEventLog(path: path, clock: FixedTime(microseconds: 1_000)).append(
      Self.drafts(1), after: 0)
    try SQLiteEventLog(path: path, clock: FixedTime(microseconds: time)).append(
      Self.drafts(1, from: 2), after: 1)
    let events = try SQLiteEventLog(path: path).events()
    #expect(events.map(\.key) == ["result/1", "result/2"])
    #expect(events.map(\.time) == [1_000, time])
  }
}
