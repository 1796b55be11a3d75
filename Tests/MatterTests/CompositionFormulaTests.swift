import DenseMath
import Foundation
import Matter
import TestKit
import Testing

@Suite("Formulas")
struct CompositionFormulaTests {
  private func amounts(_ composition: Composition) -> [String: Double] {
    Dictionary(
      uniqueKeysWithValues: zip(composition.elements.map(\.symbol), composition.amounts))
  }

  @Test(
    "Reads formulas",
    arguments: [
      ("Fe2O3", ["O": 3, "Fe": 2]),
      ("Ca(OH)2", ["H": 2, "O": 2, "Ca": 1]),
      ("CO", ["C": 1, "O": 1]),  // carbon monoxide, not cobalt
      ("NaN", ["N": 1, "Na": 1]),  // a formula, not a missing number
      ("Ca10(PO4)6(OH)2", ["Ca": 10, "P": 6, "O": 26, "H": 2]),
      ("K4[Fe(CN)6]", ["K": 4, "Fe": 1, "C": 6, "N": 6]),
      ("{[Co(NH3)6]Cl3}2", ["Co": 2, "N": 12, "H": 36, "Cl": 6]),
      ("Li1/2CoO2", ["Li": 0.5, "Co": 1, "O": 2]),
      ("(Ba0.5Sr0.5)1/2O", ["Ba": 0.25, "Sr": 0.25, "O": 1]),
      ("Ba2.Cu3.O7", ["Ba": 2, "Cu": 3, "O": 7]),
      ("Cu(I)2", ["Cu": 1, "I": 2]),
      ("Cs", ["Cs": 1]), ("Sn", ["Sn": 1]), ("SN", ["S": 1, "N": 1]), ("Og", ["Og": 1]),
    ])
  func readsFormula(_ formula: String, _ expected: [String: Double]) throws {
    #expect(amounts(try Composition(formula: formula)) == expected)
  }

  @Test(
    "Reads hydrates and double oxides",
    arguments: [
      ("CuSO4·5H2O", ["Cu": 1, "S": 1, "O": 9, "H": 10]),
      ("CuSO4*5H2O", ["Cu": 1, "S": 1, "O": 9, "H": 10]),
      ("CuSO4.5H2O", ["Cu": 1, "S": 1, "O": 9, "H": 10]),
      ("CuSO₄.5H₂O", ["Cu": 1, "S": 1, "O": 9, "H": 10]),
      ("CuSO_{4}.5H_{2}O", ["Cu": 1, "S": 1, "O": 9, "H": 10]),
      ("$CuSO_4 \\cdot 5H_2O$", ["Cu": 1, "S": 1, "O": 9, "H": 10]),
      ("CuSO4 · 5 H2O", ["Cu": 1, "S": 1, "O": 9, "H": 10]),
      ("CaCl2.2H2O", ["Ca": 1, "Cl": 2, "O": 2, "H": 4]),
      ("CaSO4.0.5H2O", ["Ca": 1, "S": 1, "O": 4.5, "H": 1]),
      ("CaSO4·½H2O", ["Ca": 1, "S": 1, "O": 4.5, "H": 1]),
      ("Al2(SO4)3·18H2O", ["Al": 2, "S": 3, "O": 30, "H": 36]),
      ("3CaO.Al2O3", ["Ca": 3, "O": 6, "Al": 2]),
      ("3CaO·Al2O3·3(CaSO4)·32H2O", ["Ca": 6, "O": 50, "Al": 2, "S": 3, "H": 64]),
      ("(2MgO·SiO2)2", ["Mg": 4, "O": 8, "Si": 2]),
      ("2H2O", ["H": 4, "O": 2]), ("9B2O3·2Al2O3", ["B": 18, "O": 33, "Al": 4]),
      ("La0.7Sr0.3MnO2.9", ["La": 0.7, "Sr": 0.3, "Mn": 1, "O": 2.9]),
    ])
  func readsHydrate(_ formula: String, _ expected: [String: Double]) throws {
    #expect(amounts(try Composition(formula: formula)) == expected)
  }

  @Test(
    "Reads typeset formulas",
    arguments: [
      ("La₀.₇Sr₀.₃MnO₃", ["La": 0.7, "Sr": 0.3, "Mn": 1, "O": 3]),
      ("H<sub>2</sub>O", ["H": 2, "O": 1]), ("H_2O", ["H": 2, "O": 1]),
      ("$Fe_{2}O_{3}$", ["Fe": 2, "O": 3]), ("\\mathrm{Fe}_2\\mathrm{O}_{3}", ["Fe": 2, "O": 3]),
      ("Al$_2$O$_3$", ["Al": 2, "O": 3]), ("\\ce{Fe2O3}", ["Fe": 2, "O": 3]),
      (" Fe 2 O 3\n", ["Fe": 2, "O": 3]),
      ("Ca(OH)_{2}", ["Ca": 1, "O": 2, "H": 2]),
      ("MgSO4&middot;7H2O", ["Mg": 1, "S": 1, "O": 11, "H": 14]),
    ])
  func readsTypeset(_ formula: String, _ expected: [String: Double]) throws {
    #expect(amounts(try Composition(formula: formula)) == expected)
  }

  @Test(
    "Keeps charges apart from amounts",
    arguments: [
      ("Fe3+", "Fe", 3), ("Ca2+", "Ca", 2), ("NH4+", "H4N", 1), ("H3O+", "H3O", 1),
      ("[Fe(CN)6]4-", "FeC6N6", -4), ("[Fe(CN)6]^{4-}", "FeC6N6", -4), ("SO4^2-", "SO4", -2),
      ("SO₄²⁻", "SO4", -2), ("$SO_4-$", "SO4", -1), ("SO4 2-", "SO4", -2), ("Na+", "Na", 1),
      ("OH-", "HO", -1),
      ("Fe+++", "Fe", 3), ("Fe+3", "Fe", 3), ("$Fe^{3+}$", "Fe", 3),
      ("PO<sub>4</sub><sup>3-</sup>", "PO4", -3), ("NO₃-", "NO3", -1), ("Hg2^2+", "Hg2", 2),
    ])
  func readsCharge(_ formula: String, _ expected: String, _ charge: Int) throws {
    let reading = try Composition.reading(formula)
    #expect(reading.composition.formula == expected)
    #expect(reading.charge == charge)
  }

  @Test(
    "Refuses with a reason and a place",
    arguments: [
      ("", FormulaError.empty), ("   ", .empty),
      ("Qz", .unknownSymbol("Qz", offset: 0)), ("FE2O3", .unknownSymbol("E", offset: 1)),
      ("co", .unknownSymbol("co", offset: 0)), ("N a", .unknownSymbol("a", offset: 2)),
      ("NaCl)", .unbalancedBracket(")", offset: 4)), ("NaCl(", .unbalancedBracket("(", offset: 4)),
      ("(NaCl]", .unbalancedBracket("]", offset: 5)), ("Na()2Cl", .emptyGroup(offset: 3)),
      ("CuSO4·", .emptyGroup(offset: 6)), ("·H2O", .emptyGroup(offset: 0)),
      ("MgO··H2O", .emptyGroup(offset: 4)),
      ("123", .amountWithoutElement(offset: 0)), ("H2 2O", .amountWithoutElement(offset: 3)),
      ("H₂2O", .amountWithoutElement(offset: 2)), ("H2₂O", .amountWithoutElement(offset: 2)),
      ("Fe0O3", .amountOutOfRange("0", offset: 2)),
      ("Fe1/0O", .amountOutOfRange("0", offset: 4)),
      ("MgO.2SiO2", .ambiguousPoint(offset: 3)),
      ("SO42-", .ambiguousCharge("42-", offset: 2)), ("O2-", .ambiguousCharge("2-", offset: 1)),
      ("Fe2O3+Al", .misplacedCharge(offset: 5)), ("Fe-18Cr-8Ni", .misplacedCharge(offset: 2)),
      ("D2O", .isotope("D", offset: 0)), ("T2", .isotope("T", offset: 0)),
      ("13CO2", .isotope("13C", offset: 0)), ("^13CO2", .isotope("13CO", offset: 0)),
      ("¹³CO2", .isotope("13CO", offset: 0)), ("[13C]6H6", .isotope("13C", offset: 1)),
      ("[2H]2O", .isotope("2H", offset: 1)), ("H2$3O", .amountWithoutElement(offset: 3)),
      ("AlxGa1-xAs", .variable("x", offset: 2)), ("Cx", .variable("x", offset: 1)),
      ("YBa2Cu3O7-δ", .misplacedCharge(offset: 9)), ("Fe_{1-x}O", .variable("1-x", offset: 5)),
      ("Ba(Zr,Ti)O3", .alternatives(offset: 5)),
      ("Fe(III)2O3", .oxidationState("III", offset: 2)),
      ("Na1e3Cl", .unknownSymbol("e", offset: 3)), ("Na1e400", .unknownSymbol("e", offset: 3)),
      ("Fe2\u{202E}O3", .unexpected("The character U+202E", offset: 3)),
      ("Fe2O3\u{0}", .unexpected("The character U+0000", offset: 5)),
      ("\u{421}u", .unexpected("The character U+0421", offset: 0)),  // Cyrillic С
      ("Ｆe2O3", .unexpected("The character U+FF26", offset: 0)),
      ("Fe2O3 (aq)", .unknownSymbol("aq", offset: 7)),
      ("Fe–Cr", .unexpected("The character U+2013", offset: 2)),
    ])
  func refuses(_ formula: String, _ expected: FormulaError) {
    #expect(throws: expected) { try Composition(formula: formula) }
  }

  @Test("Extreme formulas are refused at once, and none overflows")
  func refusesExtremes() {
    let deep = String(repeating: "(", count: 5000) + "H" + String(repeating: ")", count: 5000)
    #expect(throws: FormulaError.tooDeep(offset: 64)) { try Composition(formula: deep) }
    let long = String(repeating: "H", count: 100_000)
    #expect(throws: FormulaError.tooLong(100_000)) { try Composition(formula: long) }
    let huge = "H" + String(repeating: "9", count: 400)
    #expect(throws: FormulaError.self) { try Composition(formula: huge) }
    let power = String(repeating: "(", count: 60) + "H" + String(repeating: ")9999999", count: 60)
    #expect(throws: FormulaError.self) { try Composition(formula: power) }
    let tiny = "H0." + String(repeating: "0", count: 400) + "1"
    #expect(throws: FormulaError.self) { try Composition(formula: tiny) }
  }

  @Test("Isotopes count as their element only where that is asked for")
  func isotopes() throws {
    #expect(try Composition(formula: "D2O", isotopes: .asElements).formula == "H2O")
    #expect(throws: FormulaError.isotope("D", offset: 0)) { try Composition(formula: "D2O") }
    #expect(throws: FormulaError.isotope("13C", offset: 0)) {
      try Composition(formula: "13CO", isotopes: .asElements)
    }
  }

  @Test("Errors are one sentence with a remedy")
  func describesErrors() {
    #expect(
      "\(FormulaError.unknownSymbol("CO2", offset: 3))"
        == "\"CO2\" at offset 3 is not an element. "
        + "Symbols are case-sensitive: Co is cobalt, CO carbon and oxygen.")
    #expect(
      "\(FormulaError.unknownSymbol("fe", offset: 0))"
        == "\"fe\" at offset 0 is not an element. Symbols are case-sensitive: write Fe.")
  }

  @Test("Formula and composition are inverse", arguments: UInt64(0)..<200)
  func roundTrips(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let composition = try Composition.arbitrary(using: &rng)
    #expect(try Composition(formula: composition.formula) == composition)
  }

  @Test(
    "Writes other forms",
    arguments: [
      ("Fe4O6", "Fe2O3", "Fe4O6", "A2B3"), ("C2H6O", "H6C2O", "C2H6O", "AB2C6"),
      ("NaCl", "NaCl", "ClNa", "AB"), ("H2", "H", "H2", "A"),
      ("Li0.5CoO2", "Li0.5CoO2", "CoLi0.5O2", "A0.5BC2"),
    ])
  func writesForms(_ formula: String, _ reduced: String, _ hill: String, _ anonymous: String) throws
  {
    let composition = try Composition(formula: formula)
    #expect(composition.reducedFormula == reduced)
    #expect(composition.hillFormula == hill)
    #expect(composition.anonymizedFormula == anonymous)
  }

  @Test("Agrees with the reference cases", .enabled(if: SharedFolder.has("golden/composition")))
  func matchesGolden() throws {
    var judged = 0
    for (testCase, expected) in try SharedFolder.goldenCases("composition") {
      guard let formula = testCase["formula"] as? String else { continue }
      let verdict = expected["verdict"] as? String ?? "amounts"
      let composition = try? Composition(formula: formula, isotopes: .asElements)
      if let wanted = expected["amounts"] as? [String: Double],
        composition != nil || verdict == "amounts"
      {
        let found = composition.map(amounts) ?? [:]
        #expect(Set(found.keys) == Set(wanted.keys), "\(formula)")
        for (symbol, amount) in wanted {
          #expect(abs((found[symbol] ?? 0) - amount) <= 1e-6 * max(1, amount), "\(formula)")
        }
        if let weight = expected["weight_g_mol"] as? Double, let mass = composition?.mass {
          #expect(abs(mass / weight - 1) < 1e-3, "\(formula)")
        }
        judged += 1
      } else if verdict == "error" {
        #expect(composition == nil, "\(formula)")
        judged += 1
      }
    }
    #expect(judged > 340)
  }

  @Test("No damaged formula crashes the parser", arguments: UInt64(0)..<4)
  func survivesMutations(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let seeds = [
      "Ca10(PO4)6(OH)2", "CuSO4·5H2O", "[Fe(CN)6]^{4-}", "$Fe_{2}O_{3}$", "H<sub>2</sub>O",
      "La₀.₇Sr₀.₃MnO₃", "Cs0.05(CH5N2)0.85(CH3NH3)0.10PbI2.55Br0.45", "Li1/2CoO2", "SO₄²⁻",
    ].map { Array($0.utf8) }
    let words = ["·", "^{", "_{", "<sub>", "</sup>", "\\cdot", "²", "₃", "1/2", "&middot;", "+"]
      .map { Array($0.utf8) }
    var read = 0
    for _ in 0..<5000 {
      let bytes = Mutations.mutate(
        seeds[rng.index(below: seeds.count)], dictionary: words, using: &rng)
      guard let composition = try? Composition(utf8: bytes.span) else { continue }
      read += 1
      #expect(composition.amounts.allSatisfy { $0.isFinite && $0 > 0 })
      #expect(composition.elements == composition.elements.sorted())
      #expect(Set(composition.elements).count == composition.elements.count)
    }
    #expect(read > 100)
  }
}
