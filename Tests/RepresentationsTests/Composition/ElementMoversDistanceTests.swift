import DenseMath
import Foundation
import Matter
import Representations
import TestKit
import Testing

@Suite("Element mover's distance")
struct ElementMoversDistanceTests {
  private func distance(_ a: String, _ b: String) throws -> Double {
    ElementMoversDistance.distance(try Composition(formula: a), try Composition(formula: b))
  }

  /// Hargreaves et al., Chem. Mater. 32, 10610 (2020); the scale puts Sr beside Ca, Na beside Li.
  @Test("Published pairs")
  func published() throws {
    #expect(abs(try distance("CaTiO3", "SrTiO3") - 0.2) < 1e-12)
    #expect(abs(try distance("NaCl", "LiCl") - 0.5) < 1e-12)
    #expect(try distance("Fe2O3", "Fe4O6") == 0)
  }

  @Test("A metric", arguments: UInt64(0)..<16)
  func metric(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let x = try (0..<3).map { _ in try Composition.arbitrary(using: &rng) }
    func d(_ i: Int, _ j: Int) -> Double { ElementMoversDistance.distance(x[i], x[j]) }
    #expect(d(0, 0) == 0 && abs(d(0, 1) - d(1, 0)) < 1e-10 && d(0, 1) >= 0)
    #expect(d(0, 2) <= d(0, 1) + d(1, 2) + 1e-9)
  }

  @Test("Rows of cumulative shares are as far apart as their compositions")
  func cumulativeShares() throws {
    var rng = SplitMix64(seed: 8)
    let list = try (0..<60).map { _ in try Composition.arbitrary(using: &rng) }
    let rows = try CumulativeShares().matrix(list)
    for i in list.indices {
      for j in list.indices {
        let sum = zip(rows.row(i), rows.row(j)).reduce(0) { $0 + abs($1.0 - $1.1) }
        #expect(abs(sum - ElementMoversDistance.distance(list[i], list[j])) < 1e-9)
      }
    }
  }

  @Test("Matrices and nearest neighbors hold the distances of pairs, on any number of threads")
  func matrices() throws {
    var rng = SplitMix64(seed: 5)
    let list = try (0..<90).map { _ in try Composition.arbitrary(using: &rng) }
    let square = ElementMoversDistance.distances(list, threads: 2)
    let cross = ElementMoversDistance.distances(Array(list[..<40]), list, threads: 1)
    let nearest = ElementMoversDistance.nearest(4, to: list, among: list, threads: 2)
    for i in 0..<40 {
      for j in 0..<90 {
        let expected = ElementMoversDistance.distance(list[i], list[j])
        #expect(cross[i, j] == expected)
        #expect(abs(square[i, j] - expected) < 1e-12 && square[i, j] == square[j, i])
      }
      let sorted = cross.row(i).enumerated()
        .sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }.prefix(4)
      #expect(nearest[i].map(\.index) == sorted.map(\.offset))
    }
    #expect(square == ElementMoversDistance.distances(list, threads: 1))
  }

  @Test("On the scale as vectors, transport finds the same distance", arguments: UInt64(0)..<64)
  func transport(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let vectors = Dictionary(
      uniqueKeysWithValues: Element.all.map {
        ($0, [Double(ElementMoversDistance.scale[$0.atomicNumber - 1])])
      })
    let general = VectorMoversDistance(
      ElementVectors(name: "scale", columns: ["place"], vectors: vectors))
    let a = try Composition.arbitrary(using: &rng)
    let b = try Composition.arbitrary(using: &rng)
    let expected = ElementMoversDistance.distance(a, b)
    let found = try #require(general.distance(a, b))
    #expect(abs(found - expected) < 1e-7 * max(1, expected))
  }

  @Test("Vectors in the plane, by hand; an element without a vector has no distance")
  func plane() throws {
    let symbols = ["Li", "Na", "K", "Cl"]
    let places: [[Double]] = [[0, 0], [3, 4], [6, 8], [0, 1]]
    let elements = try symbols.map { try #require(Element(symbol: $0)) }
    let general = VectorMoversDistance(
      ElementVectors(
        name: "plane", columns: ["x", "y"],
        vectors: Dictionary(uniqueKeysWithValues: zip(elements, places))))
    func d(_ a: String, _ b: String) throws -> Double? {
      general.distance(try Composition(formula: a), try Composition(formula: b))
    }
    #expect(try abs((d("LiCl", "NaCl") ?? 0) - 2.5) < 1e-12)
    #expect(try abs((d("Li", "NaK") ?? 0) - 7.5) < 1e-12)
    #expect(try d("LiCl", "LiBr") == nil)
  }

  @Test("Agrees with ElMD 0.5.15", .enabled(if: SharedFolder.has("golden/elmd")))
  func golden() throws {
    var judged = 0
    for (testCase, expected) in try SharedFolder.goldenCases("elmd") {
      let a = try #require(testCase["a"] as? String)
      let b = try #require(testCase["b"] as? String)
      let wanted = try #require(expected["elmd"] as? Double)
      let found = ElementMoversDistance.distance(
        try Composition(formula: a, isotopes: .asElements),
        try Composition(formula: b, isotopes: .asElements))
      #expect(abs(found - wanted) < 2e-4, "\(a) \(b)")
      judged += 1
    }
    #expect(judged > 100)
  }
}
