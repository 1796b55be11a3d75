import DenseMath
import Matter
import Testing

@testable import Representations

@Suite("Atom2Vec")
struct ElementEnvironmentsTests {
  private func environments(_ formulas: [String]) throws -> ElementEnvironments {
    var environments = ElementEnvironments()
    for formula in formulas { environments.add(try Composition(formula: formula)) }
    return environments
  }

  /// Zhou et al. (2018): Bi2Te3, Bi2Se3 and Bi2O3 give (2)Te3, (3)Bi2, (2)Se3, (2)O3.
  @Test("The example of the paper: Se, Te and O share the environment (3)Bi2")
  func example() throws {
    let environments = try environments(["Bi2Te3", "Bi2Se3", "Bi4Se6", "Bi2O3", "Sb2O3"])
    #expect(environments.formulaCount == 4 && environments.environmentCount == 5)
    let elements = try ["O", "Se", "Sb", "Te", "Bi"].map { try SkipAtomTests.element($0) }
    let cosines = environments.cosines(elements, environments.counts)
    // O has (3)Bi2 and (3)Sb2; Se and Te have (3)Bi2; Sb has (2)O3; Bi has three, (2)O3 among them.
    let root = 0.5.squareRoot()
    #expect(abs(cosines[0, 1] - root) < 1e-12 && abs(cosines[1, 3] - 1) < 1e-12)
    #expect(abs(cosines[2, 4] - (1 / 3).squareRoot()) < 1e-12 && cosines[0, 4] == 0)
  }

  @Test("At full width, inner products of vectors are the cosines of the rows")
  func innerProducts() throws {
    let environments = try environments([
      "Bi2Te3", "Bi2Se3", "Sb2O3", "Bi2O3", "NaCl", "KCl", "NaBr", "MgO", "CaO", "CaS", "SrTiO3",
      "BaTiO3", "SrZrO3", "NaClO3", "KClO3",
    ])
    let counts = environments.counts
    let elements = counts.keys.sorted()
    let cosines = environments.cosines(elements, counts)
    let rank = SymmetricEigen(cosines).values.count { $0 > 1e-10 }
    let result = try environments.vectors(width: rank)
    #expect(abs(result.heldShare - 1) < 1e-12)
    for (row, one) in elements.enumerated() {
      for (column, other) in elements.enumerated() {
        let pair = try (#require(result.vectors[one]), #require(result.vectors[other]))
        let product = zip(pair.0, pair.1).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - cosines[row, column]) < 1e-10)
      }
    }
    let error = #expect(throws: ElementLearningError.self) {
      try environments.vectors(width: rank + 1)
    }
    #expect(error == .widthBeyondRank(rank + 1, rank: rank))
    #expect(try environments.vectors(width: 2).vectors.values.allSatisfy { $0.count == 2 })
  }

  @Test("The order of formulas does not matter")
  func order() throws {
    let formulas = ["Bi2Te3", "Bi2Se3", "NaCl", "KCl", "MgO", "CaO", "Na2O", "K2O"]
    let one = try environments(formulas).vectors(width: 3).vectors
    #expect(try environments(formulas.reversed()).vectors(width: 3).vectors == one)
  }

  @Test("Elements alone, alloys and wide compounds are left out")
  func leftOut() throws {
    var environments = ElementEnvironments(mostElements: 2)
    for formula in ["Fe", "Fe0.7Ni0.3", "NaClO3", "NaCl"] {
      environments.add(try Composition(formula: formula))
    }
    #expect(environments.leftOut == 3 && environments.formulaCount == 1)
    #expect(WholeAmounts.reduced([4, 6]) == [2, 3] && WholeAmounts.reduced([0.5, 1]) == nil)
    let error = #expect(throws: ElementLearningError.self) {
      try ElementEnvironments().vectors(width: 3)
    }
    #expect(error?.description.contains("hold no element") == true)
  }
}
