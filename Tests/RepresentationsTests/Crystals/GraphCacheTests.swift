import Foundation
import Matter
import Synchronization
import Testing

@testable import Representations

@Suite("Graphs that are kept")
struct GraphCacheTests {
  let settings = GraphSettings(edges: .nearest(12))

  func crystals(_ edges: [Double]) throws -> [Crystal] {
    try edges.map { edge in
      try Crystal(
        lattice: CrystalGraphTests.cubic(edge), elements: CrystalGraphTests.elements("Cs", "Cl"),
        positions: [.zero, SIMD3(repeating: 0.5)])
    }
  }

  func temporaryFolder() -> URL {
    FileManager.default.temporaryDirectory.appendingPathComponent("graphs-\(UUID().uuidString)")
  }

  @Test("Graphs come in the order asked for, made once each, repeated crystals included")
  func order() throws {
    let all = try crystals([4, 4.1, 4, 4.2])
    let cache = GraphCache()
    let rows = try cache.graphs(of: all, settings, threads: 2)
    #expect(rows.count == 4)
    for (row, crystal) in all.enumerated() {
      #expect(try rows[row] == CrystalGraph(of: crystal, settings))
    }
    #expect(rows.costs == (0..<4).map { rows[$0].edgeCount + rows[$0].nodeCount })
    #expect(rows.batch([3, 0]) == CrystalBatch([rows[3], rows[0]]))
    #expect(rows.contentWords(0) == rows.contentWords(2))
    #expect(rows.contentWords(0) != rows.contentWords(1))
  }

  @Test("A second cache finds the file; a damaged one is said once and made again")
  func files() throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let all = try crystals([4, 4.1, 4.2])
    let expected = try GraphCache(folder: folder).graphs(of: all, settings)
    let file = try #require(FileManager.default.contentsOfDirectory(atPath: folder.path).first)
    let path = folder.appendingPathComponent(file)
    let written = try Data(contentsOf: path)
    let said = Mutex<[String]>([])
    for place in [0, 8, 20, 40, written.count / 2, written.count - 1] {
      var damaged = written
      damaged[place] ^= 1
      try damaged.write(to: path)
      said.withLock { $0 = [] }
      let cache = GraphCache(folder: folder)
      cache.report { text in said.withLock { $0.append(text) } }
      let rows = try cache.graphs(of: all, settings)
      #expect((0..<3).allSatisfy { rows[$0] == expected[$0] })
      #expect(said.withLock { $0.count } == 1)
      #expect(try Data(contentsOf: path) == written)
    }
    try Data(written.prefix(10)).write(to: path)
    #expect(try GraphCache(folder: folder).graphs(of: all, settings)[2] == expected[2])
  }

  @Test("Other settings give other graphs of the same crystals")
  func otherSettings() throws {
    let all = try crystals([4])
    let cache = GraphCache()
    let near = try cache.graphs(of: all, settings)[0]
    let whole = try cache.graphs(
      of: all, GraphSettings(edges: .radius(6), foldsSites: false))[0]
    #expect(near != whole)
    #expect(try cache.graphs(of: all, settings)[0] == near)
  }

  @Test("Graphs in memory stay within their limit")
  func limit() throws {
    let cache = GraphCache(mostBytes: 10)
    let all = try crystals([4, 4.1])
    #expect(try cache.graphs(of: all, settings).count == 2)
    #expect(try cache.graphs(of: all, settings)[1] == CrystalGraph(of: all[1], settings))
  }

  @Test("Of a folder with a limit in memory, large sets alone become files, found by a later cache")
  func spill() throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    func files() -> Int {
      (try? FileManager.default.contentsOfDirectory(atPath: folder.path).count) ?? 0
    }
    let (few, more) = (try crystals([4]), try crystals([4.1, 4.2, 4.3, 4.4]))
    let small = try GraphSegment(
      [CrystalGraph(of: few[0], settings).bytes], keys: [ContentKey(few[0])]
    ).size
    let cache = GraphCache(folder: folder, mostBytes: 2 * small)
    _ = try cache.graphs(of: few, settings)
    #expect(files() == 0)
    let expected = try cache.graphs(of: more, settings)
    #expect(files() == 1)
    let again = try GraphCache(folder: folder, mostBytes: 2 * small).graphs(of: more, settings)
    #expect((0..<4).allSatisfy { again[$0] == expected[$0] } && files() == 1)
    // Sets that are known need no file, wherever they lie.
    #expect(try cache.graphs(of: few + more, settings)[4] == expected[3])
    #expect(files() == 1)
  }

  @Test("The oldest files make room")
  func room() throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (place, name) in ["old.graphs", "new.graphs", "other.txt"].enumerated() {
      let file = folder.appendingPathComponent(name)
      try Data(count: 100).write(to: file)
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: Double(1000 + place))],
        ofItemAtPath: file.path)
    }
    try CacheFolder(folder, pathExtension: "graphs", mostBytes: 250).makeRoom(for: 100)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(left == ["new.graphs", "other.txt"])
  }

  @Test("The first crystal without a graph is named")
  func refusal() throws {
    let overlap = try Crystal(
      lattice: CrystalGraphTests.cubic(4), elements: CrystalGraphTests.elements("Fe", "Ni"),
      positions: [.zero, SIMD3(0.002, 0, 0)])
    let error = #expect(throws: GraphRowError.self) {
      try GraphCache().graphs(of: try crystals([4]) + [overlap], settings)
    }
    #expect(error?.row == 1)
  }
}
