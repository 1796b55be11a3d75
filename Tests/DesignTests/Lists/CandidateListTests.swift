import DenseMath
import Design
import Foundation
import Matter
import Testing

@Suite("Lists of candidates")
struct CandidateListTests {
  static func formulas(_ count: Int, seed: UInt64) throws -> [Composition] {
    var generator = SplitMix64(seed: seed)
    return try (0..<count).map { _ in
      var amounts: [Element: Double] = [:]
      for _ in 0..<1 + generator.index(below: 5) {
        amounts[Element.all[generator.index(below: 90)]] =
          0.25 * Double(1 + generator.index(below: 3))
      }
      return try Composition(amounts)
    }
  }

  /// Crystals with all that a site may hold, formulas, settings, and both.
  static func mixed(_ count: Int, seed: UInt64) throws -> [Candidate] {
    var generator = SplitMix64(seed: seed)
    func draw() -> SIMD3<Double> {
      SIMD3(generator.normal(), generator.uniform(), -generator.uniform())
    }
    return try (0..<count).map { number in
      let variables = (0..<number % 3).map { _ in generator.normal() }
      let formula = try Composition([
        Element.all[generator.index(below: 100)]: 1 + generator.uniform()
      ])
      guard number % 4 > 0 else { return Candidate(variables: variables + [generator.normal()]) }
      guard number % 4 > 1 else { return Candidate(formula, variables: variables) }
      let sites = 1 + generator.index(below: 6)
      let counts = number % 8 == 3 ? (0..<sites).map { _ in 2 } : nil
      let occupants = (0..<(counts == nil ? sites : 2 * sites)).map { place in
        Occupant(
          Species(
            Element.all[generator.index(below: 100)],
            oxidationState: number % 8 == 2 ? Double(place) - 1.5 : nil,
            massNumber: number % 8 == 6 && place == 0 ? 2 : nil),
          occupancy: counts == nil ? 1 : 0.25 + 0.2 * generator.uniform())
      }
      let crystal = try Crystal(
        lattice: Lattice(
          a: SIMD3(3 + generator.uniform(), 0, 0), b: SIMD3(-0.5, 4, 0), c: SIMD3(0.1, 0.2, 5)),
        occupants: occupants, counts: counts, positions: (0..<sites).map { _ in draw() },
        labels: number % 16 == 7 ? (0..<sites).map { "Fe\($0)″" } : nil,
        magneticMoments: number % 16 == 11 ? (0..<sites).map { _ in draw() } : nil)
      return Candidate(crystal, variables: variables)
    }
  }

  private func list(_ candidates: [Candidate]) throws -> CandidateList {
    var builder = CandidateList.Builder()
    for candidate in candidates { try builder.append(candidate) }
    return try builder.finish()
  }

  private func list(_ compositions: [Composition]) throws -> CandidateList {
    try list(compositions.map { Candidate($0) })
  }

  /// The first of equal candidates.
  private func different(_ candidates: [Candidate]) -> [Candidate] {
    var seen: Set<Candidate> = []
    return candidates.filter { seen.insert($0).inserted }
  }

  @Test(
    "Members are the candidates, each once and in their order, to the last bit",
    arguments: [200, 20_000])
  func members(count: Int) throws {
    let own = try Self.mixed(count, seed: 1)
    let all = own + own.prefix(100) + [Candidate(try Composition(formula: "Fe2O3")), own[7]]
    let expected = different(all)
    for list in [try list(all), try CandidateList(all)] {
      #expect(list.count == expected.count && list.count < all.count)
      #expect(list.candidates.elementsEqual(expected))
      #expect(list.candidate(at: 5) == expected[5])
      #expect(expected.allSatisfy(list.contains))
      let known = Set(expected)
      let others = try Self.mixed(1000, seed: 2) + Self.formulas(100, seed: 3).map { Candidate($0) }
      #expect(others.allSatisfy { list.contains($0) == known.contains($0) })
      #expect(!list.contains(Candidate(try Composition(formula: "Fe4O6"))))
      #expect(!list.contains(expected[1].with(variables: [1, 2, 3])))
    }
  }

  @Test("A zero is a member whatever its sign, and keeps it")
  func zeros() throws {
    let list = try list([-0.0, 0, 1].map { Candidate(variables: [$0]) })
    #expect(list.count == 2)
    #expect(list.contains(Candidate(variables: [0])) && list.contains(Candidate(variables: [-0.0])))
    #expect(list.candidate(at: 0).variables[0].sign == .minus)
  }

  @Test("A long list lies in a mapped file")
  func mapping() throws {
    let list = try list(try Self.mixed(20_000, seed: 4))
    // Mappings are told piece by piece while other tests map and unmap: one look may miss one.
    let isMapped = try (0..<50).contains { _ in
      try String(contentsOfFile: "/proc/self/maps", encoding: .utf8).contains("athanor-list-")
    }
    #expect(isMapped)
    withExtendedLifetime(list) { #expect(list.count > 19_000) }
  }

  @Test("Nothing is no list")
  func empty() throws {
    #expect(throws: SpaceError.empty) { try list([Candidate]()) }
    #expect(throws: SpaceError.empty) { try CandidateList([]) }
  }

  @Test("A long list is searched from end to end, as if it were scored at once")
  func search() throws {
    let list = try list(try Self.formulas(12_000, seed: 3))
    var search = SpaceSearch()
    func score(_ candidates: [Candidate]) -> [Double] {
      candidates.map { candidate in
        let composition = candidate.composition
        // Few different values, so that ties occur.
        return (composition.fraction(of: composition.elements[0]) * 8).rounded()
          + Double(composition.elements.count % 3)
      }
    }
    let excluded = Set((0..<50).map { list.candidate(at: $0 * 7) })
    let found = search.best(40, in: list, excluding: excluded, seed: 1, score: score)
    search.enumerationLimit = 1_000_000
    let expected = search.best(40, in: list, excluding: excluded, seed: 2, score: score)
    #expect(found == expected)
    search.enumerationLimit = 5000
    var asked = 0
    _ = search.best(40, in: list, excluding: [], seed: 1, readsLists: false) {
      asked += $0.count
      return score($0)
    }
    #expect(asked == search.poolSize)
  }
}
