import Foundation
import Matter
import Testing

@Suite("Units")
struct UnitTests {
  @Test(
    "Converts as Pint 0.25.3 does",
    arguments: [
      ("g cm^-3", "kg/m3", 1000.0),
      ("eV/Å^3", "GPa", 160.2176634),
      ("Ry", "eV", 13.605693122990514),
      ("Ha", "kJ", 4.359744722205977e-21),
      ("kcal", "J", 4184.0),
      ("mAh/g", "C/kg", 3600.0),
      ("W m-1 K-1", "mW/(cm K)", 10.0),
      ("µΩ cm", "Ω m", 1e-08),
      ("Å³", "bohr^3", 6.748334508339303),
      ("Ry/bohr", "eV/Å", 25.711033755604717),
      ("psi", "MPa", 0.0068947572931683625),
      ("Torr", "Pa", 133.32236842105263),
      ("kbar", "GPa", 0.1),
      ("u", "kg", 1.66053906892e-27),
      ("μB", "A m^2", 9.2740100657e-24),  // CODATA 2022; Pint derives 9.27401006574e-24
      ("D", "C m", 3.335640951981521e-30),
      ("MPa m^1/2", "Pa √m", 1_000_000.0),
      ("J g-1 K-1", "cal/(g °C)", 0.2390057361376673),
      ("S/cm", "S/m", 100.0),
      ("erg/cm^2", "J m^-2", 0.001),
      ("eV/Å²", "mJ/m^2", 16021.76634),
      ("kgf/mm2", "GPa", 0.00980665),
      ("Wh/kg", "J/g", 3.6),
      ("deg", "rad", 0.017453292519943295),
      ("inch", "mm", 25.4),
      ("atm", "bar", 1.01325),
      ("m_e", "u", 0.00054857990904271),
      ("cm^2/(V s)", "m2 V-1 s-1", 0.0001),
      ("nV/K", "µV/K", 0.001),
      ("h", "min", 60),
    ])
  func converts(_ from: String, _ to: String, _ expected: Double) throws {
    let conversion = try UnitConversion(from: Unit(parsing: from), to: Unit(parsing: to))
    let value = try conversion(1)
    #expect(abs(value / expected - 1) < 2e-12, "\(value) against \(expected)")
  }

  @Test(
    "Reads every way of writing a unit",
    arguments: [
      ("g cm^-3", "g/cm3"), ("kg·m⁻³", "kg/m^3"), ("W m-1 K-1", "W/(m K)"), ("W/m/K", "W/(m·K)"),
      ("1/cm", "cm-1"), ("Å^3", "Å**3"), ("µm", "um"), ("\u{b5}m", "μm"), ("N*m", "J"),
      ("N.m", "J"), ("eV per atom", "eV/atom"), ("m^(1/2)", "√m"), ("m^0.5", "sqrt(m)"),
      ("[GPa]", "GPa"), ("kg m^{-3}", "kg m−3"), ("10^-6/K", "1e-6 K^-1"), ("10⁻⁶ K⁻¹", "ppm/K"),
      ("°C/min", "K/min"), ("μB/f.u.", "muB/formula unit"), ("at.%", "at%"),
      ("J/mol/K", "J/(mol K)"),
      ("  eV ", "eV"), ("A\u{30a}", "\u{212b}"), ("J/g °C", ""), ("MPa·√m", "MPa m^1/2"),
    ])
  func synonyms(_ first: String, _ second: String) throws {
    guard !second.isEmpty else {
      // A product behind a solidus is read both ways by people, so it is refused.
      #expect(throws: UnitError.ambiguousDivision(offset: 4)) { try Unit(parsing: first) }
      return
    }
    #expect(try Unit(parsing: first).isEquivalent(to: Unit(parsing: second)))
  }

  @Test(
    "Refuses what is no unit, and says where",
    arguments: [
      ("", UnitError.empty), ("  ", .empty), ("gpa", .unknownSymbol("gpa", offset: 0)),
      ("eV/atm/foo", .unknownSymbol("foo", offset: 7)), ("W/m K", .ambiguousDivision(offset: 4)),
      ("W/m·K", .ambiguousDivision(offset: 4)), ("(m", .unbalancedParenthesis(offset: 0)),
      ("m)", .unbalancedParenthesis(offset: 1)), ("m^", .invalidPower(offset: 2)),
      ("m^0", .invalidPower(offset: 2)), ("m^100", .invalidPower(offset: 2)),
      ("m^1/0", .invalidPower(offset: 2)), ("m/", .unexpected("end of the unit", offset: 2)),
      ("/m", .unexpected("/", offset: 0)), ("eV$", .unexpected("$", offset: 2)),
      ("0 m", .unexpected("0", offset: 0)), ("km^99 Gm^99 Tm^99", .outOfRange("km^99 Gm^99 Tm^99")),
      (
        "a.u.",
        .ambiguous(
          "a.u.", offset: 0, remedy: "write arbitrary, or name the atomic unit: Ha, bohr, e")
      ),
      ("log(GPa)", .ambiguous("log", offset: 0, remedy: "write log10(…) or ln(…)")),
      ("m^1/7", .invalidPower(offset: 2)),
    ])
  func refuses(_ text: String, _ error: UnitError) {
    #expect(throws: error) { try Unit(parsing: text) }
    #expect("\(error)".count > 20)
  }

  @Test("Refuses long and deeply nested texts")
  func limits() {
    #expect(throws: UnitError.self) { try Unit(parsing: String(repeating: "m ", count: 200)) }
    #expect(throws: UnitError.self) {
      try Unit(parsing: String(repeating: "(", count: 90) + "m" + String(repeating: ")", count: 90))
    }
    #expect(throws: UnitError.self) {
      try Unit(parsing: "e" + String(repeating: "\u{301}", count: 5000))
    }
  }

  @Test("Powers of powers cannot overflow")
  func powers() throws {
    let tower = String(repeating: "(", count: 12) + "10" + String(repeating: "^99)", count: 12)
    #expect(throws: UnitError.outOfRange(tower)) { try Unit(parsing: tower) }
    let meter = try Unit(parsing: "km")
    #expect(throws: UnitError.self) { try meter.raised(to: RationalPower(.max)) }
    #expect(throws: UnitError.self) { try Unit.one.raised(to: RationalPower(.min)) }
  }

  @Test("Keeps counts and shares apart")
  func counts() throws {
    let texts = ["eV", "eV/atom", "eV/cell", "eV/f.u.", "eV/molecule", "kJ/mol"]
    for first in texts {
      for second in texts where first != second {
        #expect(throws: ConversionError.self) {
          try UnitConversion(from: Unit(parsing: first), to: Unit(parsing: second))
        }
      }
    }
    for text in ["wt.%", "mol.%", "vol.%", "%", "1"] {
      #expect(throws: ConversionError.self) {
        try UnitConversion(from: Unit(parsing: "at.%"), to: Unit(parsing: text))
      }
    }
    #expect(throws: ConversionError.self) {
      try UnitConversion(from: Unit(parsing: "HV"), to: Unit(parsing: "GPa"))
    }
  }

  @Test("Names both dimensions and what would help")
  func explains() throws {
    let error = try #require(throws: ConversionError.self) {
      try UnitConversion(from: Unit(parsing: "eV/atom"), to: Unit(parsing: "GPa"))
    }
    #expect(
      "\(error)" == "eV/atom [m² kg s⁻² atom⁻¹] and GPa [m⁻¹ kg s⁻²] measure different things.")
    let counted = try #require(throws: ConversionError.self) {
      try UnitConversion(from: Unit(parsing: "eV/atom"), to: Unit(parsing: "eV/cell"))
    }
    #expect("\(counted)".contains("say how many atoms"))
    let light = try #require(throws: ConversionError.self) {
      try UnitConversion(from: Unit(parsing: "cm-1"), to: Unit(parsing: "meV"))
    }
    #expect("\(light)".contains("spectroscopic"))
  }

  @Test("Is written and read as its symbol")
  func codable() throws {
    let unit = try Unit(parsing: " log10(GPa) ")
    #expect(unit.symbol == "log10(GPa)" && unit.logarithm == .base10)
    let text = String(decoding: try JSONEncoder().encode([unit]), as: UTF8.self)
    #expect(text == "[\"log10(GPa)\"]")
    let read = try JSONDecoder().decode([Matter.Unit].self, from: Data("[\"eV/atom\"]".utf8))
    #expect(try read == [Unit(parsing: "eV/atom")])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([Matter.Unit].self, from: Data("[\"gpa\"]".utf8))
    }
  }
}
