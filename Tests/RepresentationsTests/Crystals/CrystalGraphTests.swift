import Foundation
import Matter
import Testing

@testable import Representations

@Suite("Graphs of crystals")
struct CrystalGraphTests {
  static func cubic(_ edge: Double) throws -> Lattice {
    try Lattice(a: SIMD3(edge, 0, 0), b: SIMD3(0, edge, 0), c: SIMD3(0, 0, edge))
  }

  static func elements(_ symbols: String...) -> [Element] {
    symbols.compactMap { Element(symbol: $0) }
  }

  /// Rock salt in its cell of eight atoms.
  static func rockSalt() throws -> Crystal {
    let half = 0.5
    let corners: [SIMD3<Double>] = [
      SIMD3(0, 0, 0), SIMD3(0, half, half), SIMD3(half, 0, half), SIMD3(half, half, 0),
    ]
    return try Crystal(
      lattice: cubic(5.64),
      elements: Array(repeating: elements("Na")[0], count: 4)
        + Array(repeating: elements("Cl")[0], count: 4),
      positions: corners + corners.map { $0 + SIMD3(half, 0, 0) })
  }

  @Test("Rock salt folds to two nodes of four sites, with its six and twelve neighbors in shells")
  func rockSaltFolds() throws {
    let settings = GraphSettings(edges: .nearest(7))
    let graph = try CrystalGraph(of: Self.rockSalt(), settings)
    #expect(graph.nodeCount == 2)
    #expect(graph.multiplicities == [4, 4])
    #expect(graph.nodeOfSite == [0, 0, 0, 0, 1, 1, 1, 1])
    // Seven were asked for; the second shell is not cut.
    #expect(graph.edgeOffsets == [0, 18, 36])
    #expect(
      graph.shells == (0..<2).flatMap { _ in [0, 0, 0, 0, 0, 0] + Array(repeating: 1, count: 12) })
    #expect(graph.senders.prefix(6).allSatisfy { $0 == 1 })
    #expect(graph.senders.dropFirst(6).prefix(12).allSatisfy { $0 == 0 })
    let whole = try CrystalGraph(
      of: Self.rockSalt(), GraphSettings(edges: .nearest(7), foldsSites: false))
    #expect(whole.nodeCount == 8)
    #expect(whole.edgeCount == 8 * 18)
  }

  @Test("Angles keep sites apart that distances do not, and agree with symmetry where it is high")
  func angles() throws {
    for seesAngles in [false, true] {
      let graph = try CrystalGraph(
        of: Self.rockSalt(), GraphSettings(edges: .nearest(6), seesAngles: seesAngles))
      #expect(graph.nodeCount == 2)
    }
  }

  @Test("Folded nodes are the orbits of the space group", arguments: [true, false])
  func orbits(seesAngles: Bool) throws {
    // Rutile: two titanium sites are one orbit, four oxygen sites another.
    let u = 0.3053
    let crystal = try Crystal(
      lattice: try Lattice(a: SIMD3(4.594, 0, 0), b: SIMD3(0, 4.594, 0), c: SIMD3(0, 0, 2.959)),
      elements: Self.elements("Ti", "Ti", "O", "O", "O", "O"),
      positions: [
        SIMD3(0, 0, 0), SIMD3(0.5, 0.5, 0.5), SIMD3(u, u, 0), SIMD3(-u, -u, 0),
        SIMD3(0.5 - u, 0.5 + u, 0.5), SIMD3(0.5 + u, 0.5 - u, 0.5),
      ])
    let orbits = try CrystalSymmetry(of: crystal).equivalentSites
    let graph = try CrystalGraph(
      of: crystal, GraphSettings(edges: .nearest(12), seesAngles: seesAngles))
    #expect(graph.nodeCount == Set(orbits).count)
    #expect(graph.multiplicities == [2, 4])
    // A supercell folds to the same nodes.
    let large = try CrystalGraph(
      of: crystal.supercell(SIMD3(2, 1, 2)),
      GraphSettings(edges: .nearest(12), seesAngles: seesAngles))
    #expect(large.multiplicities.sorted() == [8, 16])
    #expect(large.edgeCount == graph.edgeCount)
  }

  @Test("A radius gives what a neighbor list gives")
  func radius() throws {
    let crystal = try Self.rockSalt()
    let graph = try CrystalGraph(of: crystal, GraphSettings(edges: .radius(4.5), foldsSites: false))
    let list = try NeighborList(of: crystal, cutoff: 4.5)
    #expect(graph.edgeOffsets == list.offsets.map(Int32.init))
    let lengths = stride(from: 0, to: graph.vectors.count, by: 3).map { place in
      let vector = graph.vectors[place..<place + 3]
      return Double(vector.reduce(0) { $0 + $1 * $1 }.squareRoot())
    }
    #expect(lengths.allSatisfy { $0 < 4.5 })
    let expected = list.displacements(in: crystal).map(length).sorted()
    #expect(zip(lengths.sorted(), expected).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test("Voronoi faces of a simple cubic crystal are those of a cube")
  func voronoi() throws {
    let crystal = try Crystal(
      lattice: Self.cubic(3), elements: Self.elements("Po"), positions: [.zero])
    let graph = try CrystalGraph(of: crystal, GraphSettings(edges: .voronoi))
    #expect(graph.edgeCount == 6)
    #expect(graph.areas.allSatisfy { abs($0 - 9) < 1e-4 })
  }

  @Test("An atom without neighbors within a radius has no edges")
  func alone() throws {
    let crystal = try Crystal(
      lattice: Self.cubic(20), elements: Self.elements("Ar"), positions: [.zero])
    let graph = try CrystalGraph(of: crystal, GraphSettings(edges: .radius(5)))
    #expect((graph.nodeCount, graph.edgeCount) == (1, 0))
    let near = try CrystalGraph(of: crystal, GraphSettings(edges: .nearest(12, within: 8)))
    #expect(near.edgeCount == 0)
  }

  @Test("Shared sites keep their shares; full atoms at one place are refused with their distance")
  func sharedSites() throws {
    let species = Self.elements("Fe", "Ni").map { Species($0) }
    let alloy = try Crystal(
      lattice: Self.cubic(2.9),
      occupants: [Occupant(species[0], occupancy: 0.6), Occupant(species[1], occupancy: 0.3)],
      counts: [2], positions: [.zero])
    let graph = try CrystalGraph(of: alloy, GraphSettings(edges: .nearest(6)))
    #expect(graph.atomicNumbers == [26, 28])
    #expect(graph.shares == [0.6, 0.3])
    let places = [SIMD3(0, 0, 0), SIMD3(0.002, 0, 0)]
    let split = try Crystal(
      lattice: Self.cubic(4),
      occupants: [Occupant(species[0], occupancy: 0.5), Occupant(species[1], occupancy: 0.5)],
      positions: places)
    #expect(try CrystalGraph(of: split, GraphSettings(edges: .nearest(6))).nodeCount == 2)
    let overlap = try Crystal(
      lattice: Self.cubic(4), elements: Self.elements("Fe", "Ni"), positions: places)
    #expect(throws: CrystalGraphError.sitesOverlap(0, 1, distance: 0.008)) {
      try CrystalGraph(of: overlap, GraphSettings(edges: .nearest(6)))
    }
  }

  @Test("Bytes give the same graph, and fewer of them none")
  func bytes() throws {
    let graph = try CrystalGraph(of: Self.rockSalt(), GraphSettings(edges: .voronoi))
    let bytes = graph.bytes
    #expect(bytes.withUnsafeBytes { CrystalGraph($0) } == graph)
    for end in [0, 19, bytes.count - 1] {
      #expect(bytes.prefix(end).withUnsafeBytes { CrystalGraph($0) } == nil)
    }
  }

  @Test("A batch numbers nodes and edges one after the other")
  func batch() throws {
    let settings = GraphSettings(edges: .nearest(6))
    let graph = try CrystalGraph(of: Self.rockSalt(), settings)
    let batch = CrystalBatch([graph, graph])
    #expect(batch.count == 2)
    #expect(batch.nodeOffsets == [0, 2, 4])
    #expect(batch.edgeOffsets == [0, 6, 12, 18, 24])
    #expect(batch.senders.dropFirst(12).map { $0 - 2 } == Array(batch.senders.prefix(12)))
    #expect(batch.atomicNumbers == [11, 17, 11, 17])
  }
}
