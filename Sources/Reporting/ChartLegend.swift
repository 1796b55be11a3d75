/// What the marks of a figure mean, as the page writes it above the figure.
///
/// Set as text of the page, names wrap and are never cut, however narrow the page; files of their
/// own carry Vega-Lite's legends instead.
struct ChartLegend: Hashable, Sendable {
  var entries: [Entry] = []
  var scale: ColorScale?

  struct Entry: Hashable, Sendable {
    var label: String
    var symbol: Symbol
    var color: ThemeColor
  }

  enum Symbol: String, Hashable, Sendable {
    case line, dashes, band, disk, ring, diamond, cross
  }

  /// A bar of colors with its ends.
  struct ColorScale: Hashable, Sendable {
    var title: String
    var low: String
    var high: String
    var isDiverging = false
  }

  /// Nothing where there is nothing to say.
  var html: String {
    guard !entries.isEmpty || scale != nil else { return "" }
    let items = entries.map { entry in
      "<li><svg viewBox=\"0 0 20 12\" style=\"color:\(Palette.page.css(entry.color))\" aria-hidden=\"true\">"
        + "\(ChartLegend.drawing(entry.symbol))</svg>\(Markup.escaped(entry.label))</li>\n"
    }
    return "<ul class=\"legend\">\n\(items.joined())\(scale.map(ChartLegend.html) ?? "")</ul>\n"
  }

  private static func html(_ scale: ColorScale) -> String {
    "<li class=\"\(scale.isDiverging ? "ramp diverging" : "ramp")\">\(Markup.escaped(scale.title)): <span>\(Markup.escaped(scale.low))"
      + "<i aria-hidden=\"true\"></i>\(Markup.escaped(scale.high))</span></li>\n"
  }

  private static func drawing(_ symbol: Symbol) -> String {
    let stroke = "fill=\"none\" stroke=\"currentColor\""
    return switch symbol {
    case .line: "<path d=\"M1 6H19\" stroke-width=\"3.2\" \(stroke)/>"
    case .dashes: "<path d=\"M1 6H19\" stroke-width=\"1.6\" stroke-dasharray=\"4 3\" \(stroke)/>"
    case .band: "<path d=\"M1 1H19V11H1Z\" fill=\"currentColor\" opacity=\".25\"/>"
    case .disk: "<circle cx=\"10\" cy=\"6\" r=\"5\" fill=\"currentColor\"/>"
    case .ring: "<circle cx=\"10\" cy=\"6\" r=\"4.2\" stroke-width=\"1.6\" \(stroke)/>"
    case .diamond: "<path d=\"M10 0.5L15 6L10 11.5L5 6Z\" fill=\"currentColor\"/>"
    case .cross: "<path d=\"M8 0.5H12V4H15.5V8H12V11.5H8V8H4.5V4H8Z\" fill=\"currentColor\"/>"
    }
  }
}
