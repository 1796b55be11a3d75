internal import DenseMath

extension Chart {
  /// How often values occur, in bins; see ``residuals(_:quantity:)`` for their width.
  ///
  /// - Parameters:
  ///   - values: Entries that are not finite are left out.
  ///   - counted: What is counted, for the axis: "Rows".
  public static func distribution(
    _ values: [Double], quantity: Quantity, counted: String = "Rows"
  ) -> Chart {
    let sorted = values.filter(\.isFinite).sorted()
    let bins = histogram(sorted)
    return Chart(
      title: "Distribution of \(quantity.inSentence)",
      summary: distributionSummary(sorted, quantity),
      table: ReportTable(
        caption: "Distribution of \(quantity.inSentence)",
        columns: [
          .init("From", unit: quantity.unit), .init("To", unit: quantity.unit), .init(counted),
        ],
        rows: bins.map { [.number($0.low), .number($0.high), .integer($0.count)] }),
      axes: Axes(x: quantity.label, y: counted),
      specification: [
        "data": data(
          bins.map {
            ["low": .plotted($0.low), "high": .plotted($0.high), "count": .integer($0.count)]
          }),
        "height": 240,
        "mark": ["type": "bar", "color": .color(.blue), "binSpacing": 1],
        "encoding": [
          "x": quantitative("low", ["bin": "binned"]),
          "x2": ["field": "high"],
          "y": quantitative("count", zero: true),
          "tooltip": tooltip([
            ("low", "From", ".3~g"), ("high", "To", ".3~g"), ("count", counted, "d"),
          ]),
        ],
      ])
  }

  private static func distributionSummary(_ sorted: [Double], _ quantity: Quantity) -> String {
    guard let low = sorted.first, let high = sorted.last else { return "No values." }
    let middle = Statistics.quantile(sorted: sorted, 0.5)
    return
      "\(sorted.count) values from \(Numeral.text(low)) to \(quantity.text(high)); half of them "
      + "lie below \(quantity.text(middle))."
  }
}
