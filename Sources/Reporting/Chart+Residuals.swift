internal import DenseMath
import Foundation

extension Chart {
  /// A histogram of errors, predicted minus measured.
  ///
  /// The width of the bins follows Freedman and Diaconis, Z. Wahrscheinlichkeitstheorie 57, 453
  /// (1981), within 5 to 60 bins; a bin edge lies at zero.
  public static func residuals(_ residuals: [Double], quantity: Quantity) -> Chart {
    let values = residuals.filter(\.isFinite).sorted()
    let bins = histogram(values)
    return Chart(
      title: "Errors of prediction", summary: residualSummary(values, quantity),
      table: ReportTable(
        caption: "Predicted minus measured \(quantity.inSentence)",
        columns: [
          .init("From", unit: quantity.unit), .init("To", unit: quantity.unit), .init("Materials"),
        ],
        rows: bins.map { [.number($0.low), .number($0.high), .integer($0.count)] }),
      axes: Axes(x: "Predicted minus measured\(quantity.unitSuffix)", y: "Materials"),
      specification: [
        "data": data(
          bins.map {
            ["low": .plotted($0.low), "high": .plotted($0.high), "count": .integer($0.count)]
          }),
        "height": 260,
        "layer": [
          [
            "mark": ["type": "bar", "color": .color(.blue), "binSpacing": 1],
            "encoding": [
              "x": quantitative("low", ["bin": "binned"]),
              "x2": ["field": "high"],
              "y": quantitative("count", zero: true),
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
    let spread =
      Statistics.quantile(sorted: sorted, 0.75) - Statistics.quantile(sorted: sorted, 0.25)
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
    let mean = Statistics.mean(sorted)
    let low = Statistics.quantile(sorted: sorted, 0.05)
    let high = Statistics.quantile(sorted: sorted, 0.95)
    return
      "\(sorted.count) predictions. The mean error is \(quantity.text(mean)); 90\u{a0}% of the "
      + "errors lie between \(Numeral.text(low)) and \(quantity.text(high))."
  }
}
