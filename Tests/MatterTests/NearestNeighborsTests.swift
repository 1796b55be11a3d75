import DenseMath
import Matter
import Testing

@Suite("Nearest neighbors")
struct NearestNeighborsTests {
  /// Cells of one copper atom: shells of 12, 6, 24, 12 and so on.
  private func copper(_ vectors: [SIMD3<Double>]) throws -> Crystal {
    let element = try #require(Element(symbol: "Cu"))
    return try Crystal(
      lattice: Lattice(a: vectors[0], b: vectors[1], c: vectors[2]), elements: [element],
      positions: [SIMD3(0.3, 0.1, 5.7)])
  }

  @Test(
    "Completes the shell that the last neighbor is in",
    arguments: [(1, 12), (12, 12), (13, 18), (18, 18), (19, 42), (43, 54), (100, 134)])
  func completesShells(count: Int, found: Int) throws {
    let crystal = try copper([SIMD3(0, 1.8, 1.8), SIMD3(1.8, 0, 1.8), SIMD3(1.8, 1.8, 0)])
    let nearest = try NearestNeighbors(of: crystal, count: count)
    #expect(nearest.neighbors.count == found)
    #expect(nearest.distances == nearest.distances.sorted())
  }

  @Test("Does not depend on the cell", arguments: [5.0, -3, 40])
  func isIndependentOfCell(shear: Double) throws {
    let (a, b, c) = (SIMD3(0, 1.8, 1.8), SIMD3(1.8, 0, 1.8), SIMD3(1.8, 1.8, 0))
    let plain = try NearestNeighbors(of: copper([a, b, c]), count: 30)
    let skewed = try NearestNeighbors(of: copper([a, b + shear * a, c - shear * b]), count: 30)
    #expect(plain.distances.count == skewed.distances.count)
    #expect(zip(plain.distances, skewed.distances).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  @Test("Each row is the beginning of the full list", arguments: UInt64(0)..<12)
  func agreesWithList(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let element = try #require(Element(symbol: "Si"))
    let positions = (0..<7).map { _ in SIMD3(rng.uniform(), rng.uniform(), rng.uniform()) }
    let crystal = try Crystal(
      lattice: Lattice(a: SIMD3(5, 0, 0), b: SIMD3(2, 6, 0), c: SIMD3(-1, 1, 25)),
      elements: [Element](repeating: element, count: 7), positions: positions)
    let nearest = try NearestNeighbors(of: crystal, count: 9, shellTolerance: 0)
    let list = try NeighborList(of: crystal, cutoff: 12)
    let lengths = list.displacements(in: crystal).map { length($0) }
    for site in 0..<7 {
      let row = Array(nearest.distances[nearest.row(site)])
      let expected = lengths[list.row(site)].sorted().prefix(row.count)
      #expect(row.count >= 9)
      #expect(zip(row, expected).allSatisfy { abs($0 - $1) < 1e-12 })
    }
  }

  @Test("Refuses a count that fits no list")
  func refuses() throws {
    let crystal = try copper([SIMD3(0, 1.8, 1.8), SIMD3(1.8, 0, 1.8), SIMD3(1.8, 1.8, 0)])
    #expect(throws: NeighborListError.self) {
      try NearestNeighbors(of: crystal, count: 1 << 40)
    }
    #expect(throws: NeighborListError.self) {
      try NearestNeighbors(of: crystal, count: 4, shellTolerance: .nan)
    }
  }
}
