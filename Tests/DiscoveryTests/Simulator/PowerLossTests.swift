import DenseMath
import Ecosystem
import Foundation
import Synchronization
import TestKit
import Testing

@testable import Discovery

@Suite("Loss of power", .serialized)
struct PowerLossTests {
  /// What the disk holds after a loss of power, and how many events were acknowledged before it.
  private struct Moment {
    let content: [String: [UInt8]]
    let acknowledged: Int
  }

  @Test("Every acknowledged event is there after a loss of power at any point of synchronization")
  func everyAcknowledgedEvent() throws {
    let points = Reliability.count(50, full: 2000)
    var (checked, acknowledged, round) = (0, 0, UInt64(0))
    while checked < points {
      let (drafts, moments) = try record(round)
      for moment in moments.prefix(points - checked) {
        let stored = try check(moment, drafts)
        #expect(stored >= moment.acknowledged, "round \(round)")
        acknowledged += moment.acknowledged
        checked += 1
      }
      round += 1
    }
    #expect(checked == points && acknowledged > 0)
    Reliability.report(
      "power loss", ["points": Double(checked), "acknowledged": Double(acknowledged), "lost": 0])
  }

  /// Appends to a ledger that is closed and opened now and then, and keeps what the disk would hold
  /// before and after each call to synchronize.
  private func record(_ round: UInt64) throws -> (drafts: [EventDraft], moments: [Moment]) {
    let generator = Mutex(SplitMix64(seed: round))
    let acknowledged = Mutex(0)
    let moments = Mutex<[Moment]>([])
    let disk = SimulatedDisk { disk in
      let content = generator.withLock { disk.contentAfterPowerLoss(using: &$0) }
      let moment = Moment(content: content, acknowledged: acknowledged.withLock { $0 })
      moments.withLock { $0.append(moment) }
    }
    // Now and then so much that the write-ahead log is carried over while the ledger is open.
    let length = round % 8 == 7 ? 700_000 : 9000
    var drafts: [EventDraft] = []
    try SimulatedFileSystem.mount(disk) { address in
      for _ in 0..<3 {
        let log = try SQLiteEventLog(path: address, clock: FixedTime())
        #expect(try log.events().map(\.draft) == drafts)
        for _ in 0..<(length > 9000 ? 3 : 6) {
          let group = generator.withLock { Self.drafts(after: drafts.count, length, &$0) }
          try log.append(group, after: drafts.count)
          drafts += group
          acknowledged.withLock { $0 = drafts.count }
        }
      }
    }
    return (drafts, moments.withLock { $0 })
  }

  private static func drafts(
    after count: Int, _ length: Int, _ generator: inout SplitMix64
  ) -> [EventDraft] {
    (1...1 + generator.index(below: 4)).map { place in
      let text = String(repeating: "x", count: 20 + generator.index(below: length))
      return EventDraft(kind: "noted", key: "note/\(count + place)", payload: "\"\(text)\"")
    }
  }

  /// The ledger opens, is whole, holds nothing but what was appended, and takes in more.
  ///
  /// - Returns: How many events it holds.
  private func check(_ moment: Moment, _ drafts: [EventDraft]) throws -> Int {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("athanor-power-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (file, bytes) in moment.content {
      try Data(bytes).write(to: folder.appendingPathComponent(file))
    }
    let log = try SQLiteEventLog(path: folder.appendingPathComponent("ledger.sqlite").path)
    try log.verify()
    let stored = try log.events().map(\.draft)
    #expect(stored == Array(drafts.prefix(stored.count)))
    try log.append([EventDraft(kind: "noted", payload: "0")], after: stored.count)
    return stored.count
  }

  @Test("A disk that forgets what was synchronized is noticed")
  func forgetfulDisk() throws {
    let (drafts, moments) = try record(1)
    let moment = try #require(moments.first { $0.acknowledged > 2 })
    var content = moment.content
    content["ledger.sqlite-wal"] = nil
    let stored = try check(Moment(content: content, acknowledged: 0), drafts)
    #expect(stored < moment.acknowledged)
  }
}
