import Foundation
import Matter
import Testing

@testable import Representations

@Suite("Folded edges")
struct EdgeFoldingTests {
  func graph(
    _ crystal: Crystal, sites: Bool = false, edges: Bool, seesAngles: Bool
  ) throws -> CrystalGraph {
    try CrystalGraph(
      of: crystal,
      GraphSettings(
        edges: .nearest(12), foldsSites: sites, foldsEdges: edges, seesAngles: seesAngles))
  }

  @Test(
    "Counts add up to all edges, and those of pairs to all pairs",
    arguments: CrystalFixture.allCases, [false, true])
  func counts(fixture: CrystalFixture, seesAngles: Bool) throws {
    let crystal = try fixture.crystal
    let whole = try graph(crystal, edges: false, seesAngles: seesAngles)
    let folded = try graph(crystal, edges: true, seesAngles: seesAngles)
    #expect(whole.counts.allSatisfy { $0 == 1 } && whole.pairOffsets.isEmpty)
    #expect(folded.pairOffsets.isEmpty != seesAngles)
    for node in 0..<whole.nodeCount {
      let degree = Float(whole.edgeOffsets[node + 1] - whole.edgeOffsets[node])
      let row = Int(folded.edgeOffsets[node])..<Int(folded.edgeOffsets[node + 1])
      #expect(folded.counts[row].reduce(0, +) == degree)
      for edge in row where seesAngles {
        let pairs = Int(folded.pairOffsets[edge])..<Int(folded.pairOffsets[edge + 1])
        #expect(folded.pairCounts[pairs].reduce(0, +) == degree)
        #expect(folded.pairSenders[pairs].allSatisfy { row.contains(Int($0)) })
      }
    }
  }

  /// The twelve anions around strontium are of one kind, in a cuboctahedron with five angles; titanium
  /// sees anions and strontium, an anion both cations and other anions.
  @Test("A cubic perovskite has three nodes, six edges and few angles")
  func perovskite() throws {
    let folded = try graph(
      try CrystalFixture.perovskite.crystal, sites: true, edges: true, seesAngles: true)
    #expect(folded.nodeCount == 3)
    #expect(folded.edgeCount == 6)
    #expect(folded.counts == [12, 6, 8, 2, 4, 8])
    #expect(folded.pairCosines[..<5].sorted().map { ($0 * 2).rounded() } == [-2, -1, 0, 1, 2])
    #expect(folded.pairCounts[..<5].sorted() == [1, 1, 2, 4, 4])
  }

  @Test("Without symmetry nothing is folded")
  func random() throws {
    let crystal = try CrystalFixture.random.crystal
    let whole = try graph(crystal, edges: false, seesAngles: true)
    let folded = try graph(crystal, sites: true, edges: true, seesAngles: true)
    #expect(folded.edgeCount == whole.edgeCount && folded.nodeCount == whole.nodeCount)
  }

  @Test("Graphs come back from their bytes", arguments: [false, true])
  func bytes(seesAngles: Bool) throws {
    for fixture in CrystalFixture.allCases {
      let graph = try graph(
        try fixture.crystal, sites: true, edges: true, seesAngles: seesAngles)
      let again = graph.bytes.withUnsafeBytes { CrystalGraph($0) }
      #expect(again == graph)
      #expect(graph.bytes.dropLast(4).withUnsafeBytes { CrystalGraph($0) } == nil)
    }
  }
}
