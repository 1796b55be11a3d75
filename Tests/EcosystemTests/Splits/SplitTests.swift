import DenseMath
import Ecosystem
import Foundation
import Matter
import TestKit
import Testing

@Suite("Splits")
struct SplitTests {
  /// Oxides, sulfides and alloys, some of them twice.
  static func rows(_ formulas: [String]) throws -> SplitRows {
    SplitRows(
      identifiers: formulas.indices.map { "r\($0)" },
      compositions: try formulas.map { try Composition(formula: $0) })
  }

  static let formulas = [
    "Fe2O3", "TiO2", "FeO", "ZnS", "CdS", "NiAl", "Ni3Al", "CuZn", "Fe4O6", "GaAs", "InP", "MgO",
    "CaO", "SrTiO3", "BaTiO3", "NaCl", "KCl", "Zn2S2", "SiC", "AlN",
  ]

  private func check(_ split: Split, folds: Int) {
    #expect(split.foldCount == folds)
    for fold in 0..<folds {
      let (test, training) = (split.test(fold), split.training(fold))
      #expect(Set(test).isDisjoint(with: training) && !test.isEmpty && !training.isEmpty)
    }
  }

  @Test(
    "Random folds hold every row once, are even and depend on the seed", arguments: UInt64(0)..<8)
  func random(seed: UInt64) throws {
    let rows = try Self.rows(Self.formulas)
    let split = try SplitMaker(rows, recipe: SplitRecipe(.random, folds: 3, seed: seed)).split()
    check(split, folds: 3)
    #expect(split.folds.allSatisfy { $0 != nil })
    #expect((0..<3).map { split.test($0).count }.sorted() == [6, 7, 7])
    let again = try SplitMaker(rows, recipe: SplitRecipe(.random, folds: 3, seed: seed)).split()
    #expect(again == split)
    let other = try SplitMaker(rows, recipe: SplitRecipe(.random, folds: 3, seed: seed + 99))
      .split()
    #expect(other.contentHash != split.contentHash)
  }

  @Test("Stratified folds share every class and range evenly", arguments: UInt64(0)..<8)
  func stratified(seed: UInt64) throws {
    let rows = try Self.rows(Self.formulas)
    var maker = SplitMaker(rows, recipe: SplitRecipe(.stratified, folds: 4, seed: seed))
    maker.targets = (0..<20).map { Double(($0 * 7) % 20) }
    let split = try maker.split()
    for start in stride(from: 0, to: 20, by: 4) {
      let block = rows.identifiers.indices.filter {
        (start..<start + 4).contains(($0 * 7) % 20)
      }
      #expect(Set(block.map { split.folds[$0] }).count == 4)
    }
    maker.labels = (0..<20).map { $0 < 8 ? "metal" : "oxide" }
    let classes = try maker.split()
    for fold in 0..<4 {
      let metals = classes.test(fold).count { $0 < 8 }
      #expect(metals == 2 && classes.test(fold).count == 5)
    }
    maker.labels = (0..<20).map { $0 < 3 ? "rare" : "oxide" }
    #expect(throws: SplitError.classTooSmall("rare", count: 3, folds: 4)) { try maker.split() }
  }

  @Test("Groups are never torn apart", arguments: UInt64(0)..<8)
  func grouped(seed: UInt64) throws {
    let rows = try Self.rows(Self.formulas)
    for groups in SplitRecipe.Groups.allCases {
      var recipe = SplitRecipe(.grouped, folds: 4, seed: seed)
      recipe.groups = groups
      let split = try SplitMaker(rows, recipe: recipe).split()
      check(split, folds: 4)
      #expect(split.folds[0] == split.folds[8])  // Fe2O3 and Fe4O6
      if groups == .chemicalSystem { #expect(split.folds[0] == split.folds[2]) }
      let leakage = try SplitLeakage(split, rows: rows)
      #expect(leakage.overall.sameComposition == 0)
      if groups == .chemicalSystem { #expect(leakage.overall.sameChemicalSystem == 0) }
    }
    var recipe = SplitRecipe(.grouped, folds: 19)
    recipe.groups = .formula
    #expect(throws: SplitError.tooFewGroups(18, folds: 19)) {
      try SplitMaker(rows, recipe: recipe).split()
    }
  }

  @Test("Elements, extremes and periods are held out as named")
  func heldOut() throws {
    let rows = try Self.rows(Self.formulas)
    var recipe = SplitRecipe(.element, folds: 1)
    recipe.elements = [.init(symbol: "Ti"), .init(symbol: "Zn")].compactMap { $0 }
    let element = try SplitMaker(rows, recipe: recipe).split()
    #expect(element.test(0) == [1, 3, 7, 13, 14, 17])
    #expect(element.foldNames == ["with Ti or Zn"])

    recipe = SplitRecipe(.sparse, folds: 1)
    recipe.share = 0.2
    var sparse = SplitMaker(rows, recipe: recipe)
    sparse.targets = (0..<20).map(Double.init)
    #expect(try sparse.split().test(0) == [0, 1, 18, 19])
    recipe.tail = .high
    sparse = SplitMaker(rows, recipe: recipe)
    sparse.targets = (0..<20).map(Double.init)
    #expect(try sparse.split().test(0) == [16, 17, 18, 19])

    var time = SplitMaker(rows, recipe: SplitRecipe(.time, folds: 3))
    time.labels = (0..<20).map { "\(1990 + ($0 / 2) * 3)" }
    let split = try time.split()
    check(split, folds: 3)
    for fold in 0..<3 {
      let latest = try #require(split.training(fold).map { 1990 + ($0 / 2) * 3 }.max())
      #expect(split.test(fold).allSatisfy { 1990 + ($0 / 2) * 3 > latest })
    }
    #expect(split.training(0).count < split.training(2).count)
  }

  @Test("Clusters that lie apart are found and held out one by one", arguments: UInt64(0)..<6)
  func clusters(seed: UInt64) throws {
    let rows = try Self.rows(Self.formulas)
    var rng = SplitMix64(seed: seed)
    let centers = [[0.0, 0], [50, 3], [0, -40]]
    let truth = (0..<20).map { $0 < 9 ? 0 : $0 < 15 ? 1 : 2 }
    var elements: [Double] = []
    for cluster in truth {
      for center in centers[cluster] { elements.append(center + rng.normal()) }
      elements.append(7)  // constant columns do not count
    }
    var maker = SplitMaker(rows, recipe: SplitRecipe(.cluster, folds: 3, seed: seed))
    maker.features = Matrix(rows: 20, columns: 3, elements: elements)
    #expect(try maker.split().folds == truth)
  }

  @Test("A file keeps everything, and shows damage and other rows")
  func file() throws {
    let rows = try Self.rows(Self.formulas)
    var recipe = SplitRecipe(.element, folds: 1)
    recipe.elements = [.init(symbol: "Ti")].compactMap { $0 }
    let split = try SplitMaker(rows, recipe: recipe).split()
    let data = try JSONEncoder().encode(split)
    #expect(try JSONDecoder().decode(Split.self, from: data) == split)
    try split.verify(rows)
    let text = String(decoding: data, as: UTF8.self)
    let changed = text.replacingOccurrences(of: "null,0,", with: "0,0,")
    #expect(changed != text)
    #expect(throws: SplitError.damaged) {
      try JSONDecoder().decode(Split.self, from: Data(changed.utf8))
    }
    let others = try Self.rows(Self.formulas.reversed())
    #expect(throws: SplitError.otherRows(expected: 20, found: 20)) { try split.verify(others) }
  }

  @Test(
    "Folds that cannot be are refused",
    arguments: [[.max, 0], [0, 0], [-1, 0], [2, 0], [0, .min]])
  func impossible(folds: [Int]) throws {
    #expect(throws: SplitError.self) {
      try Split(name: "x", recipe: SplitRecipe(.random), rowsHash: "", folds: folds)
    }
  }

  @Test("Leakage counts the same, the near and the related")
  func leakage() throws {
    let formulas = ["Fe2O3", "Fe4O6", "Ni0.5Al0.5", "Ni0.51Al0.49", "NaCl", "KCl", "Na2Cl3", "SiC"]
    let rows = try Self.rows(formulas)
    let split = try Split(
      name: "by hand", recipe: SplitRecipe(.random, folds: 2), rowsHash: rows.hash.hex,
      folds: [0, 1, 0, 1, 0, 1, 1, 0])
    let figures = try SplitLeakage(split, rows: rows, tolerance: 0.02).overall
    #expect(figures.testRows == 8)
    #expect(figures.sameComposition == 2 / 8.0)
    #expect(figures.nearComposition == 4 / 8.0)
    #expect(figures.sameChemicalSystem == 6 / 8.0)
    #expect(try SplitLeakage(split, rows: rows, tolerance: 0.005).overall.nearComposition == 0.25)
  }

  @Test("The index finds what comparing all pairs finds", arguments: UInt64(0)..<10)
  func index(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let elements = ["Ti", "Zr", "Nb", "Ta", "Mo"].compactMap { Element(symbol: $0) }
    let compositions = try (0..<150).map { _ in
      try Composition(
        Dictionary(uniqueKeysWithValues: elements.map { ($0, 0.01 + rng.uniform()) }))
    }
    let index = CompositionIndex(compositions, tolerance: 0.06)
    for place in compositions.indices {
      let expected = compositions.indices.contains {
        $0 != place && compositions[$0].exchangedShare(to: compositions[place]) <= 0.06
      }
      #expect(index.hasNeighbor(of: place) { _ in true } == expected)
    }
  }
}
