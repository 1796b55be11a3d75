import DenseMath
import Foundation
import Matter
import Testing

@testable import Design

@Suite("Composition simplex")
struct CompositionSimplexTests {
  static func elements(_ count: Int) -> [Element] { Array(Element.all.prefix(count)) }

  /// All ways to give `count` elements whole steps that sum to `steps`.
  static func allParts(_ count: Int, _ steps: Int) -> [[Int]] {
    if count == 1 { return [[steps]] }
    return (0...steps).flatMap { first in
      allParts(count - 1, steps - first).map { [first] + $0 }
    }
  }

  @Test(
    "Counts as brute force does",
    arguments: [(1, 4, 1), (2, 5, 2), (3, 10, 3), (4, 10, 2), (5, 8, 3), (4, 20, 4), (6, 5, 6)])
  func counts(elements: Int, steps: Int, most: Int) throws {
    let space = try CompositionSimplex(
      elements: Self.elements(elements), step: 1 / Double(steps), maximumElements: most)
    let expected = Self.allParts(elements, steps).filter { parts in
      parts.count { $0 > 0 } <= most
    }
    let members = (0..<space.count).map(space.candidate(at:))
    #expect(space.count == expected.count)
    #expect(Set(members) == Set(expected.map(space.candidate(steps:))))
    #expect(Set(members).count == members.count)
    #expect(members.allSatisfy(space.contains))
  }

  @Test("Counts the 16 metals at 5 % with at most five elements")
  func countsLargeSpace() throws {
    let space = try CompositionSimplex(
      elements: Self.elements(16), step: 0.05, maximumElements: 5)
    // Σ over k of C(16, k) · C(19, k − 1): choose k elements, cut 20 steps into k parts.
    #expect(space.count == 16 + 120 * 19 + 560 * 171 + 1_820 * 969 + 4_368 * 3_876)
    #expect(space.count == 18_792_004)
  }

  @Test("Keeps shares of single elements")
  func keepsShares() throws {
    let elements = Self.elements(3)
    let space = try CompositionSimplex(
      elements: elements, step: 0.1,
      shares: [
        elements[0]: .init(minimum: 0.2, maximum: 0.5), elements[2]: .init(maximum: 0.3),
      ])
    let expected = Self.allParts(3, 10).filter { (2...5).contains($0[0]) && $0[2] <= 3 }
    #expect(space.count == expected.count)
    for index in 0..<space.count {
      let composition = space.candidate(at: index).composition
      #expect((0.2 - 1e-12...0.5 + 1e-12).contains(composition.fraction(of: elements[0])))
      #expect(composition.fraction(of: elements[2]) <= 0.3 + 1e-12)
    }
  }

  @Test("Fractions are the nearest doubles of whole steps and sum to 1")
  func fractionsAreExact() throws {
    let space = try CompositionSimplex(elements: Self.elements(4), step: 0.05)
    for index in stride(from: 0, to: space.count, by: 17) {
      let amounts = space.candidate(at: index).composition.amounts
      #expect(amounts.allSatisfy { $0 == ($0 * 20).rounded() / 20 })
      #expect(abs(amounts.reduce(0, +) - 1) < 1e-14)
    }
  }

  @Test("Draws every member equally often", arguments: UInt64(0)..<4)
  func drawsUniformly(seed: UInt64) throws {
    let space = try CompositionSimplex(
      elements: Self.elements(4), step: 0.2, maximumElements: 3)
    var generator = SplitMix64(seed: seed)
    let draws = 200 * space.count
    var counts: [Candidate: Int] = [:]
    for _ in 0..<draws { counts[space.sample(using: &generator), default: 0] += 1 }
    let expected = Double(draws) / Double(space.count)
    let chiSquare = (0..<space.count).reduce(0.0) { sum, index in
      let difference = Double(counts[space.candidate(at: index)] ?? 0) - expected
      return sum + difference * difference / expected
    }
    // 52 members: chi-square of 51 degrees of freedom exceeds 98.0 with probability 1e-4 (normal
    // approximation of Wilson and Hilferty).
    #expect(space.count == 52)
    #expect(chiSquare < 98)
  }

  @Test("Draws without replacement from all but the excluded", arguments: [3, 40, 52, 100])
  func drawsDifferentMembers(wanted: Int) throws {
    let space = try CompositionSimplex(
      elements: Self.elements(4), step: 0.2, maximumElements: 3)
    var generator = SplitMix64(seed: 5)
    let excluded = Set((0..<10).map(space.candidate(at:)))
    let drawn = space.sample(wanted, excluding: excluded, using: &generator)
    #expect(drawn.count == min(wanted, 42))
    #expect(Set(drawn).count == drawn.count && excluded.isDisjoint(with: drawn))
  }

  @Test("Neighbors are other members, and the relation is mutual", arguments: UInt64(0)..<20)
  func neighborsStayInside(seed: UInt64) throws {
    let elements = Self.elements(6)
    let space = try CompositionSimplex(
      elements: elements, step: 0.1, maximumElements: 3, shares: [elements[1]: .init(maximum: 0.4)])
    var generator = SplitMix64(seed: seed)
    let candidate = space.sample(using: &generator)
    let neighbors = space.neighbors(of: candidate)
    #expect(!neighbors.isEmpty && !neighbors.contains(candidate))
    #expect(Set(neighbors).count == neighbors.count)
    #expect(neighbors.allSatisfy(space.contains))
    #expect(neighbors.allSatisfy { space.neighbors(of: $0).contains(candidate) })
  }

  @Test("Steps and swaps reach what they should")
  func reachesNeighbors() throws {
    let elements = Self.elements(3)
    let space = try CompositionSimplex(elements: elements, step: 0.25, maximumElements: 2)
    let found = space.neighbors(of: space.candidate(steps: [3, 1, 0])).compactMap {
      space.parts(of: $0)
    }
    // A step either way, and the share of one element to the absent one; no third element.
    #expect(Set(found) == [[2, 2, 0], [4, 0, 0], [0, 1, 3], [3, 0, 1]])
  }

  @Test("Knows members by their fractions, and nothing else")
  func knowsMembers() throws {
    let space = try CompositionSimplex(
      elements: Self.elements(3), step: 0.5, maximumElements: 2)
    #expect(space.contains(Candidate(try Composition([Element.all[0]: 2, Element.all[1]: 2]))))
    #expect(!space.contains(Candidate(try Composition([Element.all[0]: 1, Element.all[1]: 2]))))
    #expect(!space.contains(Candidate(try Composition([Element.all[5]: 1]))))
    let heated = Candidate(try Composition([Element.all[0]: 1]), variables: [300])
    #expect(!space.contains(heated))
  }

  @Test("Refuses what makes no space")
  func refuses() throws {
    let two = Self.elements(2)
    func error(_ make: () throws -> CompositionSimplex) -> SpaceError? {
      do {
        _ = try make()
        return nil
      } catch {
        return error as? SpaceError
      }
    }
    #expect(error { try CompositionSimplex(elements: [], step: 0.1) } == .empty)
    for step in [0.03, 0, -0.5, .nan, 2] {
      #expect(error { try CompositionSimplex(elements: two, step: step) } != nil)
    }
    #expect(
      error { try CompositionSimplex(elements: two, step: 0.5, maximumElements: 3) }
        == .maximumElements(3, available: 2))
    #expect(
      error { try CompositionSimplex(elements: two + two, step: 0.5) }
        == .repeatedElement(two[0]))
    #expect(
      error {
        try CompositionSimplex(
          elements: two, step: 0.5,
          shares: [two[0]: .init(maximum: 0), two[1]: .init(maximum: 0.5)])
      } == .noComposition)
    #expect(
      error { try CompositionSimplex(elements: Element.all, step: 0.01) } == .tooLarge)
  }
}
