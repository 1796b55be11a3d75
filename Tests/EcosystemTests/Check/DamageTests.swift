import DenseMath
import Foundation
import GRDB
import TestKit
import Testing

@testable import Ecosystem

/// One byte changed or the end cut off, at random places: an error of its type, or the right answer.
@Suite("Damaged files", .serialized)
struct DamageTests {
  /// Damages bytes: even trials change one byte, odd ones cut.
  static func damage(_ bytes: Data, trial: Int) -> Data {
    var generator = SplitMix64(seed: 7, stream: UInt64(trial))
    var bytes = bytes
    if trial % 2 == 0 {
      bytes[generator.index(below: bytes.count)] ^= UInt8(1 + generator.index(below: 255))
      return bytes
    }
    return bytes.prefix(generator.index(below: bytes.count))
  }

  @Test("A damaged store is an error or answers as before, and never differently")
  func records() throws {
    let folder = try StoreFolder()
    try folder.filled()
    let intact = try folder.store().records()
    let url = folder.url.appendingPathComponent("s.sqlite")
    let bytes = try Data(contentsOf: url)
    let trials = Reliability.count(120, full: 20_000)
    var (errors, silent) = (0, 0)
    for trial in 0..<trials {
      for ending in ["-wal", "-shm"] { unlink(url.path + ending) }
      try Self.damage(bytes, trial: trial).write(to: url)
      do {
        let store = try RecordStore(path: url.path, creating: false)
        if try store.records() != intact { silent += 1 }
      } catch let error {
        #expect(error is StoreError, "trial \(trial): \(error)")
        errors += 1
      }
    }
    #expect(silent == 0, "\(silent) of \(trials) answered differently")
    #expect(errors > trials / 2)
    Reliability.report(
      "damaged stores",
      ["trials": Double(trials), "errors": Double(errors), "silent": Double(silent)])
  }

  @Test("A damaged ledger is an error or answers as before, and never differently")
  func ledgers() throws {
    let path = try SQLiteEventLogTests.makeFile(60)
    defer { EventLogTests.remove(path) }
    let intact = try SQLiteEventLog(path: path).events()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let trials = Reliability.count(120, full: 20_000)
    var (errors, silent) = (0, 0)
    for trial in 0..<trials {
      EventLogTests.remove(path)
      try Self.damage(bytes, trial: trial).write(to: URL(fileURLWithPath: path))
      do {
        if try SQLiteEventLog.existing(path).events() != intact { silent += 1 }
      } catch let error {
        #expect(error is EventLogError, "trial \(trial): \(error)")
        errors += 1
      }
    }
    #expect(silent == 0, "\(silent) of \(trials) answered differently")
    #expect(errors > trials / 3)
    Reliability.report(
      "damaged ledgers",
      ["trials": Double(trials), "errors": Double(errors), "silent": Double(silent)])
  }
}
