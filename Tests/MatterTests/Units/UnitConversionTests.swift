import DenseMath
import Foundation
import Matter
import Testing

@Suite("Unit conversion")
struct UnitConversionTests {
  private func convert(
    _ value: Double, _ from: String, _ to: String, _ equivalences: [UnitEquivalence] = []
  ) throws -> Double {
    try UnitConversion(from: Unit(parsing: from), to: Unit(parsing: to), using: equivalences)(value)
  }

  private func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
    abs(a - b) <= tolerance * max(abs(a), abs(b))
  }

  @Test("Decimal conversions are exact")
  func exact() throws {
    #expect(try convert(7.85, "g/cm3", "kg/m^3") == 7850)
    #expect(try convert(210, "GPa", "MPa") == 210_000)
    #expect(try convert(300, "K", "mK") == 300_000)
    #expect(try convert(0.1, "eV", "meV") == 100)
    #expect(try convert(1, "µΩ cm", "Ω m") == 1e-8)
  }

  @Test("Temperatures have zeros, differences do not")
  func temperatures() throws {
    #expect(try convert(25, "°C", "K") == 298.15)
    #expect(try convert(0, "K", "°C") == -273.15)
    #expect(isClose(try convert(212, "°F", "°C"), 100))
    #expect(try convert(5, "°C/min", "K/min") == 5)
    #expect(try convert(10, "Δ°C", "K") == 10)
    let conversion = try UnitConversion(from: Unit(parsing: "°F"), to: Unit(parsing: "K"))
    #expect(isClose(try conversion.uncertainty(9, at: 70), 5))
    #expect(throws: UnitError.self) { try Unit(parsing: "°C") * Unit(parsing: "m") }
  }

  @Test("Logarithms are marked, and left only on the way to the same quantity")
  func logarithms() throws {
    #expect(isClose(try convert(2, "log10(GPa)", "GPa"), 100))
    #expect(isClose(try convert(2, "log10(GPa)", "log10(Pa)"), 11))
    #expect(isClose(try convert(100, "MPa", "log10(GPa)"), -1))
    #expect(isClose(try convert(1, "log10(S/cm)", "ln(S/cm)"), 2.302585092994046))
    #expect(isClose(try convert(400, "log10(GPa)", "log10(MPa)"), 403))
    #expect(throws: ConversionError.self) { try convert(400, "log10(GPa)", "GPa") }
    #expect(throws: ConversionError.self) { try convert(-1, "GPa", "log10(GPa)") }
    #expect(throws: ConversionError.self) { try convert(0, "GPa", "log10(GPa)") }
    // d log10(x) = dx / (x ln 10).
    let down = try UnitConversion(from: Unit(parsing: "GPa"), to: Unit(parsing: "log10(GPa)"))
    #expect(isClose(try down.uncertainty(5, at: 100), 0.05 / log(10)))
    let up = try UnitConversion(from: Unit(parsing: "log10(GPa)"), to: Unit(parsing: "GPa"))
    #expect(isClose(try up.uncertainty(0.05 / log(10), at: 2), 5))
  }

  /// Values from CODATA 2022 by way of SciPy 1.17.1, `scipy.constants.physical_constants`.
  @Test("Light, heat, moles and counts are converted on request")
  func equivalences() throws {
    let light = [UnitEquivalence.spectroscopy]
    #expect(isClose(try convert(1, "eV", "cm-1", light), 8065.543937349211))
    #expect(isClose(try convert(1, "eV", "THz", light), 241.79892420849183))
    #expect(isClose(try convert(1, "THz", "meV", light), 4.135667696923859))
    #expect(isClose(try convert(500, "nm", "eV", light), 1239.8419843320026 / 500))
    #expect(isClose(try convert(2.5, "eV", "nm", light), 1239.8419843320026 / 2.5))
    #expect(isClose(try convert(500, "nm", "cm-1", light), 20_000))
    #expect(isClose(try convert(1, "eV", "K", [.thermal]), 11604.518121550082))
    #expect(
      isClose(try convert(1, "eV/atom", "kJ/mol", [.mole(of: .atom)]), 96.48533212331001))
    #expect(try convert(0.5, "eV/atom", "eV/cell", [.atomsPerCell(8)]) == 4)
    #expect(isClose(try convert(3, "eV/f.u.", "eV/atom", [.atomsPerFormulaUnit(5)]), 0.6))
    #expect(
      isClose(
        try convert(
          1, "kJ/mol", "eV/atom", [.mole(of: .formulaUnit), .atomsPerFormulaUnit(2)]),
        1 / 96.48533212331001 / 2))
    #expect(isClose(try convert(1, "eV/cell", "eV/f.u.", [.formulaUnitsPerCell(4)]), 0.25))
    #expect(isClose(try convert(1000, "HV", "GPa", [.vickersHardness]), 9.80665))
    let wave = try UnitConversion(
      from: Unit(parsing: "nm"), to: Unit(parsing: "eV"), using: light)
    #expect(isClose(try wave.uncertainty(5, at: 500), 0.01 * 1239.8419843320026 / 500, 1e-9))
    #expect(throws: ConversionError.self) { try wave(0) }
  }

  @Test("Constants are those of SciPy 1.17.1 (CODATA 2022)")
  func constants() {
    #expect(PhysicalConstants.planck == 6.62607015e-34)
    #expect(PhysicalConstants.boltzmann == 1.380649e-23)
    #expect(PhysicalConstants.hartree == 4.359744722206e-18)
    #expect(PhysicalConstants.bohrRadius == 5.29177210544e-11)
    #expect(PhysicalConstants.bohrMagneton == 9.2740100657e-24)
    #expect(PhysicalConstants.atomicMass == 1.66053906892e-27)
    #expect(PhysicalConstants.electronMass == 9.1093837139e-31)
  }

  private static let symbols = [
    "m", "kg", "s", "A", "K", "mol", "eV", "GPa", "Å", "Ry", "cm", "atom", "cell", "μB", "mΩ",
    "kcal", "T", "L", "at.%", "HV", "rad", "Oe", "min", "u", "%",
  ]

  private func arbitrary(_ rng: inout SplitMix64) -> String {
    let count = 1 + rng.index(below: 4)
    return (0..<count).map { _ in
      let symbol = Self.symbols[rng.index(below: Self.symbols.count)]
      let power = [-3, -2, -1, 1, 2, 3][rng.index(below: 6)]
      return "\(symbol)^\(power)"
    }.joined(separator: " ")
  }

  @Test("Units form an abelian group", arguments: UInt64(0)..<50)
  func group(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let a = try Unit(parsing: arbitrary(&rng))
    let b = try Unit(parsing: arbitrary(&rng))
    let c = try Unit(parsing: arbitrary(&rng))
    #expect(try (a * b).isEquivalent(to: b * a))
    #expect(try ((a * b) * c).isEquivalent(to: a * (b * c)))
    #expect(try (a * .one).isEquivalent(to: a))
    #expect(try (a / a).isEquivalent(to: .one))
    #expect(try a.raised(to: RationalPower(-1)).isEquivalent(to: .one / a))
    #expect(
      try a.raised(to: RationalPower(2)).raised(to: RationalPower(1, over: 2)).isEquivalent(to: a))
    // A symbol that arithmetic made can be read again.
    #expect(try Unit(parsing: (a / b).symbol).isEquivalent(to: a / b))
  }

  @Test("Conversions there and back change nothing", arguments: UInt64(0)..<50)
  func roundTrip(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let pairs = [
      ("eV", "kcal"), ("GPa", "eV/Å^3"), ("°F", "°C"), ("log10(GPa)", "ln(Pa)"),
      ("log10(S/cm)", "S/m"), ("g/cm3", "u/Å^3"), ("μB/cell", "A m^2/cell"),
    ]
    let (first, second) = pairs[rng.index(below: pairs.count)]
    let value = 20 * rng.uniform() - 10
    let there = try convert(value, first, second)
    #expect(abs(try convert(there, second, first) - value) < 1e-10 * max(1, abs(value)))
  }

  @Test("No text can crash the reader", arguments: UInt64(0)..<20)
  func fuzz(seed: UInt64) {
    var rng = SplitMix64(seed: seed)
    let pieces = [
      "m", "eV", "/", "(", ")", "^", "-", "1", "2", " ", ".", "%", "at", "log10", "√", "µ", "Å",
      "⁻¹", "**", "per", "°C", "e", "E", "9", "sqrt(", "\u{301}", "*", "{", "]", "\0", "½",
    ]
    for _ in 0..<500 {
      let text = (0..<rng.index(below: 14)).map { _ in pieces[rng.index(below: pieces.count)] }
        .joined()
      if let unit = try? Unit(parsing: text) {
        #expect(unit.factor.isFinite && unit.factor > 0)
      }
    }
  }
}
