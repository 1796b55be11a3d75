import Testing

@testable import Reporting

@Suite("Text of reports")
struct TextTests {
  @Test(
    "Rounds for people",
    arguments: [
      (0, "0"), (1234.5, "1234"), (0.012345, "0.0123"), (4.5678, "4.57"), (99.96, "100"),
      (-0.5, "−0.500"), (1.23e-7, "1.23 × 10⁻⁷"), (6.02214e23, "6.02 × 10²³"), (.nan, "–"),
      (.infinity, "–"), (123_456, "123456"),
    ] as [(Double, String)])
  func numbers(value: Double, text: String) {
    #expect(Report.number(value) == text)
  }

  /// JCGM 100:2008, 7.2.6: at most two significant digits of the uncertainty, value to match. The
  /// first case is the mass of 7.2.2 there, 100.021 47 g with 0.35 mg.
  @Test(
    "Rounds values to the digits that their uncertainty deserves",
    arguments: [
      (100.02147, 0.00035, "100.02147 ± 0.00035"), (26.873, 0.214, "26.87 ± 0.21"),
      (-0.0012, 0.00031, "−0.00120 ± 0.00031"), (1851.3, 42.7, "1851 ± 43"),
      (5.26, 0.0996, "5.26 ± 0.10"), (3, .nan, "3.00"),
    ])
  func uncertainties(value: Double, spread: Double, text: String) {
    #expect(Report.number(value, spread: spread) == text)
  }

  @Test(
    "Writes shares",
    arguments: [(0.876, "88"), (0.05, "5"), (0.0412, "4.1"), (1, "100"), (0, "0")])
  func percentages(fraction: Double, text: String) {
    #expect(Report.percent(fraction) == text + "\u{202f}%")
  }

  @Test(
    "Sets the amounts of formulas low",
    arguments: [
      ("Al2O3", "Al<sub>2</sub>O<sub>3</sub>"), ("Ca(OH)2", "Ca(OH)<sub>2</sub>"),
      ("CuSO4·5H2O", "CuSO<sub>4</sub>·5H<sub>2</sub>O"), ("Mo0.65Al", "Mo<sub>0.65</sub>Al"),
      ("2Fe", "2Fe"), ("x.y", "x.y"), ("Fe<3>", "Fe&lt;3&gt;"), ("", ""),
    ])
  func formulas(text: String, html: String) {
    #expect(Markup.formula(text) == html)
  }

  @Test("Sets whole amounts low in plain text")
  func plainFormulas() {
    #expect(Markup.plainFormula("Al2O3") == "Al₂O₃")
    #expect(Markup.plainFormula("Mo0.65Ti12") == "Mo0.65Ti₁₂")
  }

  @Test("Writes canonical JSON")
  func canonicalJSON() {
    let value: ChartValue = [
      "b": [1, 2.5, -0.0, 1e300], "a": ["é": nil, "z": true, "Z": "\"\\\u{1}\u{2028}\n"],
      "c": .number(.nan), "d": .color(.ember),
    ]
    #expect(
      value.json(.fixed)
        == #"{"a":{"Z":"\"\\\u0001\u2028\n","z":true,"é":null},"b":[1,2.5,0,1e+300],"#
        + ##""c":null,"d":"#d55e00"}"##)
    #expect(ChartValue.color(.ember).json(.page) == "\"var(--ember)\"")
  }
}
