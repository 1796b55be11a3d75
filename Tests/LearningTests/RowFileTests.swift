import Foundation
import Matter
import Representations
import Testing

@testable import Learning

@Suite("Rows kept on disk")
struct RowFileTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("rows-\(UUID().uuidString)")

  private func key(_ number: Int) -> RowFile.Key {
    RowFile.Key(first: UInt64(number) << 40, second: UInt64(number))
  }

  private func row(_ number: Int) -> [Double] { [Double(number), .nan, -0.0, 1 / Double(number)] }

  private func bits(_ row: [Double]?) -> [UInt64]? { row?.map(\.bitPattern) }

  private func open(mostBytes: Int = 1 << 20) -> RowFile? {
    RowFile(in: folder, name: "four", width: 4, mostBytes: mostBytes)
  }

  @Test("Rows come back to the last bit, from this process and the next")
  func roundTrip() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    for start in [1, 51] {
      let file = try #require(open())
      #expect((1..<start).allSatisfy { bits(file.row(key($0))) == bits(row($0)) })
      #expect(file.add((start..<start + 50).map { (key($0), row($0)) }))
      #expect(bits(file.row(key(start + 49))) == bits(row(start + 49)))
      #expect(file.row(key(start + 50)) == nil)
    }
  }

  @Test("One process writes at a time, and files without a name leave nothing")
  func exclusion() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      let first = try #require(open())
      #expect(first.add([(key(1), row(1))]))
      #expect(open() == nil)
    }
    #expect(open()?.row(key(1)) != nil)
    let nameless = try #require(RowFile(in: nil, name: "four", width: 4))
    #expect(nameless.add([(key(2), row(2)), (key(3), row(3))]))
    #expect(bits(nameless.row(key(2))) == bits(row(2)))
  }

  @Test("What is cut off or damaged is missing, and can be added again")
  func damage() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(open()?.add((1...9).map { (key($0), row($0)) }) == true)
    let rows = folder.appendingPathComponent("four.rows")
    var bytes = try Data(contentsOf: rows)
    bytes[2 * 32 + 3] ^= 1
    try bytes.dropLast(5).write(to: rows)
    let file = try #require(open())
    let known = (1...9).filter { file.row(key($0)) != nil }
    #expect(known == [1, 2, 4, 5, 6, 7, 8])
    #expect(file.add([3, 9].map { (key($0), row($0)) }))
    #expect((1...9).allSatisfy { bits(file.row(key($0))) == bits(row($0)) })
  }

  @Test("A file that is full takes no more, and one that is too long begins anew")
  func limits() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      let file = try #require(open(mostBytes: 64))
      #expect(file.add([(key(1), row(1))]))
      #expect(!file.add([(key(2), row(2)), (key(3), row(3))]))
      #expect(file.row(key(1)) != nil && file.row(key(2)) == nil)
      #expect(file.add([(key(2), row(2))]) && file.row(key(2)) != nil)
    }
    #expect(open(mostBytes: 64)?.row(key(1)) != nil)
    #expect(open(mostBytes: 63)?.row(key(1)) == nil)
  }

  @Test("Statistics of crystals are the same from memory, from disk and on several threads")
  func crystals() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let candidates = try (0..<9).map { number in
      let salt = try Crystal(
        lattice: Lattice(
          a: SIMD3(4 + 0.1 * Double(number % 8), 0, 0), b: SIMD3(0, 4, 0), c: SIMD3(0, 0, 4)),
        elements: [Element.all[10], Element.all[16]], positions: [.zero, SIMD3(repeating: 0.5)])
      return Candidate(salt)
    }
    let expected = try candidates.map { candidate in
      try CrystalStatistics().row(of: AtomicStructure(try #require(candidate.crystal)))
        .map(\.bitPattern)
    }
    let mostRows = 3
    for threads in [1, 3] {
      let rows = CrystalRows(mostRows: mostRows, folder: folder)
      #expect(
        try rows.rows(Array(candidates.prefix(2))).map { bits($0) } == Array(expected.prefix(2)))
      #expect(try rows.rows(candidates, threads: threads).map { bits($0) } == expected)
      #expect(
        try rows.rows(candidates + [Candidate(variables: [1])]).last?.allSatisfy(\.isNaN) == true)
    }
    let keys = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".keys") }
    let file = folder.appendingPathComponent(try #require(keys.first))
    #expect(try Data(contentsOf: file).count == 8 * 24)
  }
}
