import Ecosystem
import Matter
import Reporting
import Testing

@Suite("Audit report")
struct AuditReportTests {
  private func report(target: Bool) throws -> Report {
    let formulas = (1...30).map { "Fe\($0)O7" } + ["NaCl", "TiO2", "Ti2O4", "Si"]
    var input = AuditInput(
      source: "oxides.csv",
      rows: SplitRows(
        identifiers: formulas.indices.map { "r\($0)" },
        compositions: try formulas.map { try Composition(formula: $0) }))
    let values = formulas.indices.map { Double($0 % 7) + ($0 == 12 ? 90 : 0) }
    if target { input.target = .init(name: "gap (eV)", unit: "eV", values: values) }
    let split = try SplitMaker(input.rows, recipe: SplitRecipe(.random, folds: 2, seed: 2)).split()
    input.split = split
    input.sources = formulas.indices.map { $0 < 16 ? "A" : "B" }
    return AuditReport(try DataAudit(input), values: target ? values : []).page
  }

  @Test("Shows coverage alone where there is no target")
  func coverage() throws {
    let page = try report(target: false)
    let titles = page.sections.map(\.title)
    #expect(titles.prefix(2) == ["What the data cannot support", "Elements"])
    #expect(!titles.contains("Values") && titles.contains("What the split gives away"))
    #expect(page.cards.first?.value == "34")
  }

  @Test("Shows values, noise, outliers and sources where there is one")
  func whole() throws {
    let page = try report(target: true)
    let titles = page.sections.map(\.title)
    for title in [
      "Values", "Repeated compositions", "Values that do not fit", "Sources", "Balance",
    ] {
      #expect(titles.contains(title))
    }
    let html = page.html(vegaBundle: nil)
    #expect(html.contains("Fe<sub>13</sub>O<sub>7</sub>") && html.contains("No row holds"))
    #expect(html.contains("Audit of oxides.csv") && page.html(vegaBundle: nil) == html)
    // The unit is said once, not "gap (eV) (eV)".
    #expect(!html.contains("(eV) (eV)"))
  }

  @Test("Distributions count every value once")
  func distribution() {
    let chart = Chart.distribution(
      (0..<500).map { Double($0 * $0 % 97) } + [.nan], quantity: Quantity("Gap", unit: "eV"))
    let counted = chart.table.rows.compactMap { row -> Int? in
      if case .integer(let count) = row[2] { count } else { nil }
    }
    #expect(counted.reduce(0, +) == 500)
    #expect(chart.summary.hasPrefix("500 values from 0 to 96.0"))
  }
}
