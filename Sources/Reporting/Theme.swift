/// The colors of reports and charts, each named once.
///
/// The series colors are those of Okabe and Ito, "Color Universal Design" (2008), which stay apart
/// for readers with any color vision deficiency; the dark forms are the same hues, lifted.
enum ThemeColor: String, CaseIterable, Hashable, Sendable {
  // The page.
  case page, surface, ink, inkSoft, line, grid, accentSoft
  // Series.
  case ember, blue, green, mauve, sky, gold, ash
  // Cells without a value, and text upon cells with a low and a high value.
  case cellEmpty, cellEmptyInk, cellInkLow, cellInkHigh

  /// The color in the light setting, in print and in files of its own.
  var light: String {
    switch self {
    case .page: "#f7f5f2"
    case .surface: "#ffffff"
    case .ink: "#1f2328"
    case .inkSoft: "#5b6169"
    case .line: "#dcd8d2"
    case .grid: "#eceae6"
    case .accentSoft: "#fbeee4"
    case .ember: "#d55e00"
    case .blue: "#0072b2"
    case .green: "#009e73"
    case .mauve: "#b5609a"
    case .sky: "#3d9fd8"
    case .gold: "#c98a00"
    case .ash: "#8b9097"
    case .cellEmpty: "#eeebe7"
    case .cellEmptyInk: "#a29e98"
    case .cellInkLow: "#3a2a1f"
    case .cellInkHigh: "#ffffff"
    }
  }

  /// The color on a dark page.
  var dark: String {
    switch self {
    case .page: "#131518"
    case .surface: "#1c1f23"
    case .ink: "#eceae6"
    case .inkSoft: "#a5abb3"
    case .line: "#353a41"
    case .grid: "#2a2e34"
    case .accentSoft: "#33261c"
    case .ember: "#f58231"
    case .blue: "#4aa8e0"
    case .green: "#2cc397"
    case .mauve: "#d58cbd"
    case .sky: "#8ccbf0"
    case .gold: "#e9b440"
    case .ash: "#8b9097"
    case .cellEmpty: "#26292e"
    case .cellEmptyInk: "#6d737b"
    case .cellInkLow: "#3a2a1f"
    case .cellInkHigh: "#ffffff"
    }
  }
}

/// How the names of colors are written.
enum Palette: Sendable {
  /// As CSS variables, which the page sets for the light and the dark setting.
  case page
  /// As fixed hexadecimal colors: for files that leave the page.
  case fixed

  func css(_ color: ThemeColor) -> String {
    switch self {
    case .page: "var(--\(color.rawValue))"
    case .fixed: color.light
    }
  }
}

enum Theme {
  /// Fonts of the reader's own system: nothing is fetched.
  static let font =
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', sans-serif"

  static let monospacedFont =
    "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"

  /// Low to high: lightness falls steadily, so the order survives print and any color
  /// vision; the dark end is still seen on a dark page.
  static let ramp = ["#fdebd6", "#fbcd9b", "#f5a85c", "#e27a29", "#bf5412", "#8f3a10"]

  /// From below zero over zero to above it; blue and orange stay apart with any color vision.
  static let divergingRamp = ["#1f6fae", "#efece8", "#b84d0e"]

  /// Series beside the main one, in order of use.
  static let seriesColors: [ThemeColor] = [.blue, .green, .mauve, .sky, .gold]

  /// The chart settings shared by all specifications.
  static var configuration: ChartValue {
    [
      "background": "transparent",
      "font": .string(font),
      "view": ["stroke": nil],
      "padding": 2,
      "axis": [
        "domainColor": .color(.line), "tickColor": .color(.line), "gridColor": .color(.grid),
        "labelColor": .color(.inkSoft), "titleColor": .color(.ink), "labelFontSize": 12,
        "titleFontSize": 12.5, "titleFontWeight": 600, "labelPadding": 6, "titlePadding": 10,
        "tickSize": 4, "labelOverlap": true,
      ],
      "axisX": ["grid": false, "tickCount": ["expr": "max(3, min(9, width / 90))"]],
      "axisY": [
        "domain": false, "ticks": false, "tickCount": 5, "titleAngle": 0, "titleAlign": "left",
        "titleAnchor": "start", "titleBaseline": "bottom", "titleX": 0, "titleY": -12,
      ],
      "legend": [
        "orient": "top", "direction": "horizontal", "labelColor": .color(.ink),
        "titleColor": .color(.ink), "labelFontSize": 12.5, "titleFontSize": 12.5,
        "titleFontWeight": 600, "labelLimit": 260, "symbolSize": 110, "offset": 36,
        "columnPadding": 18, "gradientThickness": 10, "gradientLength": 180,
      ],
      "title": [
        "color": .color(.ink), "anchor": "start", "fontSize": 15, "fontWeight": 600, "offset": 14,
      ],
      "text": ["color": .color(.ink), "fontSize": 12.5],
      "range": [
        "ramp": .array(ramp.map(ChartValue.string)), "heatmap": .array(ramp.map(ChartValue.string)),
      ],
    ]
  }
}
