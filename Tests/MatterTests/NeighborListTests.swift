import DenseMath
import Matter
import Testing

@Suite("Neighbor list")
struct NeighborListTests {
  /// All pairs by brute force over enough images of every pair, as (i, j, image).
  private func pairs(
    _ crystal: Crystal, cutoff: Double
  ) -> Set<[Int]> {
    let lattice = crystal.lattice
    let (u, v, w) = lattice.reciprocal
    let reach = SIMD3(length(u), length(v), length(w)) * cutoff
    var result: Set<[Int]> = []
    for (i, p) in crystal.positions.enumerated() {
      for (j, q) in crystal.positions.enumerated() {
        let low = SIMD3<Int>((p - q - reach).rounded(.down)) &- 1
        let high = SIMD3<Int>((p - q + reach).rounded(.up)) &+ 1
        for x in low.x...high.x {
          for y in low.y...high.y {
            for z in low.z...high.z where i != j || (x, y, z) != (0, 0, 0) {
              let image = SIMD3(Double(x), Double(y), Double(z))
              let d = lattice.cartesian(q - p + image)
              if dot(d, d) < cutoff * cutoff { result.insert([i, j, x, y, z]) }
            }
          }
        }
      }
    }
    return result
  }

  private func listed(_ list: NeighborList) -> [[Int]] {
    (0..<list.siteCount).flatMap { site in
      list.row(site).map { pair in
        let n = list.images[pair]
        return [site, Int(list.neighbors[pair]), Int(n.x), Int(n.y), Int(n.z)]
      }
    }
  }

  /// A random cell: few or many sites, compact or badly skewed, positions far outside it.
  private func cell(
    _ rng: inout SplitMix64, sites: Int? = nil
  ) throws -> (Crystal, cutoff: Double) {
    func vector(_ size: Double) -> SIMD3<Double> {
      SIMD3(rng.uniform() - 0.5, rng.uniform() - 0.5, rng.uniform() - 0.5) * size
    }
    let edge = 2 + 6 * rng.uniform()
    let a = SIMD3(edge, 0, 0) + vector(1)
    let b = SIMD3(0, edge, 0) + vector(1) + Double(rng.index(below: 5) - 2) * a
    let c = SIMD3(0, 0, edge) + vector(1) + Double(rng.index(below: 7) - 3) * a
    let count = sites ?? 1 + rng.index(below: 12)
    let silver = try #require(Element(symbol: "Ag"))
    let crystal = try Crystal(
      lattice: Lattice(a: a, b: b, c: c), elements: [Element](repeating: silver, count: count),
      positions: (0..<count).map { _ in vector(6) })
    return (crystal, 0.5 + 6.5 * rng.uniform())
  }

  @Test("Finds the pairs of an exhaustive search, sorted", arguments: UInt64(0)..<60)
  func matchesExhaustiveSearch(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let (crystal, cutoff) = try cell(&rng)
    let list = try NeighborList(of: crystal, cutoff: cutoff)
    let found = listed(list)
    #expect(Set(found) == pairs(crystal, cutoff: cutoff))
    #expect(Set(found).count == found.count)
    #expect(zip(found, found.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
  }

  @Test("A half list holds one direction of each pair", arguments: UInt64(0)..<30)
  func halves(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let (crystal, cutoff) = try cell(&rng)
    let half = listed(try NeighborList(of: crystal, cutoff: cutoff, kind: .half))
    let back = half.map { [$0[1], $0[0], -$0[2], -$0[3], -$0[4]] }
    let full = listed(try NeighborList(of: crystal, cutoff: cutoff))
    #expect(Set(half).isDisjoint(with: back))
    #expect(Set(half).union(back) == Set(full))
    #expect(2 * half.count == full.count)
  }

  @Test(
    "Finds the pairs of an exhaustive search among many sites",
    arguments: zip(UInt64(0)..<8, [101, 101, 102, 110, 120, 130, 140, 150]))
  func matchesExhaustiveSearchOfMany(seed: UInt64, sites: Int) throws {
    var rng = SplitMix64(seed: seed)
    let (crystal, longest) = try cell(&rng, sites: sites)
    let cutoff = 0.5 * longest
    let found = listed(try NeighborList(of: crystal, cutoff: cutoff))
    #expect(Set(found) == pairs(crystal, cutoff: cutoff))
    #expect(Set(found).count == found.count)
    #expect(zip(found, found.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
    let half = listed(try NeighborList(of: crystal, cutoff: cutoff, kind: .half))
    let back = half.map { [$0[1], $0[0], -$0[2], -$0[3], -$0[4]] }
    #expect(Set(half).union(back) == Set(found))
    #expect(2 * half.count == found.count)
    #expect(zip(half, half.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
  }

  @Test("Is symmetric where distances round to the cutoff", arguments: [2, 3, 4, 5, 6, 7])
  func isSymmetricAtTheCutoff(size: Int) throws {
    let copper = try #require(Element(symbol: "Cu"))
    let edge = 3.615 * Double(size)
    let lattice = try Lattice(a: SIMD3(edge, 0, 0), b: SIMD3(0, edge, 0), c: SIMD3(0, 0, edge))
    var positions: [SIMD3<Double>] = []
    for i in 0..<size {
      for j in 0..<size {
        for k in 0..<size {
          let corner = SIMD3(Double(i), Double(j), Double(k))
          for b in [SIMD3(0.1, 0.1, 0.1), SIMD3(0.1, 0.6, 0.6), SIMD3(0.6, 0.1, 0.6)] {
            positions.append((corner + b) / Double(size))
          }
        }
      }
    }
    let crystal = try Crystal(
      lattice: lattice, elements: [Element](repeating: copper, count: positions.count),
      positions: positions)
    let found = Set(listed(try NeighborList(of: crystal, cutoff: 3.615)))
    #expect(found == Set(found.map { [$0[1], $0[0], -$0[2], -$0[3], -$0[4]] }))
  }

  @Test("One search gives the same lists as single ones")
  func reusesMemory() throws {
    var search = NeighborSearch()
    for seed in UInt64(0)..<12 {
      var rng = SplitMix64(seed: seed)
      let (crystal, cutoff) = try cell(&rng)
      let list = try search.list(of: crystal, cutoff: cutoff)
      let single = try NeighborList(of: crystal, cutoff: cutoff)
      #expect(list.offsets == single.offsets)
      #expect(list.neighbors == single.neighbors)
      #expect(list.images == single.images)
    }
  }

  @Test("Refuses what would not fit, without asking for the memory")
  func refusesTooMuch() throws {
    let copper = try #require(Element(symbol: "Cu"))
    let cube = try Lattice(a: SIMD3(1, 0, 0), b: SIMD3(0, 1, 0), c: SIMD3(0, 0, 1))
    let flat = try Lattice(a: SIMD3(1, 0, 0), b: SIMD3(0, 1, 0), c: SIMD3(1e4, 1e4, 0.01))
    let one = [SIMD3<Double>.zero]
    #expect(throws: NeighborListError.self) {
      try NeighborList(lattice: cube, positions: one, cutoff: 1000)
    }
    #expect(throws: NeighborListError.positionTooFar(site: 0)) {
      try NeighborList(lattice: cube, positions: [SIMD3(1e300, 0, 0)], cutoff: 1)
    }
    #expect(throws: NeighborListError.self) {
      try NeighborList(lattice: flat, positions: one, cutoff: 1000)
    }
    #expect(try NeighborList(lattice: flat, positions: one, cutoff: 2).pairCount > 0)
    // 20,000 atoms at one place have 4·10⁸ pairs.
    let heap = [SIMD3<Double>](repeating: SIMD3(0.5, 0.5, 0.5), count: 20_000)
    let room = try Lattice(a: SIMD3(900, 0, 0), b: SIMD3(0, 900, 0), c: SIMD3(0, 0, 900))
    #expect(throws: NeighborListError.self) {
      try NeighborList(lattice: room, positions: heap, cutoff: 5)
    }
    let far = try Crystal(
      lattice: cube, elements: [copper], positions: [SIMD3(1e7 + 0.25, -1e7, 3)])
    #expect(try NeighborList(of: far, cutoff: 1.01).pairCount == 6)
  }

  @Test("Displacements are shorter than the cutoff and match their images")
  func displaces() throws {
    var rng = SplitMix64(seed: 7)
    let (crystal, cutoff) = try cell(&rng)
    let list = try NeighborList(of: crystal, cutoff: cutoff)
    let vectors = list.displacements(in: crystal)
    #expect(vectors.count == list.pairCount)
    #expect(vectors.allSatisfy { length($0) < cutoff })
  }

  @Test(
    "Counts the shells of a face-centered cubic crystal",
    arguments: [(1.2, 18), (1.3, 42), (1.45, 54), (2.1, 140)])
  func countsShells(cutoff: Double, neighbors: Int) throws {
    // Shells of 12, 6, 24, 12, 24, 8, 48 and 6 at √(n/2) for n = 1 … 8.
    let copper = try #require(Element(symbol: "Cu"))
    let lattice = try Lattice(
      a: SIMD3(0, 0.5, 0.5), b: SIMD3(0.5, 0, 0.5), c: SIMD3(0.5, 0.5, 0))
    let one = try Crystal(lattice: lattice, elements: [copper], positions: [.zero])
    #expect(try NeighborList(of: one, cutoff: cutoff).pairCount == neighbors)
    let edge = 12.0
    var sites: [SIMD3<Double>] = []
    for i in 0..<12 {
      for j in 0..<12 {
        for k in 0..<12 {
          sites.append(SIMD3(Double(i), Double(j), Double(k)) / edge)
        }
      }
    }
    let block = try Crystal(
      lattice: Lattice(a: edge * lattice.a, b: edge * lattice.b, c: edge * lattice.c),
      elements: [Element](repeating: copper, count: sites.count), positions: sites)
    let list = try NeighborList(of: block, cutoff: cutoff)
    #expect((0..<list.siteCount).allSatisfy { list.row($0).count == neighbors })
  }

  @Test("Refuses a cutoff or a position that is no number")
  func refuses() throws {
    let copper = try #require(Element(symbol: "Cu"))
    let lattice = try Lattice(a: SIMD3(1, 0, 0), b: SIMD3(0, 1, 0), c: SIMD3(0, 0, 1))
    let crystal = try Crystal(lattice: lattice, elements: [copper], positions: [.zero])
    #expect(throws: NeighborListError.invalidCutoff(-1)) {
      try NeighborList(of: crystal, cutoff: -1)
    }
    #expect(throws: NeighborListError.invalidCutoff(.infinity)) {
      try NeighborList(of: crystal, cutoff: .infinity)
    }
    #expect(throws: NeighborListError.positionNotFinite(site: 1)) {
      try NeighborList(
        lattice: lattice, positions: [.zero, SIMD3(0, .infinity, 0)], cutoff: 1)
    }
    #expect(throws: NeighborListError.self) { try NeighborList(of: crystal, cutoff: 1e7) }
  }

  @Test("Lists sites at the same place at distance zero, never a site with itself")
  func listsCoincidentSites() throws {
    let copper = try #require(Element(symbol: "Cu"))
    let lattice = try Lattice(a: SIMD3(9, 0, 0), b: SIMD3(0, 9, 0), c: SIMD3(0, 0, 9))
    let place = SIMD3(0.25, 0.5, -1e-17)
    let crystal = try Crystal(
      lattice: lattice, elements: [copper, copper], positions: [place, place + SIMD3(1, 0, 0)])
    let list = try NeighborList(of: crystal, cutoff: 1)
    #expect(list.neighbors == [1, 0])
    #expect(list.images == [SIMD3(-1, 0, 0), SIMD3(1, 0, 0)])
  }
}
