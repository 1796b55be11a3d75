import DenseMath
import Ecosystem
import Foundation
import TestKit
import Testing

@Suite("A killed upgrade of a store", .serialized)
struct StoreUpgradeTests {
  /// A store of the version before seals: a new one, its seals taken off by SQLite's own VACUUM.
  private static func makeOlder(_ folder: TemporaryFolder) throws {
    var text = "id,formula,gap (eV),density\n"
    for row in 0..<200 {
      text += "r\(row),Fe\(1 + row % 40)O\(1 + row / 40),\(Double(row % 97) / 10),\(1 + row % 9)\n"
    }
    try folder.write(text, to: "t.csv")
    #expect(try folder.run("data", "import", "t.csv", "--store", "new.sqlite").status == 0)
    let script = """
      import sqlite3
      new = sqlite3.connect("new.sqlite")
      old = sqlite3.connect("old.sqlite", isolation_level=None)
      rows = new.execute("SELECT type, sql, name FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
      rows.sort(key=lambda row: ["table", "index", "trigger"].index(row[0]))
      old.execute("BEGIN")
      for kind, sql, name in rows:
          if not name.startswith("sqlite_"): old.execute(sql)
      for kind, sql, name in rows:
          if kind == "table":
              data = new.execute(f"SELECT * FROM {name}").fetchall()
              if data: old.executemany(f"INSERT INTO {name} VALUES ({','.join('?' * len(data[0]))})", data)
      old.execute("DELETE FROM grdb_migrations WHERE identifier = 'sealed'")
      old.execute("COMMIT")
      old.execute("PRAGMA application_id = \(0x4174_6853)")
      """
    try folder.write(script, to: "older.py")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "older.py"]
    process.currentDirectoryURL = folder.url
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  @Test("leaves the old version or the new one, with all that was known, and a copy of the old")
  func kills() throws {
    let folder = try TemporaryFolder()
    try Self.makeOlder(folder)
    let wanted = try Self.digest(folder, "new.sqlite")
    let old = folder.url.appendingPathComponent("old.sqlite")
    let store = folder.url.appendingPathComponent("s.sqlite")
    let durations = try Self.undisturbed(folder, old: old, store: store)
    var generator = SplitMix64(seed: 8)
    let trials = Reliability.count(12, full: 500)
    var (kills, older, newer, between, most) = (0, 0, 0, 0, 0)
    for trial in 0..<trials {
      Self.clear(folder)
      try FileManager.default.copyItem(at: old, to: store)
      let process = try ProgramRun.start(["data", "list", "--store", "s.sqlite"], in: folder.url)
      // From each sign on over all that follows, and a little beyond.
      let sign = Sign.allCases[trial % Sign.allCases.count]
      Self.wait(for: sign, folder, process)
      Thread.sleep(
        forTimeInterval: 1.1 * durations[sign, default: 0] * generator.uniform())
      if process.isRunning {
        kill(process.processIdentifier, SIGKILL)
        kills += 1
      }
      process.waitUntilExit()
      let findings = try RecordStore.check(store.path)
      #expect(findings.faults.isEmpty, "trial \(trial): \(findings.faults)")
      switch findings.versions {
      case ["1", "2", "passages"]: older += 1
      case ["1", "2", "passages", "sealed"]: newer += 1
      default: between += 1
      }
      let hasCopy = folder.names.contains("s.sqlite.version-passages")
      #expect(findings.versions.last == "passages" || hasCopy, "trial \(trial): no copy was made")
      #expect(try Self.digest(folder, "s.sqlite") == wanted, "trial \(trial)")
      let copies = folder.names.filter {
        $0.hasPrefix("s.sqlite.version-") && !$0.contains(".partial")
      }
      // Killed while SQLite changes its journal, a store has other bytes and is copied once more.
      #expect(copies.first == "s.sqlite.version-passages" && copies.count <= 2, "trial \(trial)")
      for copy in copies {
        let found = try RecordStore.check(folder.url.appendingPathComponent(copy).path)
        #expect(
          found.faults.isEmpty && found.versions.last == "passages", "trial \(trial): \(copy)")
      }
      most = max(most, copies.count)
    }
    #expect(between == 0)
    Reliability.report(
      "killed upgrades",
      [
        "trials": Double(trials), "kills": Double(kills), "older": Double(older),
        "newer": Double(newer), "between": Double(between), "mostCopies": Double(most),
      ])
  }

  /// What an upgrade shows of itself from outside.
  private enum Sign: CaseIterable {
    case processStarted, copyBegun, copyMade
  }

  private static func isThere(_ sign: Sign, _ folder: TemporaryFolder) -> Bool {
    switch sign {
    case .processStarted: true
    case .copyBegun: folder.names.contains { $0.hasPrefix("s.sqlite.version-") }
    case .copyMade: folder.names.contains("s.sqlite.version-passages")
    }
  }

  private static func wait(for sign: Sign, _ folder: TemporaryFolder, _ process: Process) {
    while process.isRunning, !isThere(sign, folder) { usleep(100) }
  }

  /// Seconds from each sign to the end of an upgrade that nobody stops.
  private static func undisturbed(
    _ folder: TemporaryFolder, old: URL, store: URL
  ) throws -> [Sign: Double] {
    try FileManager.default.copyItem(at: old, to: store)
    let process = try ProgramRun.start(["data", "list", "--store", "s.sqlite"], in: folder.url)
    let starts = Sign.allCases.map { sign in
      wait(for: sign, folder, process)
      return (sign, Date())
    }
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return Dictionary(uniqueKeysWithValues: starts.map { ($0, -$1.timeIntervalSinceNow) })
  }

  private static func clear(_ folder: TemporaryFolder) {
    for name in folder.names where name.hasPrefix("s.sqlite") {
      try? FileManager.default.removeItem(at: folder.url.appendingPathComponent(name))
    }
  }

  /// A hash of all that a store says; opening it upgrades it.
  private static func digest(_ folder: TemporaryFolder, _ name: String) throws -> String {
    let store = try RecordStore(path: folder.url.appendingPathComponent(name).path, creating: false)
    try store.verify()
    return try store.contentDigest()
  }
}
