import DenseMath
import Design
import Ecosystem
import Foundation
import Learning
import Matter
import Testing

@testable import Discovery

@Suite("Initial designs")
struct InitialDesignTests {
  @Test("Give different members, the same for a seed", arguments: InitialDesign.allCases)
  func members(design: InitialDesign) throws {
    let space = try fixtureSpace()
    let chosen = try design.candidates(12, of: space, seed: 5)
    #expect(Set(chosen).count == 12 && chosen.allSatisfy(space.contains))
    #expect(try design.candidates(12, of: space, seed: 5) == chosen)
    #expect(try design.candidates(12, of: space, seed: 6) != chosen)
  }

  /// The largest distance of any member to the nearest chosen one.
  private func reach(_ chosen: [Candidate], _ space: CompositionSimplex) throws -> Double {
    let all = (0..<space.count).map(space.candidate(at:))
    let coordinates = try SpaceCoordinates(all, in: space)
    let places = chosen.compactMap { all.firstIndex(of: $0) }
    return all.indices.reduce(0) { worst, place in
      max(worst, places.map { coordinates.squaredDistance(place, $0) }.min() ?? 0)
    }
  }

  @Test(
    "Cover a space better than chance",
    arguments: [
      InitialDesign.sobol, .latin, .kCenter,
    ])
  func covers(design: InitialDesign) throws {
    let space = try fixtureSpace()
    func mean(_ design: InitialDesign) throws -> Double {
      Statistics.mean(
        try (UInt64(0)..<8).map { try reach(design.candidates(12, of: space, seed: $0), space) })
    }
    #expect(try mean(design) < mean(.random))
  }

  @Test("A greedy center set is within twice the best reach")
  func centers() throws {
    // Eleven members in a row: the best three centers leave 2 steps at most, so greedy ones 4.
    let space = try smallSpace()
    for seed in UInt64(0)..<5 {
      let chosen = try InitialDesign.kCenter.candidates(3, of: space, seed: seed)
      let step = try reach(
        (0..<10).map(space.candidate(at:)), space
      ).squareRoot()
      #expect(try reach(chosen, space).squareRoot() <= 4 * step + 1e-9)
    }
  }

  @Test("Lists are covered in the space of descriptors")
  func lists() throws {
    // Many alike and a few others: a center set finds the others.
    let space = try fixtureSpace()
    let iron = (0..<40).compactMap { place -> Candidate? in
      try? Candidate(
        Composition([fixtureElements[2]: 1, fixtureElements[3]: 0.001 * Double(place + 1)]))
    }
    let others = [0, space.count / 2].map(space.candidate(at:))
    let list = try CandidateList(iron + others)
    let chosen = try InitialDesign.kCenter.candidates(3, of: list, seed: 1)
    #expect(others.allSatisfy(chosen.contains))
  }
}
