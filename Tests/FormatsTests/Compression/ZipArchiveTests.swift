import DenseMath
import Foundation
import TestKit
import Testing

@testable import Formats

@Suite("ZIP archives and NPZ")
struct ZipArchiveTests {
  private func archive(_ entries: [(String, [UInt8])]) -> [UInt8] {
    var writer = ZipWriter()
    for (name, bytes) in entries { writer.add(name, bytes) }
    return writer.finished()
  }

  private static let text = [UInt8](repeating: 65, count: 1000) + Array("end".utf8)

  @Test("Writing and reading are inverse")
  func roundTrips() throws {
    let contents: [(String, [UInt8])] = [("a.txt", Self.text), ("f/é.bin", [1, 2]), ("empty", [])]
    let zip = try ZipArchive(archive(contents), file: "a.zip")
    #expect(zip.entries.map(\.name) == contents.map(\.0))
    for (entry, content) in zip.entries.enumerated() {
      #expect(try zip.bytes(of: content) == contents[entry].1)
    }
  }

  @Test(
    "Refuses names that leave the folder",
    arguments: [
      "/abs", "../up", "a/../../b", "a\\b", "C:x", "nul\u{0}", "..", "", "line\nfeed",
    ])
  func refusesNames(_ name: String) {
    #expect(throws: ReadingError.self) { try ZipArchive(archive([(name, [1])]), file: "a.zip") }
  }

  @Test("Refuses links, encryption, twins, other methods and shared bytes")
  func refusesDanger() throws {
    let bytes = archive([("abc", Self.text), ("xyz", Self.text)])
    let directory = try #require(bytes.firstRange(of: [0x50, 0x4B, 1, 2])).lowerBound
    func changed(_ changes: [(Int, UInt8)]) -> [UInt8] {
      var copy = bytes
      for (offset, value) in changes { copy[directory + offset] = value }
      return copy
    }
    #expect(throws: Never.self) { try ZipArchive(changed([]), file: "a.zip") }
    let dangers: [([(Int, UInt8)], String)] = [
      ([(41, 0xA1)], "symbolic link"), ([(8, 1)], "encrypted"), ([(10, 12)], "method 12"),
      ([(46, 65)], "another name"), ([(20, 60)], "share bytes"),
    ]
    for (changes, word) in dangers {
      let error = #expect(throws: ReadingError.self) {
        try ZipArchive(changed(changes), file: "a.zip")
      }
      #expect(error?.message.contains(word) == true, "\(error.map { "\($0)" } ?? word)")
    }
    let twins = archive([("abc", [1]), ("ABC", [2])])
    #expect(throws: ReadingError.self) { try ZipArchive(twins, file: "a.zip") }
  }

  @Test("Refuses wrong checksums and sizes, bombs and cuts")
  func refusesDamage() throws {
    var bytes = archive([("abc", [1, 2, 3])])
    bytes[33] ^= 1
    let zip = try ZipArchive(bytes, file: "a.zip")
    #expect(throws: ReadingError.self) { try zip.bytes(of: zip.entries[0]) }
    for count in 0..<bytes.count {
      #expect(throws: ReadingError.self) { try ZipArchive(Array(bytes[..<count]), file: "a.zip") }
    }
    let bomb = archive([("bomb", [UInt8](repeating: 0, count: 40 << 20))])
    let loaded = try ZipArchive(bomb, file: "b.zip")
    #expect(throws: ReadingError.self) { try loaded.bytes(of: loaded.entries[0]) }
    let limits = ExpansionLimits(bytes: 1000)
    #expect(throws: ReadingError.self) { try ZipArchive(bomb, file: "b.zip", limits: limits) }
  }

  @Test("Gives the verdicts on hostile files", .enabled(if: SharedFolder.has("golden/hostile")))
  func judgesHostileFiles() throws {
    var count = 0
    for (testCase, expected) in try SharedFolder.goldenCases("hostile")
    where testCase["kind"] as? String == "zip" {
      let file = try #require(testCase["file"] as? String)
      let zip = try? ZipArchive(SharedFolder.bytes("golden/hostile/\(file)"), file: file)
      #expect((zip != nil) == (expected["verdict"] as? String == "ok"), "\(file)")
      if let zip { for entry in zip.entries { #expect(try !zip.bytes(of: entry).isEmpty) } }
      count += 1
    }
    #expect(count > 5)
  }

  @Test("Arrays survive NPZ")
  func roundTripsArrays() throws {
    let arrays: [(name: String, content: NPYContent)] = [
      ("x", NPYContent(.reals([1.5, -2, 1e-300, 4, 5, 6]), shape: [2, 3])),
      ("n", NPYContent(.integers([-1, .max, .min]), shape: [3])),
      ("f", NPYContent(.flags([true, false]), shape: [2])),
      ("one", NPYContent(.reals([7]), shape: [])), ("none", NPYContent(.reals([]), shape: [0, 3])),
    ]
    let archive = try NPZArchive(NPZArchive.encode(arrays), file: "a.npz")
    #expect(archive.names == arrays.map(\.name))
    for array in arrays { #expect(try archive.array(array.name) == array.content) }
    #expect(throws: ReadingError.self) { try archive.array("y") }
  }

  @Test("Reads the types and orders of NumPy")
  func readsTypes() throws {
    func npy(_ type: String, _ order: String, _ shape: String, _ data: [UInt8]) -> [UInt8] {
      let header = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }\n"
      return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0]
        + Array(header.utf8) + data
    }
    func read(_ bytes: [UInt8]) throws(ReadingError) -> NPYContent.Values {
      try NPYContent(bytes, file: "a.npy").values
    }
    // Column by column: [[1, 2, 3], [4, 5, 6]].
    let columns = npy("|i1", "True", "(2, 3)", [1, 4, 2, 5, 3, 6])
    #expect(try read(columns) == .integers([1, 2, 3, 4, 5, 6]))
    #expect(try read(npy(">i2", "False", "(2,)", [0xFF, 0xFE, 1, 0])) == .integers([-2, 256]))
    #expect(try read(npy("<f2", "False", "(1,)", [0, 0x3E])) == .reals([1.5]))
    #expect(try read(npy(">f4", "False", "()", [0x3F, 0x80, 0, 0])) == .reals([1]))
    #expect(try read(npy("|b1", "False", "(2,)", [1, 0])) == .flags([true, false]))
    for bytes in [
      npy("|O", "False", "(1,)", [0]), npy("<f8", "False", "(99999999999,)", []),
      npy("<f8", "False", "(9999999999, 9999999999)", []),
      npy("<u8", "False", "(1,)", .init(repeating: 255, count: 8)),
      npy("<i8", "Maybe", "(1,)", .init(repeating: 0, count: 8)), npy("<f8", "False", "(-1,)", []),
    ] {
      #expect(throws: ReadingError.self) { try read(bytes) }
    }
  }

  @Test("No damaged archive crashes the reader", arguments: UInt64(0)..<2)
  func survivesMutations(seed: UInt64) {
    var rng = SplitMix64(seed: seed)
    let bytes = NPZArchive.encode([
      ("x", NPYContent(.reals([1, 2]), shape: [2])),
      ("y", NPYContent(.integers([3]), shape: [1, 1])),
    ])
    var refused = 0
    for _ in 0..<2000 {
      let damaged = Mutations.mutate(bytes, using: &rng)
      do throws(ReadingError) {
        let archive = try NPZArchive(damaged, file: "f")
        for name in archive.names { _ = try archive.array(name) }
      } catch {
        refused += 1
      }
    }
    #expect(refused > 1000)
  }
}
