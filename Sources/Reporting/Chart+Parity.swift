/// One material of a parity plot.
public struct ParityPoint: Hashable, Sendable {
  public var name: String
  public var measured: Double
  public var predicted: Double

  /// The ends of the prediction's interval.
  public var lower: Double
  public var upper: Double

  public init(name: String, measured: Double, predicted: Double, lower: Double, upper: Double) {
    self.name = name
    self.measured = measured
    self.predicted = predicted
    self.lower = lower
    self.upper = upper
  }
}

/// How good predictions are, as measured elsewhere and printed beside a parity plot.
public struct Quality: Hashable, Sendable {
  /// In the unit of the quantity.
  public var meanAbsoluteError: Double
  public var rSquared: Double

  /// The share of measurements inside their intervals, 0...1, and the share that was promised.
  public var coverage: Double
  public var nominalCoverage: Double

  public init(
    meanAbsoluteError: Double, rSquared: Double, coverage: Double, nominalCoverage: Double
  ) {
    self.meanAbsoluteError = meanAbsoluteError
    self.rSquared = rSquared
    self.coverage = coverage
    self.nominalCoverage = nominalCoverage
  }
}

extension Chart {
  /// Predicted against measured values with interval bars and the line of perfect agreement.
  ///
  /// Measured values outside their interval are drawn as diamonds. Of more than 5,000 points an even
  /// selection is drawn, and the summary says so.
  public static func parity(
    _ points: [ParityPoint], quantity: Quantity, quality: Quality
  ) -> Chart {
    let finite = points.filter { $0.measured.isFinite && $0.predicted.isFinite }
    let shown = thinned(finite.count, to: mostMarks / 4).map { finite[$0] }
    let ends = extent(shown.flatMap { [$0.measured, $0.predicted, $0.lower, $0.upper] })
    return Chart(
      title: "Predicted against measured \(quantity.inSentence)",
      summary: paritySummary(shown.count, of: finite.count, quantity, quality),
      table: parityTable(shown, quantity),
      axes: Axes(x: "Measured\(quantity.unitSuffix)", y: "Predicted\(quantity.unitSuffix)"),
      legend: parityLegend,
      specification: [
        "data": data(shown.map(parityRow)), "height": 360,
        "layer": [
          diagonal(from: ends.low, to: ends.high), intervalBars,
          parityMarks(ends), note(figures(quantity, quality)),
        ],
      ])
  }

  private static func parityRow(_ point: ParityPoint) -> [String: ChartValue] {
    let isInside = point.lower <= point.measured && point.measured <= point.upper
    return [
      "name": .string(Markup.plainFormula(point.name)), "measured": .plotted(point.measured),
      "predicted": .plotted(point.predicted), "lower": .plotted(point.lower),
      "upper": .plotted(point.upper), "inside": .string(isInside ? insideWords : outsideWords),
    ]
  }

  private static let insideWords = "measured value inside its interval"
  private static let outsideWords = "outside"

  private static let parityLegend = ChartLegend(entries: [
    .init(label: insideWords, symbol: .disk, color: .blue),
    .init(label: outsideWords, symbol: .diamond, color: .ember),
    .init(label: "perfect agreement", symbol: .dashes, color: .inkSoft),
  ])

  private static var intervalBars: ChartValue {
    [
      "mark": ["type": "rule", "opacity": 0.35, "strokeWidth": 1.2, "tooltip": false],
      "encoding": [
        "x": quantitative("measured"), "y": quantitative("lower"), "y2": ["field": "upper"],
        "color": insideColor,
      ],
    ]
  }

  private static let insideColor: ChartValue = [
    "field": "inside", "type": "nominal", "title": nil,
    "scale": [
      "domain": [.string(insideWords), .string(outsideWords)],
      "range": [.color(.blue), .color(.ember)],
    ],
    "legend": ["symbolOpacity": 1],
  ]

  private static func parityMarks(_ ends: (low: Double, high: Double)) -> ChartValue {
    let scale: ChartValue = [
      "zero": false, "nice": true, "domain": [.plotted(ends.low), .plotted(ends.high)],
    ]
    return [
      "mark": ["type": "point", "filled": true, "size": 42, "opacity": 0.9],
      "encoding": [
        "x": quantitative("measured", ["scale": scale]),
        "y": quantitative("predicted", ["scale": scale]),
        "color": insideColor,
        "shape": [
          "field": "inside", "type": "nominal", "title": nil,
          "scale": [
            "domain": [.string(insideWords), .string(outsideWords)],
            "range": ["circle", "diamond"],
          ],
        ],
        "tooltip": tooltip([
          ("name", "Material", nil), ("measured", "Measured", ".4~g"),
          ("predicted", "Predicted", ".4~g"), ("lower", "Interval from", ".4~g"),
          ("upper", "to", ".4~g"),
        ]),
      ],
    ]
  }

  private static func figures(_ quantity: Quantity, _ quality: Quality) -> [String] {
    [
      "MAE \(quantity.text(quality.meanAbsoluteError))",
      "R² \(Numeral.fixed(quality.rSquared, decimals: 2))",
      "\(Numeral.percent(quality.nominalCoverage)) intervals hold \(Numeral.percent(quality.coverage))",
    ]
  }

  private static func paritySummary(
    _ shown: Int, of total: Int, _ quantity: Quantity, _ quality: Quality
  ) -> String {
    let selection = shown < total ? " (an even selection of \(shown) is drawn)" : ""
    return "\(total) materials\(selection). Predictions miss the measured value by "
      + "\(quantity.text(quality.meanAbsoluteError)) on average (R² = "
      + "\(Numeral.fixed(quality.rSquared, decimals: 2))). Of the intervals meant to hold "
      + "\(Numeral.percent(quality.nominalCoverage)) of the measured values, "
      + "\(Numeral.percent(quality.coverage)) do."
  }

  private static func parityTable(_ points: [ParityPoint], _ quantity: Quantity) -> ReportTable {
    ReportTable(
      caption: "Predicted and measured \(quantity.inSentence)",
      columns: [
        .init("Material"), .init("Measured", unit: quantity.unit),
        .init("Predicted and interval", unit: quantity.unit),
      ],
      rows: thinned(points.count, to: 200).map { points[$0] }.map {
        [
          .formula($0.name), .number($0.measured),
          .interval($0.predicted, lower: $0.lower, upper: $0.upper),
        ]
      })
  }
}
