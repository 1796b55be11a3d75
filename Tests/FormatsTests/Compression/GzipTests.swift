import DenseMath
import Foundation
import TestKit
import Testing

@testable import Formats

@Suite("Gzip")
struct GzipTests {
  /// `gzip -n` of "formula,a\nNaCl,1\n" and of "MgO,2\n", one behind the other.
  static let text = Array("formula,a\nNaCl,1\nMgO,2\n".utf8)

  @Test("Packing and unpacking are inverse", arguments: [0, 1, 7, 300_000, 2_000_000])
  func roundTrips(count: Int) throws {
    var rng = SplitMix64(seed: UInt64(count))
    let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: rng.index(below: 60)) }
    let packed = Gzip.compress(bytes)
    #expect(Gzip.isCompressed(packed))
    #expect(try Gzip.decompress(packed, file: "a.gz") == bytes)
    #expect(Gzip.compress(bytes) == packed)
  }

  @Test("Joins members and skips zeros behind them")
  func readsMembers() throws {
    let packed = Gzip.compress(Array(Self.text[..<17])) + Gzip.compress(Array(Self.text[17...]))
    #expect(try Gzip.decompress(packed, file: "a.gz") == Self.text)
    #expect(try Gzip.decompress(packed + [0, 0, 0], file: "a.gz") == Self.text)
    let padded = Gzip.compress(Self.text) + [0] + Gzip.compress(Self.text)
    #expect(try Gzip.decompress(padded, file: "a.gz") == Self.text + Self.text)
  }

  @Test("Refuses cuts, damage, wrong checksums and bytes behind the end")
  func refusesDamage() {
    let packed = Gzip.compress(Self.text)
    for count in 0..<packed.count {
      #expect(throws: ReadingError.self) {
        try Gzip.decompress(Array(packed[..<count]), file: "a.gz")
      }
    }
    for place in [packed.count - 1, packed.count - 5] {
      var damaged = packed
      damaged[place] ^= 1
      #expect(throws: ReadingError.self) { try Gzip.decompress(damaged, file: "a.gz") }
    }
    #expect(throws: ReadingError.self) { try Gzip.decompress(packed + [65], file: "a.gz") }
    #expect(throws: ReadingError.self) { try Gzip.decompress(Self.text, file: "a.gz") }
  }

  @Test("Refuses bombs, limits and nested streams")
  func refusesBombs() {
    let bomb = Gzip.compress([UInt8](repeating: 48, count: 64 << 20), level: 9)
    let error = #expect(throws: ReadingError.self) { try Gzip.decompress(bomb, file: "b.gz") }
    #expect(error?.message.contains("200 times") == true)
    let limited = #expect(throws: ReadingError.self) {
      try Gzip.decompress(Gzip.compress(Self.text), file: "b.gz", limit: 10)
    }
    #expect(limited?.message.contains("10 bytes") == true)
    let nested = #expect(throws: ReadingError.self) {
      try Gzip.decompress(Gzip.compress(Gzip.compress(Self.text)), file: "b.gz")
    }
    #expect(nested?.message.contains("another gzip stream") == true)
  }

  @Test("Streams in pieces of any size", arguments: [1, 3, 1000, 1 << 20])
  func streams(size: Int) throws {
    let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
    let packed = Gzip.compress(Array(bytes[..<1000])) + Gzip.compress(Array(bytes[1000...]))
    #expect(try joined(packed, size: size) == bytes)
    #expect(try joined(bytes, size: size) == bytes)
    #expect(throws: ReadingError.self) { try joined(packed.dropLast(3), size: size) }
  }

  private func joined(_ bytes: [UInt8], size: Int) throws -> [UInt8] {
    var position = 0
    let next = Gzip.decompressing(file: "s.gz") {
      guard position < bytes.count else { return nil }
      defer { position += size }
      return Array(bytes[position..<min(bytes.count, position + size)])
    }
    var result: [UInt8] = []
    while let chunk = try next() { result += chunk }
    return result
  }

  @Test("Gives the verdicts on hostile files", .enabled(if: SharedFolder.has("golden/hostile")))
  func judgesHostileFiles() throws {
    var count = 0
    for (testCase, expected) in try SharedFolder.goldenCases("hostile")
    where testCase["kind"] as? String == "gzip" {
      let file = try #require(testCase["file"] as? String)
      let bytes = SharedFolder.bytes("golden/hostile/\(file)")
      let isRead = (try? Gzip.decompress(bytes, file: file)) != nil
      #expect(isRead == (expected["verdict"] as? String == "ok"), "\(file)")
      count += 1
    }
    #expect(count > 2)
  }

  @Test("No damaged stream crashes the reader", arguments: UInt64(0)..<2)
  func survivesMutations(seed: UInt64) {
    var rng = SplitMix64(seed: seed)
    let packed = Gzip.compress(Self.text) + Gzip.compress(Self.text)
    var refused = 0
    for _ in 0..<2000 {
      let damaged = Mutations.mutate(packed, using: &rng)
      guard let result = try? Gzip.decompress(damaged, file: "f", limit: 1 << 20) else {
        refused += 1
        continue
      }
      // What is read despite the damage passed its checksums: only members went or came.
      #expect(result.count % Self.text.count == 0)
    }
    #expect(refused > 1500)
  }
}
