import DenseMath
import Matter
import Testing

@testable import Representations

@Suite("SkipAtom")
struct SkipAtomTests {
  static func element(_ symbol: String) throws -> Element {
    try #require(Element(symbol: symbol))
  }

  /// Rock salt in its primitive cell.
  private func rockSalt(_ cation: String, _ anion: String, _ half: Double) throws -> Crystal {
    try Crystal(
      lattice: Lattice(
        a: SIMD3(0, half, half), b: SIMD3(half, 0, half), c: SIMD3(half, half, 0)),
      elements: [Self.element(cation), Self.element(anion)],
      positions: [.zero, SIMD3(0.5, 0.5, 0.5)])
  }

  /// Each element of a pair with each of the other side, `count` times.
  private func counts(_ pairs: [(String, String, Double)]) throws -> ElementPairCounts {
    var counts = ElementPairCounts()
    for (one, other, count) in pairs {
      let (one, other) = (try Self.element(one), try Self.element(other))
      counts.add([
        ElementPair(center: one, neighbor: other, count: count),
        ElementPair(center: other, neighbor: one, count: count),
      ])
    }
    return counts
  }

  @Test("Rock salt has six bonds to the other element at each site, in any cell")
  func bonds() throws {
    let salt = try rockSalt("Na", "Cl", 2.82)
    let (sodium, chlorine) = (try Self.element("Na"), try Self.element("Cl"))
    let expected = [
      ElementPair(center: sodium, neighbor: chlorine, count: 3),
      ElementPair(center: chlorine, neighbor: sodium, count: 3),
    ]
    #expect(try ElementPair.pairs(of: salt) == expected)
    let large = try ElementPair.pairs(of: salt.supercell(SIMD3(2, 1, 3)))
    #expect(large.map(\.center) == expected.map(\.center))
    #expect(zip(large, expected).allSatisfy { abs($0.count - $1.count) < 1e-12 })
  }

  @Test("A site that two elements share counts for both by their shares")
  func sharedSites() throws {
    let half = 2.1
    let (iron, magnesium) = (try Self.element("Fe"), try Self.element("Mg"))
    let crystal = try Crystal(
      lattice: Lattice(
        a: SIMD3(0, half, half), b: SIMD3(half, 0, half), c: SIMD3(half, half, 0)),
      occupants: [
        Occupant(Species(iron), occupancy: 0.25), Occupant(Species(magnesium), occupancy: 0.75),
        Occupant(Species(try Self.element("O")), occupancy: 1),
      ], counts: [2, 1], positions: [.zero, SIMD3(0.5, 0.5, 0.5)])
    var counts = ElementPairCounts()
    counts.add(try ElementPair.pairs(of: crystal))
    #expect(abs(counts.count(of: iron) - 0.75) < 1e-12)
    #expect(abs(counts.count(of: magnesium) - 2.25) < 1e-12)
    #expect(abs(counts.total - 6) < 1e-12)
  }

  @Test("The gradient is that of finite differences", arguments: UInt64(0)..<3)
  func gradient(seed: UInt64) throws {
    let counts = try counts([("Na", "Cl", 3), ("K", "Cl", 2), ("K", "Br", 4), ("Mg", "O", 1)])
    let problem = SkipAtomProblem(counts, elements: counts.elements, width: 3)
    var generator = SplitMix64(seed: seed)
    let weights = problem.start(seed: seed).map { $0 + 0.3 * generator.normal() }
    let gradient = problem.lossAndGradient(weights).gradient
    for place in weights.indices {
      let ends = [1e-5, -1e-5].map { step in
        var moved = weights
        moved[place] += step
        return problem.lossAndGradient(moved).loss
      }
      #expect(abs((ends[0] - ends[1]) / 2e-5 - gradient[place]) < 1e-8)
    }
  }

  /// The least cross-entropy is the entropy of the neighbor given the center.
  @Test("Wide vectors reach the entropy of the pairs; elements of like neighbors become alike")
  func training() throws {
    let counts = try counts([
      ("Na", "Cl", 3), ("K", "Cl", 3), ("Na", "Br", 1), ("K", "Br", 1), ("Mg", "O", 2),
      ("Ca", "O", 2), ("Mg", "S", 2), ("Ca", "S", 2),
    ])
    var model = SkipAtom()
    model.width = 12
    model.steps = 3000
    let result = try model.vectors(counts, seed: 1)
    // Halves are centers that see 3 : 1, and 1 : 1; and anions, which see two cations equally often.
    let entropy = 0.25 * (0.75 * 0.28768 + 0.25 * 1.38629) + 0.75 * 0.69315
    #expect(abs(result.crossEntropy - entropy) < 2e-3)
    let vectors = try ["Na", "K", "Mg", "Ca"].map { symbol in
      try #require(result.vectors[Self.element(symbol)])
    }
    let distances = CosineDistances(vectors)
    #expect(distances[0, 1] < 0.5 * distances[0, 2] && distances[2, 3] < 0.5 * distances[1, 3])
    #expect(try model.vectors(counts, seed: 1).vectors == result.vectors)
    #expect(try model.vectors(counts, seed: 2).vectors != result.vectors)
  }

  @Test("Bonds within one element are left out, and elements without others have no vector")
  func selfBonds() throws {
    var counts = try counts([("Na", "Cl", 3), ("K", "Br", 2)])
    let argon = try Self.element("Ar")
    counts.add([ElementPair(center: argon, neighbor: argon, count: 12)])
    var model = SkipAtom()
    (model.width, model.steps) = (4, 5)
    let result = try model.vectors(counts, seed: 0)
    #expect(result.withoutBonds == [argon] && result.vectors[argon] == nil)
    model.selfBonds = true
    #expect(try model.vectors(counts, seed: 0).vectors[argon]?.count == 4)
    var alone = ElementPairCounts()
    alone.add([ElementPair(center: argon, neighbor: argon, count: 12)])
    let error = #expect(throws: ElementLearningError.self) {
      try SkipAtom().vectors(alone, seed: 0)
    }
    #expect(error?.description.contains("one element alone, Argon") == true)
  }

  @Test("A rare element borrows from its neighbors in the table, the nearest most")
  func induction() throws {
    // Of one group and period, electronegativities 1.25, 1.23 and 1.24; and one far away.
    let symbols = ["Tm", "Ho", "Er", "Cl"]
    let elements = try symbols.map { try Self.element($0) }
    let vectors = Dictionary(
      uniqueKeysWithValues: zip(elements, [[0, 0.0], [1, 0], [0, 1], [5, 5]]))
    let seen = Dictionary(uniqueKeysWithValues: zip(elements, [1, 100, 100.0, 100]))
    var induction = ElementInduction(threshold: 10)
    induction.similar = 2
    #expect(induction.nearest(to: elements[0], among: elements) == [elements[2], elements[1]])
    let (result, rare) = induction(vectors, counts: seen)
    #expect(rare == [elements[0]])
    // (1 · [0, 1] + e⁻¹ · [1, 0]) / 2
    let vector = try #require(result[elements[0]])
    #expect(abs(vector[1] - 0.5) < 1e-12 && abs(vector[0] - 0.18393972) < 1e-8)
    #expect(result[elements[1]] == [1, 0])
  }
}
