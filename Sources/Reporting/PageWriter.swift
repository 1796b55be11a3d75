/// Writes sections and numbers their figures in the order of the page.
struct PageWriter {
  /// Whether the page can draw; otherwise tables stand in for figures.
  let drawsCharts: Bool

  private var chartCount = 0

  init(drawsCharts: Bool) { self.drawsCharts = drawsCharts }

  mutating func section(_ section: Report.Section, place: Int) -> String {
    let text =
      section.text.isEmpty ? "" : "<p class=\"text\">\(Markup.prose(section.text))</p>\n"
    var contents = ""
    for content in section.contents { contents += self.content(content) }
    let width = section.isHalfWidth ? "half" : "full"
    return """
      <section class="\(width)" id="\(Markup.anchor(place))" aria-labelledby="heading-\(place + 1)">
      <h2 id="heading-\(place + 1)">\(Markup.prose(section.title))</h2>
      \(text)\(contents)</section>

      """
  }

  private mutating func content(_ content: Report.Content) -> String {
    switch content {
    case .chart(let chart): figure(chart)
    case .table(let table): table.html(isSortable: true)
    case .cell(let picture): picture.html
    case .preformatted(let text): "<pre tabindex=\"0\">\(Markup.escaped(text))</pre>\n"
    case .paragraph(let text): "<p>\(Markup.prose(text))</p>\n"
    }
  }

  private mutating func figure(_ chart: Chart) -> String {
    defer { chartCount += 1 }
    let caption =
      "<figcaption id=\"caption-\(chartCount)\">\(Markup.prose(chart.summary))</figcaption>"
    guard drawsCharts else {
      return "<figure>\n\(caption)\n\(chart.table.html(isSortable: false))</figure>\n"
    }
    let axis = chart.axes.y.map { "<p class=\"axis\">\(Markup.escaped($0))</p>\n" } ?? ""
    let width = chart.minimumWidth > 0 ? " style=\"min-width:\(chart.minimumWidth)px\"" : ""
    let scrolls = chart.minimumWidth > 0 ? " tabindex=\"0\"" : ""
    return """
      <figure>
      \(chart.legend.html)\(axis)<div class="frame"\(scrolls)><div class="chart"\(width) role="img" aria-labelledby="caption-\(chartCount)" \
      data-chart="\(chartCount)"></div></div>
      \(caption)
      <details class="numbers"><summary>The numbers</summary>
      \(chart.table.html(isSortable: false))</details>
      </figure>

      """
  }
}
