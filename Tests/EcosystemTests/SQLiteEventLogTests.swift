import Foundation
import GRDB
import Testing

@testable import Ecosystem

@Suite("Ledger file")
struct SQLiteEventLogTests {
  /// A file with a few events, closed.
  static func makeFile(_ count: Int = 12) throws -> String {
    let path = EventLogTests.temporaryPath()
    try SQLiteEventLog(path: path).append(EventLogTests.drafts(count), after: 0)
    // Leave nothing in the write-ahead log, so that the file alone is the ledger.
    try DatabaseQueue(path: path).writeWithoutTransaction { db in
      _ = try db.checkpoint(.truncate)
    }
    return path
  }

  @Test("Writes survive a power loss: synchronous is FULL")
  func isSynchronous() throws {
    let path = EventLogTests.temporaryPath()
    defer { EventLogTests.remove(path) }
    #expect(try SQLiteEventLog(path: path).synchronousLevel() == 2)
  }

  @Test("A file left by a process that was killed in its first transaction becomes a new ledger")
  func hotJournal() throws {
    let (path, killed) = (EventLogTests.temporaryPath(), EventLogTests.temporaryPath())
    defer {
      EventLogTests.remove(path)
      EventLogTests.remove(killed)
    }
    // A cache of few pages makes SQLite write to the file before the transaction ends; the copies
    // of file and journal are what a kill at that moment leaves.
    try DatabaseQueue(path: path).inDatabase { db in
      try db.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 2")
      try db.beginTransaction()
      try db.execute(sql: "CREATE TABLE filler (text TEXT)")
      for _ in 0..<400 {
        try db.execute(
          sql: "INSERT INTO filler VALUES (?)", arguments: [String(repeating: "x", count: 900)])
      }
      for ending in ["", "-journal"] {
        try FileManager.default.copyItem(atPath: path + ending, toPath: killed + ending)
      }
      try db.rollback()
    }
    let log = try SQLiteEventLog(path: killed)
    #expect(try log.events().isEmpty)
    #expect(try log.append(EventLogTests.drafts(1), after: 0).count == 1)
  }

  @Test("A file with an empty list of migrations becomes a ledger; a foreign one does not")
  func unfinishedFile() throws {
    let path = EventLogTests.temporaryPath()
    defer { EventLogTests.remove(path) }
    let list = "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)"
    try DatabaseQueue(path: path).inDatabase { try $0.execute(sql: list) }
    #expect(try SQLiteEventLog(path: path).events().isEmpty)

    let foreign = EventLogTests.temporaryPath()
    defer { EventLogTests.remove(foreign) }
    try DatabaseQueue(path: foreign).inDatabase { db in
      try db.execute(sql: list)
      try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('theirs')")
    }
    #expect(throws: EventLogError.self) { try SQLiteEventLog(path: foreign) }
  }

  @Test("Finds one changed byte of any stored event", arguments: 0..<100)
  func findsChange(number: Int) throws {
    let path = try Self.makeFile()
    defer { EventLogTests.remove(path) }
    let column = ["kind", "key", "payload", "time", "hash"][number % 5]
    let sequence = 1 + number % 12
    try DatabaseQueue(path: path).write { db in
      let sql =
        column == "time"
        ? "UPDATE event SET time = time + 1 WHERE sequence = ?"
        : """
        UPDATE event SET \(column) = substr(\(column), 1, \(number % 4))
          || char(unicode(substr(\(column), \(number % 4) + 1, 1)) + 1)
          || substr(\(column), \(number % 4) + 2) WHERE sequence = ?
        """
      try db.execute(sql: sql, arguments: [sequence])
    }
    let log = try SQLiteEventLog(path: path)
    #expect(throws: EventLogError.self) { try log.verify() }
    #expect(throws: EventLogError.self) { try log.events() }
  }

  @Test("A byte flipped anywhere in the file is an error or changes nothing", arguments: 0..<200)
  func survivesFlips(number: Int) throws {
    let path = try Self.makeFile()
    defer { EventLogTests.remove(path) }
    let intact = try SQLiteEventLog(path: path).events()
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let place = (number &* 2_654_435_761) % bytes.count
    bytes[place] ^= 1 << UInt8(number % 8)
    try bytes.write(to: URL(fileURLWithPath: path))
    // Every error of a log is an `EventLogError`: nothing else can be thrown.
    guard let events = try? SQLiteEventLog(path: path).events() else { return }
    #expect(events == intact, "byte \(place) changed the answer in silence")
  }

  @Test("A file cut off anywhere is an error, never fewer events in silence", arguments: 1..<40)
  func findsCuts(number: Int) throws {
    let path = try Self.makeFile(200)
    defer { EventLogTests.remove(path) }
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    try bytes.prefix(bytes.count * number / 40).write(to: URL(fileURLWithPath: path))
    #expect(throws: EventLogError.self) { try SQLiteEventLog(path: path).events() }
  }

  @Test("Missing, swapped and inserted events are found")
  func findsRearrangement() throws {
    let edits = [
      "DELETE FROM event WHERE sequence = 5",
      "UPDATE event SET sequence = 99 WHERE sequence = 12",
      "UPDATE event SET payload = (SELECT payload FROM event WHERE sequence = 3) WHERE sequence = 4",
      "INSERT INTO event VALUES (13, 'measured', 'x', '{}', 0, '00')",
    ]
    for edit in edits {
      let path = try Self.makeFile()
      defer { EventLogTests.remove(path) }
      try DatabaseQueue(path: path).write { try $0.execute(sql: edit) }
      #expect(throws: EventLogError.self, "\(edit)") { try SQLiteEventLog(path: path).verify() }
    }
  }

  @Test("Refuses a ledger of a newer version and leaves its bytes alone")
  func refusesNewer() throws {
    let path = try Self.makeFile()
    defer { EventLogTests.remove(path) }
    try DatabaseQueue(path: path).write { db in
      try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('2')")
    }
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(throws: EventLogError.newerSchema(path)) { try SQLiteEventLog(path: path) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  @Test("Refuses another program's database and other files, and leaves their bytes alone")
  func refusesForeign() throws {
    let path = EventLogTests.temporaryPath()
    defer { EventLogTests.remove(path) }
    try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE notes (text)") }
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(throws: EventLogError.foreign(path)) { try SQLiteEventLog(path: path) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    let text = Data(String(repeating: "name,value\nFe,1\n", count: 400).utf8)
    try text.write(to: URL(fileURLWithPath: path))
    #expect(throws: EventLogError.foreign(path)) { try SQLiteEventLog(path: path) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == text)
  }

  @Test(
    "A full disk is one sentence, keeps what is there, and passes", arguments: [8, 9, 10, 14, 20])
  func survivesFullDisk(pages: Int) throws {
    let path = EventLogTests.temporaryPath()
    defer { EventLogTests.remove(path) }
    var stored = 0
    do {
      let log = try SQLiteEventLog(path: path, maximumPages: pages)
      #expect(throws: EventLogError.full(path)) {
        for number in 1...1_000 {
          try log.append(EventLogTests.drafts(4, from: 4 * number), after: stored)
          stored += 4
        }
      }
      #expect(stored > 0)
      #expect(try log.events().count == stored)
    }
    let roomy = try SQLiteEventLog(path: path)
    try roomy.append(EventLogTests.drafts(1), after: stored)
    #expect(try roomy.events().count == stored + 1)
    #expect(EventLogError.full("a.ledger").description.contains("disk is full"))
  }

  @Test("Names the file and the remedy where it cannot be opened")
  func explainsMissingFolder() {
    #expect {
      try SQLiteEventLog(path: "/nonexistent-folder/a.ledger")
    } throws: { error in
      "\(error)".contains("/nonexistent-folder/a.ledger") && "\(error)".hasSuffix(".")
    }
  }

  @Test("A file that was begun and never filled is taken over")
  func takesOverEmptyFile() throws {
    let path = EventLogTests.temporaryPath()
    defer { EventLogTests.remove(path) }
    var configuration = Configuration()
    configuration.journalMode = .wal
    _ = try DatabaseQueue(path: path, configuration: configuration)
    try SQLiteEventLog(path: path).append(EventLogTests.drafts(1), after: 0)
    #expect(try SQLiteEventLog(path: path).events().count == 1)
  }
}
