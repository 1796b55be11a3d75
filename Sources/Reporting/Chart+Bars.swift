extension Chart {
  /// Horizontal bars with their values, longest first: importance of features, errors of peers.
  ///
  /// - Parameters:
  ///   - values: Names and values; entries that are not finite are left out. The order given is
  ///     kept.
  ///   - emphasized: Drawn in the color of the main strategy; nobody else is. `nil`: all are, and
  ///     those below zero in blue.
  public static func bars(
    _ values: [(name: String, value: Double)], quantity: Quantity, emphasized: String? = nil
  ) -> Chart {
    let shown = values.filter(\.value.isFinite)
    let names = shown.map { ChartValue.string($0.name) }
    let rows = shown.map { entry -> [String: ChartValue] in
      [
        "name": .string(entry.name), "value": .plotted(entry.value),
        "label": .string(barText(entry.value, among: shown)),
        "isMain": .bool(emphasized == nil || entry.name == emphasized),
      ]
    }
    return Chart(
      title: quantity.name, summary: barSummary(shown, quantity),
      table: ReportTable(
        caption: quantity.name, columns: [.init("Name"), .init(quantity)],
        rows: shown.map { [.text($0.name), .number($0.value)] }),
      axes: Axes(y: quantity.label),
      specification: [
        "data": data(rows), "height": ["step": 28],
        "encoding": [
          "y": [
            "field": "name", "type": "nominal", "sort": .array(names),
            "axis": ["labelLimit": ["expr": "width < 420 ? 130 : 260"]],
          ],
          "x": ["field": "value", "type": "quantitative", "axis": nil, "scale": barScale(shown)],
        ],
        "layer": [
          [
            "mark": ["type": "bar", "cornerRadiusEnd": 3, "height": ["band": 0.72]],
            "encoding": [
              "color": [
                "condition": [
                  ["test": "datum.isMain && datum.value < 0", "value": .color(.blue)],
                  ["test": "datum.isMain", "value": .color(.ember)],
                ],
                "value": .color(.ash),
              ],
              "tooltip": tooltip([("name", "Name", nil), ("value", quantity.label, ".4~g")]),
            ],
          ],
          [
            "mark": [
              "type": "text", "tooltip": false,
              "align": ["expr": "datum.value < 0 ? 'right' : 'left'"],
              "dx": ["expr": "datum.value < 0 ? -6 : 6"],
            ],
            "encoding": ["text": ["field": "label"], "color": ["value": .color(.ink)]],
          ],
        ],
      ])
  }

  /// From zero to a little beyond the longest bar, where its number stands.
  private static func barScale(_ values: [(name: String, value: Double)]) -> ChartValue {
    let low = min(0, values.map(\.value).min() ?? 0)
    let high = max(0, values.map(\.value).max() ?? 1)
    // Numbers at both ends share the width, which may be that of a phone.
    let room = (low < 0 && high > 0 ? 0.4 : 0.22) * (high - low)
    guard high > low else { return ["domain": [0, 1], "nice": false] }
    let start = low < 0 ? low - room : 0
    return ["domain": [.plotted(start), .plotted(high > 0 ? high + room : 0)], "nice": false]
  }

  /// Counts in full, other values to three significant digits.
  private static func barText(
    _ value: Double, among values: [(name: String, value: Double)]
  ) -> String {
    let areCounts = values.allSatisfy { $0.value == $0.value.rounded() && abs($0.value) < 1e6 }
    return areCounts ? Numeral.fixed(value, decimals: 0) : Numeral.text(value)
  }

  private static func barSummary(_ values: [(name: String, value: Double)], _ quantity: Quantity)
    -> String
  {
    guard let highest = values.max(by: { $0.value < $1.value }),
      let lowest = values.min(by: { $0.value < $1.value })
    else { return "No values." }
    let unit = quantity.unit.isEmpty ? "" : "\u{a0}\(quantity.unit)"
    return "\(quantity.name) of \(values.count) entries, from "
      + "\(barText(lowest.value, among: values))\(unit) (\(lowest.name)) to "
      + "\(barText(highest.value, among: values))\(unit) (\(highest.name))."
  }
}
