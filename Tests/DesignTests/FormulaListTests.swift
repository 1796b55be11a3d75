import DenseMath
import Design
import Matter
import Testing

@Suite("Lists of formulas on disk")
struct FormulaListTests {
  private func formulas(_ count: Int, seed: UInt64) throws -> [Composition] {
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

  private func list(_ compositions: [Composition]) throws -> FormulaList {
    var builder = try FormulaList.Builder()
    for composition in compositions { try builder.append(composition) }
    return try builder.finish()
  }

  @Test("Members are those of a list in memory, each once and in its order")
  func members() throws {
    let own = try formulas(3000, seed: 1)
    let all = own + own.prefix(500) + [try Composition(formula: "Fe2O3"), own[7]]
    let (list, memory) = (try list(all), try CandidateList(all.map { Candidate($0) }))
    #expect(list.count == memory.count && list.count < all.count)
    #expect((0..<list.count).allSatisfy { list.candidate(at: $0) == memory.candidate(at: $0) })
    #expect(memory.candidates.allSatisfy(list.contains))
    let others = try formulas(3000, seed: 2).map { Candidate($0) }
    #expect(others.allSatisfy { list.contains($0) == memory.contains($0) })
    #expect(!list.contains(Candidate(try Composition(formula: "Fe4O6"))))
    #expect(!list.contains(Candidate(own[0], variables: [1])))
    #expect(!list.contains(Candidate(variables: [1])))
  }

  @Test("Nothing is no list")
  func empty() throws {
    #expect(throws: SpaceError.empty) { try list([]) }
  }

  @Test("A long list is searched from end to end, as if it were scored at once")
  func search() throws {
    let list = try list(try formulas(12_000, seed: 3))
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
