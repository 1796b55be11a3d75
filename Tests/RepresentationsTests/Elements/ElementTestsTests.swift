import DenseMath
import Foundation
import Matter
import Testing

@testable import Representations

@Suite("Tests of element vectors")
struct ElementTestsTests {
  private static let light = Element.all.prefix(94)

  @Test("Vectors of groups are pure, random ones are at chance, and the chance is that of counting")
  func families() throws {
    var generator = SplitMix64(seed: 4)
    var grouped: [Element: [Double]] = [:]
    var random: [Element: [Double]] = [:]
    for element in Self.light {
      var vector = [Double](repeating: 0, count: 21)
      vector[ElementFamilies.family(of: element) ?? 0] = 1
      grouped[element] = vector.map { $0 + 0.01 * generator.normal() }
      random[element] = (0..<50).map { _ in generator.normal() }
    }
    let pure = try #require(ElementFamilies(grouped))
    #expect(pure.purity == 1 && pure.purityOfThree == 1 && pure.silhouette > 0.95)
    // H has no family; of He to Pu, each has one with at least one more member.
    #expect(pure.elements == 93)
    let free = try #require(ElementFamilies(random))
    #expect(abs(free.purity - free.chance) < 0.1 && free.silhouette < 0.1)
    let sizes = Dictionary(grouping: Self.light.compactMap(ElementFamilies.family), by: { $0 })
    let pairs = sizes.values.reduce(0.0) { $0 + Double($1.count * ($1.count - 1)) }
    #expect(abs(free.chance - pairs / (93 * 92)) < 1e-12)
  }

  @Test("Families are those of the periodic table")
  func membership() throws {
    for (symbol, family) in [
      ("Li", 1), ("He", 18), ("C", 14), ("Sc", 3), ("Hg", 12), ("La", 19), ("Lu", 19), ("U", 20),
    ] {
      #expect(ElementFamilies.family(of: try SkipAtomTests.element(symbol)) == family)
    }
    #expect(ElementFamilies.family(of: try SkipAtomTests.element("H")) == nil)
    #expect(ElementFamilies([:]) == nil)
  }

  @Test("Sites of an elpasolite: by amount, then by electronegativity")
  func sites() throws {
    for formula in ["K2NaAlF6", "AlF6K2Na", "Al2F12K4Na2"] {
      let sites = try #require(ElpasoliteTest.sites(of: Composition(formula: formula)))
      #expect(sites.map(\.symbol) == ["Na", "Al", "K", "F"])
    }
    #expect(ElpasoliteTest.sites(of: try Composition(formula: "NaAlF6")) == nil)
    #expect(ElpasoliteTest.sites(of: try Composition(formula: "KNaAlF6")) == nil)
  }

  /// Energies that are sums over sites: vectors that hold the addends predict them, random ones of one
  /// number cannot.
  @Test("The network finds what the vectors hold; folds do not depend on threads")
  func elpasolites() throws {
    var generator = SplitMix64(seed: 2)
    let elements = Array(Self.light.prefix(30))
    var addends: [Element: [Double]] = [:]
    var noise: [Element: [Double]] = [:]
    for element in elements {
      addends[element] = [generator.normal(), generator.normal()]
      noise[element] = [generator.normal(), generator.normal()]
    }
    var (compositions, targets): ([Composition], [Double]) = ([], [])
    for _ in 0..<400 {
      let four = generator.shuffled(elements).prefix(4)
      let amounts = Dictionary(uniqueKeysWithValues: zip(four, [1.0, 1, 2, 6]))
      compositions.append(try Composition(amounts))
      let sites = try #require(ElpasoliteTest.sites(of: compositions[compositions.count - 1]))
      let sum = zip(sites, [0.2, -0.4, 0.7, 1]).reduce(0) { sum, site in
        sum + site.1 * (addends[site.0]?[0] ?? 0)
      }
      targets.append(sum - 3)
    }
    let test = ElpasoliteTest(compositions + [compositions[0]], targets: targets + [targets[0]])
    #expect(test.leftOut == 1)
    let rows = test.rows(of: Set(elements))
    #expect(rows.count == 400)
    var network = SiteNetwork()
    (network.epochs, network.learningRate) = (40, 3e-3)
    let known = try test.errors(
      addends, rows: rows, folds: 4, network: network, seed: 1, threads: 2)
    let unknown = try test.errors(
      noise, rows: rows, folds: 4, network: network, seed: 1, threads: 1)
    #expect(known.max() ?? 1 < 0.15 && unknown.min() ?? 0 > 0.5)
    #expect(
      try test.errors(addends, rows: rows, folds: 4, network: network, seed: 1, threads: 1) == known
    )
  }
}
