public import Matter

extension Chart {
  /// A periodic table whose cells are colored by a value, with symbol and value in each.
  ///
  /// Elements without a value are pale. Values of both signs are drawn on a scale that is balanced
  /// about zero.
  ///
  /// - Parameters:
  ///   - values: Any subset of the elements; entries that are not finite count as absent.
  ///   - quantity: Names the color scale.
  ///   - outOfScope: What a pale cell means, for the summary.
  public static func periodicTable(
    _ values: [Element: Double], quantity: Quantity,
    outOfScope: String = "not in the data"
  ) -> Chart {
    let known = values.filter(\.value.isFinite)
    let scale = ElementScale(Array(known.values))
    let rows = Element.all.map { cell($0, known[$0], scale) }
    return Chart(
      title: "\(quantity.name) of the elements",
      summary: tableSummary(known, quantity, scale, outOfScope),
      table: elementTable(known, quantity), minimumWidth: 300,
      legend: ChartLegend(
        scale: .init(
          title: quantity.label, low: scale.text(scale.low), high: scale.text(scale.high),
          isDiverging: scale.isDiverging)),
      specification: [
        "data": data(rows), "height": 380, "usermeta": ["narrowHeight": 230],
        "encoding": [
          "x": position("column", count: 18), "y": position("row", count: 10),
          "tooltip": tooltip([("tip", "Element", nil), ("shown", quantity.label, nil)]),
        ],
        "layer": [
          emptyCells, filledCells(quantity, scale), symbols, cellValues,
        ],
      ])
  }

  private static func cell(
    _ element: Element, _ value: Double?, _ scale: ElementScale
  ) -> [String: ChartValue] {
    // The f block stands below the table, with a gap between.
    let row = element.isFBlock ? element.period + 3 : element.period
    var members: [String: ChartValue] = [
      "symbol": .string(element.symbol), "column": .integer(element.column),
      "row": .integer(row),
      "tip": .string("\(element.symbol) (\(element.atomicNumber))"), "state": "empty", "shown": "–",
    ]
    guard let value else { return members }
    members["value"] = .plotted(value)
    members["shown"] = .string(scale.text(value))
    members["state"] = scale.isDark(value) ? "high" : "low"
    return members
  }

  private static func position(_ field: String, count: Int) -> ChartValue {
    [
      "field": .string(field), "type": "ordinal", "axis": nil,
      "scale": [
        "domain": .array((1...count).map(ChartValue.integer)), "paddingInner": 0.07,
        "paddingOuter": 0,
      ],
    ]
  }

  private static func filter(_ test: String) -> ChartValue { [["filter": .string(test)]] }

  private static let emptyCells: ChartValue = [
    "transform": filter("datum.state == 'empty'"),
    "mark": ["type": "rect", "cornerRadius": 3, "color": .color(.cellEmpty)],
  ]

  private static func filledCells(_ quantity: Quantity, _ scale: ElementScale) -> ChartValue {
    [
      "transform": filter("datum.state != 'empty'"),
      "mark": ["type": "rect", "cornerRadius": 3],
      "encoding": [
        "color": [
          "field": "value", "type": "quantitative", "title": .string(quantity.label),
          "scale": scale.specification,
          "legend": [
            "orient": "none", "legendX": ["expr": "width * 0.2"], "legendY": 8,
            "gradientLength": 220, "titleLimit": 330,
            "values": [.plotted(scale.low), .plotted(scale.high)],
          ],
        ]
      ],
    ]
  }

  /// The symbols, in three inks: upon pale, light and dark cells; alone where cells are narrow.
  private static let symbols: ChartValue = [
    "mark": [
      "type": "text", "fontSize": ["expr": "width < 560 ? 9.5 : 13"], "fontWeight": 600,
      "dy": ["expr": "datum.state == 'empty' || width < 560 ? 0 : -5"],
    ],
    "encoding": ["text": ["field": "symbol"], "color": cellInk],
  ]

  private static let cellValues: ChartValue = [
    "transform": filter("datum.state != 'empty'"),
    "mark": [
      "type": "text", "fontSize": 10, "dy": 9, "opacity": ["expr": "width < 560 ? 0 : 1"],
    ],
    "encoding": ["text": ["field": "shown"], "color": cellInk],
  ]

  private static let cellInk: ChartValue = [
    "condition": [
      ["test": "datum.state == 'empty'", "value": .color(.cellEmptyInk)],
      ["test": "datum.state == 'high'", "value": .color(.cellInkHigh)],
    ],
    "value": .color(.cellInkLow),
  ]

  private static func ranked(_ values: [Element: Double]) -> [(key: Element, value: Double)] {
    values.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
  }

  private static func tableSummary(
    _ values: [Element: Double], _ quantity: Quantity, _ scale: ElementScale,
    _ outOfScope: String
  ) -> String {
    guard !values.isEmpty else { return "No element has a value." }
    let top = ranked(values).prefix(5).map {
      "\($0.key) (\(scale.text($0.value))\(quantity.unit.isEmpty ? "" : "\u{a0}\(quantity.unit)"))"
    }
    return "\(quantity.name), highest first: \(top.joined(separator: ", ")). "
      + "\(values.count) elements have a value; pale ones are \(outOfScope)."
  }

  private static func elementTable(_ values: [Element: Double], _ quantity: Quantity) -> ReportTable
  {
    ReportTable(
      caption: "\(quantity.name) of the elements",
      columns: [.init("Element"), .init(quantity)],
      rows: ranked(values).map { [.text($0.key.symbol), .number($0.value)] })
  }
}

/// From the values of elements to colors.
private struct ElementScale {
  let low: Double
  let high: Double
  let isDiverging: Bool
  private let areCounts: Bool

  init(_ values: [Double]) {
    areCounts = values.allSatisfy { $0 == $0.rounded() && abs($0) < 1e6 }
    let ends = Chart.extent(values)
    isDiverging = ends.low < 0 && ends.high > 0
    let reach = max(abs(ends.low), abs(ends.high))
    low = isDiverging ? -reach : min(ends.low, 0)
    high = isDiverging ? reach : ends.high
  }

  /// A count in full, any other value to two significant digits.
  func text(_ value: Double) -> String {
    areCounts ? "\(Int(value))" : Numeral.text(value, significant: 2)
  }

  /// Whether white letters are read best upon the color of `value`.
  func isDark(_ value: Double) -> Bool {
    isDiverging ? abs(value) > 0.6 * high : (value - low) > 0.7 * (high - low)
  }

  var specification: ChartValue {
    guard isDiverging else {
      return ["domain": [.plotted(low), .plotted(high)], "nice": false]
    }
    return [
      "domain": [.plotted(low), 0, .plotted(high)], "nice": false,
      "range": .array(Theme.divergingRamp.map(ChartValue.string)), "interpolate": "lab",
    ]
  }
}
