import Foundation

extension Chart {
  /// A histogram of errors, predicted minus measured.
  ///
  /// The width of the bins follows Freedman and Diaconis, Z. Wahrscheinlichkeitstheorie 57, 453
  /// (1981), within 5 to 60 bins; a bin edge lies at zero.
  public static func residuals(_ residuals: [Double], quantity: Quantity) -> Chart {
    let values = residuals.filter(\.isFinite).sorted()
    let bins = histogram(values)
    let unit = quantity.unitSuffix
    return Chart(
      title: "Errors of prediction", summary: residualSummary(values, quantity),
      table: ReportTable(
        caption: "Predicted minus measured \(quantity.inSentence)",
        columns: [
          .init("From", unit: quantity.unit), .init("To", unit: quantity.unit), .init("Materials"),
        ],
        rows: bins.map { [.number($0.low), .number($0.high), .integer($0.count)] }),
      specification: [
        "data": data(
          bins.map {
            ["low": .plotted($0.low), "high": .plotted($0.high), "count": .integer($0.count)]
          }),
        "height": 260,
        "layer": [
          [
            "mark": ["type": "bar", "color": .color(.blue), "binSpacing": 1, "cornerRadiusEnd": 2],
            "encoding": [
              "x": quantitative(
                "low", title: "Predicted minus measured \(quantity.inSentence)\(unit)",
                ["bin": "binned"]),
              "x2": ["field": "high"],
              "y": quantitative("count", title: "Materials", zero: true),
              "tooltip": tooltip([
                ("low", "From", ".3~g"), ("high", "To", ".3~g"), ("count", "Materials", "d"),
              ]),
            ],
          ],
          [
            "data": data([["zero": 0]]),
            "mark": ["type": "rule", "color": .color(.ink), "strokeWidth": 1.2, "tooltip": false],
            "encoding": ["x": ["field": "zero", "type": "quantitative"]],
          ],
        ],
      ])
  }

  struct Bin: Hashable {
    var low: Double
    var high: Double
    var count: Int
  }

  /// - Parameter sorted: Ascending.
  static func histogram(_ sorted: [Double]) -> [Bin] {
    guard let first = sorted.first, let last = sorted.last else { return [] }
    let range = max(last - first, .leastNormalMagnitude)
    guard last > first else {
      return [Bin(low: first - 0.5, high: first + 0.5, count: sorted.count)]
    }
    let spread = Band.quantile(0.75, of: sorted) - Band.quantile(0.25, of: sorted)
    let ideal = 2 * spread / cbrt(Double(sorted.count))
    let width = min(max(ideal, range / 60), range / 5)
    let start = (first / width).rounded(.down)
    var bins: [Bin] = []
    for value in sorted {
      let place = Int((value / width).rounded(.down) - start)
      while bins.count <= place {
        let low = start + Double(bins.count)
        bins.append(Bin(low: low * width, high: (low + 1) * width, count: 0))
      }
      bins[place].count += 1
    }
    return bins
  }

  private static func residualSummary(_ sorted: [Double], _ quantity: Quantity) -> String {
    guard !sorted.isEmpty else { return "No predictions to compare." }
    let mean = sorted.reduce(0, +) / Double(sorted.count)
    let low = Band.quantile(0.05, of: sorted)
    let high = Band.quantile(0.95, of: sorted)
    return
      "\(sorted.count) predictions. The mean error is \(quantity.text(mean)); 90\u{a0}% of the "
      + "errors lie between \(Numeral.text(low)) and \(quantity.text(high))."
  }
}
