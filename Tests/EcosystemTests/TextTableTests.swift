import DenseMath
import Ecosystem
import Matter
import TestKit
import Testing

@Suite("Tables in texts")
struct TextTableTests {
  /// Quantities as `text=value unit (property)`.
  static func cells(_ text: String) throws -> [String] {
    let scalars = Array(text.unicodeScalars)
    return try TextExtractor().mentions(in: text).compactMap { mention in
      guard case .quantity(let quantity) = mention.content else { return nil }
      // The place is that of the cell.
      #expect(String(String.UnicodeScalarView(scalars[mention.range])) == mention.text)
      return "\(mention.text)=\(quantity.lower) \(quantity.unit) (\(quantity.property ?? "-"))"
    }
  }

  static let expected = [
    "3.2=3.2 eV (band gap)", "4.23=4.23 g cm-3 (density)", "3.37=3.37 eV (band gap)",
    "5.61=5.61 g cm-3 (density)",
  ]

  @Test(
    "Header units hold for the cells below",
    arguments: [
      """
      Values of this work.

      | Compound | Band gap (eV) | Density (g cm-3) | Remark |
      |----------|--------------:|------------------|--------|
      | TiO2     | 3.2           | 4.23             | rutile |
      | ZnO      | 3.37          | 5.61             |        |

      The rest follows.
      """,
      "Compound\tBand gap (eV)\tDensity (g cm-3)\nTiO2\t3.2\t4.23\nZnO\t3.37\t5.61\n",
      "Compound,Band gap (eV),Density (g cm-3)\r\nTiO2,3.2,4.23\r\nZnO,3.37,5.61\r\n",
      """
      Table 1. Properties.

      Compound   Band gap / eV   Density / g cm-3
      --------   -------------   ----------------
      TiO2       3.2             4.23
      ZnO        3.37            5.61
      """,
    ])
  func readsForms(text: String) throws {
    #expect(try Self.cells(text) == Self.expected)
  }

  @Test("Empty cells stay empty, and cells keep their own units")
  func readsGaps() throws {
    let text = """
      Phase   Hardness (GPa)   Milling   Refractive index
      SiC     28.0(5)          5 h       2.65
      TiN                      2 h       1.8
      BN      46 ± 2
      """
    #expect(
      try Self.cells(text) == [
        "28.0(5)=28.0 GPa (hardness)", "5 h=5.0 h (-)", "2.65=2.65  (refractive index)",
        "2 h=2.0 h (-)", "1.8=1.8  (refractive index)", "46 ± 2=46.0 GPa (hardness)",
      ])
    let negative = "Compound\tFormation energy (eV/atom)\nNaCl\t-2.1\nKCl\t−2.26\n"
    #expect(
      try Self.cells(negative) == [
        "-2.1=-2.1 eV/atom (formation energy)", "−2.26=-2.26 eV/atom (formation energy)",
      ])
  }

  @Test(
    "Reads no table where there is none",
    arguments: [
      "First, we\nthen, it\nlast, they\n", "a | b\nc | d\n", "Sample\tNo\nTiO2\t3.2\n",
      "c/a\tb\n1.2\t3\n",
      "Compound\tgap (calc.)\nTiO2\t3.2\n", "Compound\tBand gap (eV)\nTiO2\t>3.2\n",
    ])
  func readsNothing(text: String) throws {
    #expect(try Self.cells(text).isEmpty)
  }

  @Test("The row's formula goes with its values; two formulas with none")
  func tiesRows() throws {
    let text = """
      | Film | Substrate | Band gap (eV) | Annealing (°C) |
      |---|---|---|---|
      | TiO2 | glass | 3.2 | 500 |
      | ZnO | SiO2 | 3.3 | 400 |
      """
    let findings = try DocumentReader().findings(in: text, document: "t")
    let values = findings.map { ($0.composition.formula, $0.values.map(\.measurement.value)) }
    #expect(values.map(\.0) == ["TiO2", "ZnO", "SiO2"])
    // The temperature of a process is no property of the material.
    #expect(values.map(\.1) == [[3.2], [], []])
    let named = text.replacing("Film |", with: "Compound |")
    let other = try DocumentReader().findings(in: named, document: "t")
    #expect(other.map { $0.values.map(\.measurement.value) } == [[3.2], [3.3], []])
    #expect(Set(other.map(\.passage)).count == 1 && other[0].passage.text == named)
  }

  @Test("Long tables become a passage a row, at the same speed")
  func readsLongTables() throws {
    let rows = (0..<5_000).map { "Ti\($0 % 50 + 1)O2\t\(Double($0) / 1000)\n" }.joined()
    let text = "Compound\tBand gap (eV)\n" + rows
    let findings = try DocumentReader().findings(in: text, document: "t")
    #expect(findings.count == 5_000)
    #expect(findings.allSatisfy { $0.values.count == 1 && $0.passage.mentions.count == 2 })
    #expect(findings[4_999].values[0].measurement.value == 4.999)
  }

  @Test("No damage to a table stops the reader")
  func survivesDamage() throws {
    var rng = SplitMix64(seed: 11)
    let base = Array(
      """
      | Compound | Band gap (eV) | T / K |
      |---|---|---|
      | TiO2 | 3.2(1) | 300 |

      Phase   Hardness (GPa)   Density, g cm-3
      SiC     28.0             3.2
      BN      -46 ± 2
      A,B (eV)
      NaCl,8.5\tKCl
      """.utf8)
    for _ in 0..<3_000 {
      let text = String(decoding: Mutations.mutate(base, using: &rng), as: UTF8.self)
      let findings = try DocumentReader().findings(in: text, document: "t")
      #expect(findings.flatMap(\.values).allSatisfy { $0.measurement.value.isFinite })
    }
  }
}
