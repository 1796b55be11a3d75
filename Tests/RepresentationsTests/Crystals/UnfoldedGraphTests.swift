import DenseMath
import Matter
import Testing

@testable import Representations

@Suite("Unfolded graphs")
struct UnfoldedGraphTests {
  static let rules: [EdgeRule] = [.radius(4.5), .nearest(12, within: 8), .voronoi]

  @Test(
    "Every neighbor leads where its image says, as far as its edge is long",
    arguments: CrystalFixture.allCases, rules)
  func places(fixture: CrystalFixture, rule: EdgeRule) throws {
    let crystal = try fixture.crystal
    for seesAngles in [false, true] {
      let settings = GraphSettings(
        edges: rule, foldsSites: true, foldsEdges: true, seesAngles: seesAngles)
      let unfolded = try UnfoldedGraph(of: crystal, settings)
      let graph = unfolded.graph
      for neighbor in unfolded.neighbors {
        let (from, to) = (crystal.positions[neighbor.site], crystal.positions[neighbor.neighbor])
        let vector = crystal.lattice.cartesian(to + SIMD3<Double>(neighbor.image) - from)
        #expect(abs(length(vector) - neighbor.distance) < 1e-9)
        let edge = neighbor.edge
        let node = Int(graph.nodeOfSite[neighbor.site])
        #expect((graph.edgeOffsets[node]..<graph.edgeOffsets[node + 1]).contains(Int32(edge)))
        #expect(graph.senders[edge] == graph.nodeOfSite[neighbor.neighbor])
        let own = SIMD3(
          Double(graph.vectors[3 * edge]), Double(graph.vectors[3 * edge + 1]),
          Double(graph.vectors[3 * edge + 2]))
        #expect(abs(length(own) - neighbor.distance) < 1e-3)
      }
      // Each edge stands for as many neighbors as it counts, at each of its node's sites.
      for node in 0..<graph.nodeCount {
        for edge in graph.edgeOffsets[node]..<graph.edgeOffsets[node + 1] {
          let count = Double(graph.multiplicities[node] * graph.counts[Int(edge)])
          #expect(Double(unfolded.edgeCounts[Int(edge)]) == count)
        }
      }
      #expect(unfolded.edgeCounts.reduce(0, +) == unfolded.neighbors.count)
    }
  }

  @Test("Without folding every neighbor has an edge of its own", arguments: CrystalFixture.allCases)
  func whole(fixture: CrystalFixture) throws {
    let settings = GraphSettings(
      edges: .nearest(12, within: 8), foldsSites: false, foldsEdges: false)
    let unfolded = try UnfoldedGraph(of: try fixture.crystal, settings)
    #expect(unfolded.neighbors.map(\.edge) == Array(0..<unfolded.graph.edgeCount))
    #expect(unfolded.edgeCounts.allSatisfy { $0 == 1 })
  }
}
