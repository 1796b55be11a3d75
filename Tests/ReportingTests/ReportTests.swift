import Foundation
import Testing

@testable import Reporting

@Suite("Report")
struct ReportTests {
  static let hostile = [
    "</script><script>alert(1)</script>", "<!--<script>", "\"><img src=x onerror=alert(1)>",
    "'&amp;<b>\u{0}", "]]>{{constructor}}${1}", "</style></title></pre></details>",
    "\u{2028}\u{202e}\\u003c",
  ]

  /// A stand-in for the drawing library that holds what could end its element too early.
  static let bundle = "window.vegaEmbed = () => '</SCRIPT><!-- https://example.org';"

  @Test("Hostile text changes no tag of the page", arguments: hostile, [nil, bundle])
  func escapes(text: String, bundle: String?) {
    let page = Samples.report(text: text).html(vegaBundle: bundle)
    let tame = Samples.report(text: "Fe").html(vegaBundle: bundle)
    #expect(tags(page) == tags(tame))
    #expect(!page.contains("alert(1)>") && !page.contains("<img"))
  }

  @Test("Specifications survive the page unchanged", arguments: hostile)
  func specificationsSurvive(text: String) throws {
    let page = Samples.report(text: text).html(vegaBundle: Self.bundle)
    let start = try #require(page.range(of: "id=\"charts\">"))
    let end = try #require(page.range(of: "</script>", range: start.upperBound..<page.endIndex))
    let json = page[start.upperBound..<end.lowerBound]
    let charts = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]]
    let expected = Samples.charts(name: text).map(\.summary)
    #expect(charts?.compactMap { $0["description"] as? String } == expected)
  }

  @Test("Requests nothing", arguments: [nil, bundle])
  func isSelfContained(bundle: String?) throws {
    let page = Samples.report(text: "Fe2O3").html(vegaBundle: bundle)
    #expect(page.contains("default-src 'none'"))
    for pattern in [
      #/\ssrc\s*=/#, #/href\s*=\s*"[^#]/#, #/url\(/#, #/@import/#, #/\bfetch\(/#, #/<link/#,
      #/<iframe/#, #/\bimport\b/#,
    ] {
      #expect(page.firstMatch(of: pattern) == nil)
    }
    let addresses = page.matches(of: #/https?:\/\/[^"'\s<]*/#).map { String($0.output) }
    #expect(addresses.allSatisfy { $0 == "https://example.org" })
  }

  @Test("Without the library, tables stand in and a sentence says why")
  func standsInWithTables() {
    let report = Samples.report(text: "Fe")
    let plain = report.html(vegaBundle: nil)
    #expect(plain.contains("Run Scripts/setup.sh"))
    #expect(!plain.contains("data-chart"))
    #expect(plain.components(separatedBy: "<table").count == 1 + Samples.charts().count + 1)
    let drawn = report.html(vegaBundle: Self.bundle)
    #expect(!drawn.contains("Run Scripts/setup.sh"))
    #expect(drawn.components(separatedBy: "data-chart=").count == 1 + Samples.charts().count)
  }

  @Test("Every figure, table and section has its words")
  func isAccessible() {
    let page = Samples.report(text: "Fe").html(vegaBundle: Self.bundle)
    func count(_ text: String) -> Int { page.components(separatedBy: text).count - 1 }
    #expect(count("<html lang=\"en\">") == 1 && count("<h1>") == 1 && count("<main>") == 1)
    #expect(count("<figure>") == count("<figcaption id="))
    #expect(count("role=\"img\" aria-labelledby=\"caption-") == count("<figure>"))
    #expect(count("<table") == count("<caption>"))
    #expect(count("<th scope=\"col\"") == page.matches(of: #/<th[ >]/#).count)
    #expect(count("<noscript>") == 1)
  }

  @Test("Same report, same bytes")
  func isDeterministic() {
    let pages = (0..<3).map { _ in Samples.report(text: "Al2O3").html(vegaBundle: Self.bundle) }
    #expect(Set(pages).count == 1)
  }

  @Test("Names every color for light and dark pages")
  func namesColors() {
    let page = Report(title: "t").html(vegaBundle: nil)
    for color in ThemeColor.allCases {
      #expect(page.contains("--\(color.rawValue): \(color.light);"))
      #expect(page.contains("--\(color.rawValue): \(color.dark);"))
    }
  }

  @Test("Numbers of a column share their digits and carry their values for sorting")
  func alignsNumbers() {
    let table = ReportTable(
      caption: "c", columns: [.init("n"), .init("i"), .init("m")],
      rows: [
        [.number(12.345), .interval(5, lower: 4, upper: 6), .measured(1.234, spread: 0.012)],
        [.number(-0.5), .interval(7.25, lower: 6.25, upper: 8.25), .missing],
      ])
    let html = table.html(isSortable: true)
    #expect(html.contains("data-value=\"12.345\">12.3</td>"))
    #expect(html.contains("data-value=\"-0.5\">−0.5</td>"))
    #expect(html.contains(">7.2 <span class=\"range\">6.2 to 8.2</span>"))
    #expect(html.contains(">1.234 ± 0.012</td>") && html.contains("<td class=\"number\">–</td>"))
  }

  /// Names of all tags outside of the elements whose content is not markup.
  private func tags(_ page: String) -> [String] {
    page.replacing(#/(?s)(<(?:script|style)\b[^>]*>).*?(<\/(?:script|style)>)/#) {
      $0.output.1 + $0.output.2
    }.matches(of: #/<\/?[A-Za-z!][^>]*>/#).map { match in
      String(match.output.prefix { !" >".contains($0) })
    }.filter { !$0.hasSuffix("sub") }  // amounts of formulas
  }
}
