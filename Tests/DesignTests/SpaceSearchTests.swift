import DenseMath
import Matter
import Testing

@testable import Design

@Suite("Search of a space")
struct SpaceSearchTests {
  /// A smooth bowl whose highest member is known.
  static func closeness(_ summit: [Int], in space: CompositionSimplex) -> ([Candidate]) -> [Double]
  {
    { candidates in
      candidates.map { candidate in
        let parts = space.parts(of: candidate) ?? []
        return -zip(parts, summit).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
      }
    }
  }

  @Test("Climbs to the summit of 18.8 million members", arguments: UInt64(0)..<8)
  func climbs(seed: UInt64) throws {
    let space = try CompositionSimplex(
      elements: Array(Element.all.prefix(16)), step: 0.05, maximumElements: 5)
    let summit = [0, 0, 7, 0, 0, 3, 0, 0, 0, 5, 0, 0, 1, 0, 4, 0]
    var scored = 0
    let closeness = Self.closeness(summit, in: space)
    let best = SpaceSearch().best(1, in: space, excluding: [], seed: seed) { candidates in
      scored += candidates.count
      return closeness(candidates)
    }
    #expect(best.first?.candidate == space.candidate(steps: summit))
    #expect(best.first?.score == 0)
    #expect(scored < 30_000)
  }

  @Test("Never returns what is excluded, and returns the next best")
  func respectsExclusion() throws {
    let space = try CompositionSimplex(elements: Array(Element.all.prefix(4)), step: 0.1)
    let summit = [4, 3, 2, 1]
    let closeness = Self.closeness(summit, in: space)
    let all = SpaceSearch().best(space.count, in: space, excluding: [], seed: 1, score: closeness)
    #expect(all.count == space.count)
    #expect(all.map(\.score) == all.map(\.score).sorted(by: >))
    let excluded = Set(all.prefix(20).map(\.candidate))
    let rest = SpaceSearch().best(5, in: space, excluding: excluded, seed: 1, score: closeness)
    #expect(rest == Array(all[20..<25]))
  }

  @Test("Ties go to the first, and scores that are no numbers come last")
  func breaksTies() throws {
    let candidates = try Element.all.prefix(6).map { (element: Element) in
      Candidate(try Composition([element: 1]))
    }
    let list = try CandidateList(candidates + candidates)
    #expect(list.count == 6)
    let scores: [Double] = [.nan, 1, 2, 2, -Double.infinity, 1]
    let best = SpaceSearch().best(6, in: list, excluding: [], seed: 0) { asked in
      asked.map { scores[candidates.firstIndex(of: $0) ?? 0] }
    }
    #expect(best.map(\.candidate) == [2, 3, 1, 5, 0, 4].map { candidates[$0] })
  }
}

@Suite("Property expressions and limits")
struct PropertyLimitTests {
  @Test("Reads one property and a ratio of two")
  func reads() throws {
    let ratio = try PropertyExpression("bulkModulusGPa / density")
    #expect(ratio.properties == ["bulkModulusGPa", "density"])
    #expect(ratio.value { ["bulkModulusGPa": 180, "density": 9][$0] } == 20)
    #expect(ratio.value { ["bulkModulusGPa": 180, "density": 0][$0] } == nil)
    #expect(ratio.value { ["bulkModulusGPa": 180][$0] } == nil)
    let slash = try PropertyExpression("E (eV/atom)")
    #expect(slash.properties == ["E (eV/atom)"])
    #expect(try PropertyExpression(ratio.description) == ratio)
    for text in ["", "a / ", " / b", "a / b / c"] {
      #expect(throws: PropertyExpressionError.self) { try PropertyExpression(text) }
    }
  }

  @Test("Bounds are inclusive, and must leave a value")
  func bounds() throws {
    let limit = try PropertyLimit(property: PropertyExpression("x"), atLeast: 1, atMost: 2)
    #expect(
      [0.99, 1, 1.5, 2, 2.01, .nan].map(limit.allows) == [false, true, true, true, false, false])
    #expect(throws: LimitError.self) { try PropertyLimit(property: PropertyExpression("x")) }
    #expect(throws: LimitError.self) {
      try PropertyLimit(property: PropertyExpression("x"), atLeast: 2, atMost: 1)
    }
    #expect(throws: LimitError.self) {
      try PropertyLimit(property: PropertyExpression("x"), atMost: .infinity)
    }
  }
}
