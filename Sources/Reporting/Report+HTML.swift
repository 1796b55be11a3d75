extension Report {
  /// The page as one self-contained HTML file: style, data and programs inline, no request.
  ///
  /// - Parameter vegaBundle: The text of the drawing library, a module that sets
  ///   `window.vegaEmbed`. Without it the page shows the tables behind the figures and says how to
  ///   get the figures.
  /// - Returns: The same bytes for the same report and bundle.
  public func html(vegaBundle: String?) -> String {
    let charts = sections.flatMap(\.contents).compactMap { content -> Chart? in
      if case .chart(let chart) = content { chart } else { nil }
    }
    var writer = PageWriter(drawsCharts: vegaBundle != nil)
    let body = [
      header, cardGrid, contents(charts.isEmpty || vegaBundle != nil),
      "<div class=\"sections\">\n"
        + sections.enumerated().map { writer.section($1, place: $0) }.joined() + "</div>\n",
      recipeBlock, footer,
    ].joined()
    return head + "<body>\n<main>\n" + body + "</main>\n"
      + PageScripts.elements(charts: charts, vegaBundle: vegaBundle) + "</body>\n</html>\n"
  }

  private var head: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="\(PageScripts.policy)">
    <title>\(Markup.escaped(title))</title>
    <style>
    \(PageStyle.sheet)
    </style>
    </head>

    """
  }

  private var header: String {
    let lead = subtitle.isEmpty ? "" : "<p class=\"lead\">\(Markup.prose(subtitle))</p>\n"
    let text = summary.isEmpty ? "" : "<p class=\"summary\">\(Markup.prose(summary))</p>\n"
    return """
      <header>
      <p class="brand"><span class="mark" aria-hidden="true"></span>Athanor</p>
      <h1>\(Markup.prose(title))</h1>
      \(lead)\(text)</header>

      """
  }

  private var cardGrid: String {
    guard !cards.isEmpty else { return "" }
    let items = cards.map { card -> String in
      let value = card.isFormula ? Markup.formula(card.value) : Markup.escaped(card.value)
      let unit =
        card.unit.isEmpty ? "" : " <span class=\"unit\">\(Markup.escaped(card.unit))</span>"
      let note = card.note.isEmpty ? "" : "<dd class=\"note\">\(Markup.prose(card.note))</dd>"
      let kind = card.isFormula ? " class=\"formula\"" : ""
      return "<div class=\"card\"><dt>\(Markup.prose(card.label))</dt>"
        + "<dd class=\"value\"><span\(kind)>\(value)</span>\(unit)</dd>\(note)</div>\n"
    }
    return "<dl class=\"cards\" aria-label=\"Key figures\">\n\(items.joined())</dl>\n"
  }

  /// Links to the sections, where there are enough of them; and what is missing, if anything.
  private func contents(_ isComplete: Bool) -> String {
    let notice = isComplete ? "" : "<p class=\"notice\">\(PageScripts.missingBundle)</p>\n"
    guard sections.count >= 4 else { return notice }
    let links = sections.enumerated().map { place, section in
      "<li><a href=\"#\(Markup.anchor(place))\">\(Markup.escaped(section.title))</a></li>\n"
    }
    return notice + "<nav aria-label=\"Sections\">\n<ul>\n\(links.joined())</ul>\n</nav>\n"
  }

  private var recipeBlock: String {
    guard let recipe else { return "" }
    return """
      <section class="recipe">
      <h2>Recipe</h2>
      <p class="text">The full recipe: the same text gives the same results.</p>
      <details><summary>Show the recipe</summary>
      <pre tabindex="0">\(Markup.escaped(recipe))</pre>
      </details>
      </section>

      """
  }

  private var footer: String {
    guard !provenance.isEmpty else { return "" }
    let facts = provenance.map {
      "<div><dt>\(Markup.escaped($0.label))</dt><dd>\(Markup.escaped($0.value))</dd></div>\n"
    }
    return """
      <footer>
      <h2>Where these numbers come from</h2>
      <dl class="facts">
      \(facts.joined())</dl>
      </footer>

      """
  }
}
