import Foundation
import Matter
import Testing

@testable import Learning

@Suite("Formulas")
struct FormulaTests {
  @Test(
    "Read what is written, with the fewest parentheses",
    arguments: [
      "rX / rB - nA * (nA - rA / rB / log(rA / rB))", "a - (b - c)", "a - b - c", "a / (b / c)",
      "a * (b / c)", "(a + b)^2", "exp(-a)", "exp(-(a * b))", "abs(a - b)", "1 / a", "a * (1 / b)",
      "sqrt(a^3)", "(a^2)^3", "cbrt(`Band gap` + 2.5)", "`rA (Ång)` / 1e-07", "log(a)", "abs(a)",
    ])
  func roundTrip(text: String) throws {
    #expect("\(try Formula(parsing: text))" == text)
  }

  @Test(
    "Follow the rules of precedence",
    arguments: [
      ("2 + 3 * 4 ^ 2", 50.0), ("2 - 3 - 4", -5), ("8 / 4 / 2", 1), ("-2^2", -4), ("2 * -3", -6),
      ("(1 + 2)^(1/2)", 3.0.squareRoot()), ("27^(1/3)", 3), ("4^-1", 0.25), ("ln(exp(2))", 2),
      ("1.5e2", 150), ("abs(1 - 3)", 2), ("exp(-1)", exp(-1.0)), ("--3", 3), ("2·3", 6),
    ])
  func values(text: String, expected: Double) throws {
    let value = try Formula(parsing: text).values(rows: 1) { _ in [] }[0]
    #expect(abs(value - expected) < 1e-12)
  }

  @Test(
    "Refuse what is no formula in a sentence",
    arguments: [
      "", " ", "a +", "(a", "a)", "a b", "foo(a)", "a^4", "a^", "1..2", "`a", "``", "*a", "a^(1/",
      "a $ b", String(repeating: "(", count: 500), String(repeating: "-", count: 500) + "a",
    ])
  func refusal(text: String) throws {
    let error = #expect(throws: FormulaReadingError.self) { try Formula(parsing: text) }
    #expect(error?.description.hasSuffix(".") == true)
  }

  @Test("LaTeX has fractions, roots and subscripts")
  func latex() throws {
    let formula = try Formula(parsing: "rX / rB - sqrt(nA) * log(x_max)")
    #expect(
      formula.latex
        == "\\frac{r_{X}}{r_{B}} - \\sqrt{n_{A}} \\, \\ln\\left(x_{\\mathrm{max}}\\right)")
  }

  private func unit(_ text: String) throws -> FormulaUnit? {
    let units = ["d": "Å", "w": "nm", "E": "eV", "x": "1", "V": "Å^3"]
    return try Formula(parsing: text).unit(
      { units[$0].flatMap { try? FormulaUnit(Matter.Unit(parsing: $0)) } ?? .one },
      symbols: { units[$0] })
  }

  @Test("Have the units of their parts")
  func units() throws {
    #expect(try unit("d * d * d") == unit("V"))
    #expect(try unit("cbrt(V) + d") == unit("d"))
    #expect(try unit("log(d / cbrt(V)) + x") == .one)
    #expect(try unit("E / E") == .one)
    #expect(try unit("d + 1.5") == unit("d"))
    let symbols = UnitSymbols(of: try Formula(parsing: "d^2 / E")) { ["d": "Å", "E": "eV"][$0] }
    #expect(symbols.text == "Å^2 eV^-1")
  }

  @Test(
    "Never add unlike units", arguments: ["d + E", "d - w", "abs(d - x)", "log(E)", "exp(d / w)"])
  func unlike(text: String) throws {
    let error = #expect(throws: SymbolicError.self) { try unit(text) }
    #expect(error?.description.contains("has no unit") == true)
  }
}
