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
    "Writes small and large uncertain values as powers of ten",
    arguments: [
      (1.6e-13, 2.7e-14, "(1.60 ± 0.27) × 10⁻¹³"), (6.1e-6, 4.2e-6, "(6.1 ± 4.2) × 10⁻⁶"),
      (1e-200, 2.7e-201, "(1.00 ± 0.27) × 10⁻²⁰⁰"), (1e-200, 0.27, "0.00 ± 0.27"),
      (5_783_153_508_140, 3_543_139_613_306, "(5.8 ± 3.5) × 10¹²"),
      (-2.5e6, 12_000, "(−2.500 ± 0.012) × 10⁶"), (3e-9, 4.4e-7, "(0.0 ± 4.4) × 10⁻⁷"),
      (9.9996e-7, 2e-9, "(1.0000 ± 0.0020) × 10⁻⁶"), (9.9999e-7, 3.1e-8, "(1.000 ± 0.031) × 10⁻⁶"),
      (4e-9, 9.96e-7, "(0.0 ± 1.0) × 10⁻⁶"), (1.5e308, 2e307, "(1.50 ± 0.20) × 10³⁰⁸"),
      (2e-310, 1e-311, "(2.00 ± 0.10) × 10⁻³¹⁰"), (0.00012, 0.00001, "0.000120 ± 0.000010"),
      (999_999, 12, "999999 ± 12"), (1e6, 0, "1.00 × 10⁶ ± 0"), (3, 0, "3.00 ± 0"),
      (0, 0, "0 ± 0"), (0, 3e-8, "(0.0 ± 3.0) × 10⁻⁸"), (1.5, 2e-9, "1.5000000000 ± 0.0000000020"),
      (1.5, 2e-15, "1.50000000000 ± 2.0 × 10⁻¹⁵"), (1.6e-13, .nan, "1.60 × 10⁻¹³"),
      (1.6e-13, .infinity, "1.60 × 10⁻¹³"), (2, -1, "2.00"), (.nan, 1, "–"), (.infinity, 1, "–"),
      (-.infinity, .nan, "–"),
    ] as [(Double, Double, String)])
  func uncertainPowers(value: Double, spread: Double, text: String) {
    #expect(Report.number(value, spread: spread) == text)
  }

  @Test("Keeps intervals of tiny values from becoming zeros")
  func tinyIntervals() {
    let table = ReportTable(
      caption: "", columns: [.init("a")],
      rows: [[.interval(1.6e-13, lower: 1.3e-13, upper: 1.9e-13)]])
    #expect(
      table.html(isSortable: false).contains(
        "1.60 × 10⁻¹³ <span class=\"range\">1.30 × 10⁻¹³ to 1.90 × 10⁻¹³</span>"))
  }

  @Test("Keeps percent signs with their numbers, but leaves preformatted text as it is")
  func percentSigns() {
    #expect(Markup.prose("top 5 % <") == "top 5\u{a0}% &lt;")
    let report = Report(
      title: "a", summary: "5 % of it",
      sections: [.init(title: "b", content: .preformatted("c: 5 %"))])
    let html = report.html(vegaBundle: nil)
    #expect(html.contains("5\u{a0}% of it") && html.contains("c: 5 %"))
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
