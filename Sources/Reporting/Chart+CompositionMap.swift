/// One measured composition on a map.
public struct MapPoint: Hashable, Sendable {
  public var formula: String
  public var x: Double
  public var y: Double

  /// The measured objective; `nan` where the measurement failed.
  public var objective: Double

  /// Whether it met the constraints.
  public var isFeasible: Bool

  /// When it was measured: 1, 2, …
  public var order: Int

  /// Part of the initial design rather than chosen by the model.
  public var isInitial: Bool

  public init(
    formula: String, x: Double, y: Double, objective: Double, isFeasible: Bool, order: Int,
    isInitial: Bool
  ) {
    self.formula = formula
    self.x = x
    self.y = y
    self.objective = objective
    self.isFeasible = isFeasible
    self.order = order
    self.isInitial = isInitial
  }
}

extension Chart {
  /// The compositions tried, as points on a plane.
  ///
  /// Color is the objective; a circle met the constraints and a cross did not; the initial design
  /// is hollow; later measurements are larger; the best feasible one bears its formula.
  ///
  /// - Parameters:
  ///   - axisTitles: What the two directions are, for example of ``Projection/axisTitles(_:)``.
  public static func compositionMap(
    _ points: [MapPoint], objective: Quantity, axisTitles: (x: String, y: String),
    maximizing: Bool = true
  ) -> Chart {
    let drawn = points.filter { $0.objective.isFinite && $0.x.isFinite && $0.y.isFinite }
    let shown = thinned(drawn.count, to: mostMarks / 2).map { drawn[$0] }
    let feasible = drawn.filter(\.isFeasible)
    let best = feasible.max {
      maximizing ? $0.objective < $1.objective : $0.objective > $1.objective
    }
    let marks = [mapMarks(objective, last: drawn.map(\.order).max() ?? 1)]
    return Chart(
      title: "Map of the compositions tried",
      summary: mapSummary(points, drawn, best, objective), table: mapTable(drawn, objective),
      axes: Axes(x: axisTitles.x, y: axisTitles.y), legend: mapLegend(drawn, objective),
      specification: [
        "data": data(shown.map(mapRow)), "height": 420,
        "layer": .array(marks + (best.map { bestLabel($0, among: drawn) } ?? [])),
      ])
  }

  private static let started = "initial design"
  private static let chosen = "chosen by the model"
  private static let met = "meets the limits"
  private static let failed = "breaks a limit"

  private static func mapRow(_ point: MapPoint) -> [String: ChartValue] {
    [
      "formula": .string(Markup.plainFormula(point.formula)), "x": .plotted(point.x),
      "y": .plotted(point.y),
      "objective": .plotted(point.objective), "order": .integer(point.order),
      "limits": .string(point.isFeasible ? met : failed),
      "origin": .string(point.isInitial ? started : chosen),
    ]
  }

  private static func mapMarks(_ objective: Quantity, last: Int) -> ChartValue {
    [
      "mark": ["type": "point", "filled": true, "strokeWidth": 1.6, "opacity": 0.95],
      "encoding": [
        "x": quantitative("x", bareAxis), "y": quantitative("y", bareAxis),
        "fill": [
          "field": "objective", "type": "quantitative", "title": .string(objective.label),
          "scale": ["zero": false], "legend": ["type": "gradient", "titleLimit": 300],
        ],
        "stroke": ["field": "objective", "type": "quantitative", "legend": nil],
        "fillOpacity": [
          "condition": ["test": .string("datum.origin == '\(started)'"), "value": 0], "value": 1,
        ],
        "shape": [
          "field": "limits", "type": "nominal", "title": nil,
          "scale": ["domain": [.string(met), .string(failed)], "range": ["circle", "cross"]],
          "legend": ["symbolFillColor": .color(.inkSoft), "symbolStrokeColor": .color(.inkSoft)],
        ],
        "size": [
          "field": "order", "type": "quantitative", "legend": nil,
          "scale": ["domain": [1, .integer(max(last, 2))], "range": [50, 240]],
        ],
        "order": ["field": "order"],
        "tooltip": tooltip([
          ("formula", "Composition", nil), ("objective", objective.label, ".4~g"),
          ("order", "Measurement", "d"), ("origin", "Origin", nil), ("limits", "Limits", nil),
        ]),
      ],
    ]
  }

  /// Coordinates on the plane have no meaning of their own: a grid, and no numbers.
  private static let bareAxis: [String: ChartValue] = [
    "axis": ["grid": true, "labels": false, "ticks": false, "domain": false]
  ]

  private static func mapLegend(_ points: [MapPoint], _ objective: Quantity) -> ChartLegend {
    let ends = extent(points.map(\.objective))
    return ChartLegend(
      entries: points.allSatisfy(\.isFeasible)
        ? [.init(label: "chosen by the model", symbol: .disk, color: .inkSoft), hollow]
        : [
          .init(label: met, symbol: .disk, color: .inkSoft),
          .init(label: failed, symbol: .cross, color: .inkSoft), hollow,
        ],
      scale: .init(
        title: objective.label, low: Numeral.text(ends.low), high: Numeral.text(ends.high)))
  }

  private static let hollow = ChartLegend.Entry(
    label: "hollow: initial design", symbol: .ring, color: .inkSoft)

  /// A ring around the best composition, and its formula where it hides the fewest points.
  private static func bestLabel(_ best: MapPoint, among points: [MapPoint]) -> [ChartValue] {
    let label = "best: \(Markup.plainFormula(best.formula))"
    let side = LabelSide.freest(
      for: label, at: (best.x, best.y), among: points.map { ($0.x, $0.y) })
    let row: [[String: ChartValue]] = [
      ["x": .plotted(best.x), "y": .plotted(best.y), "label": .string(label)]
    ]
    return [
      [
        "data": data(row),
        "mark": [
          "type": "point", "size": 420, "filled": false, "strokeWidth": 2, "color": .color(.ink),
          "tooltip": false,
        ],
        "encoding": ["x": quantitative("x"), "y": quantitative("y")],
      ],
      haloed(
        [
          "type": "text", "align": .string(side.align.rawValue), "baseline": "middle",
          "dx": .integer(side.dx), "dy": .integer(side.dy), "fontWeight": 600,
          "color": .color(.ink), "tooltip": false,
        ],
        data: row,
        encoding: [
          "x": quantitative("x"), "y": quantitative("y"), "text": ["field": "label"],
        ]),
    ]
  }

  private static func mapSummary(
    _ points: [MapPoint], _ drawn: [MapPoint], _ best: MapPoint?, _ objective: Quantity
  ) -> String {
    let feasible = drawn.count { $0.isFeasible }
    let chosen = drawn.filter { !$0.isInitial }
    let counts =
      "\(points.count) compositions were measured, \(points.count - chosen.count) of the initial design and "
      + "\(chosen.count) chosen by the model"
    let hits = chosen.count { $0.isFeasible }
    let share = chosen.isEmpty ? "" : " (\(hits) of the \(chosen.count) chosen)"
    let limits = feasible == drawn.count ? "" : "; \(feasible) meet the limits\(share)"
    guard let best else { return "\(counts)\(limits)." }
    return
      "\(counts)\(limits). The best, \(Markup.plainFormula(best.formula)), was measurement \(best.order) and reached "
      + "\(objective.text(best.objective))."
  }

  private static func mapTable(_ points: [MapPoint], _ objective: Quantity) -> ReportTable {
    ReportTable(
      caption: "Compositions in the order of measurement",
      columns: [
        .init("No."), .init("Composition"), .init(objective), .init("Limits"), .init("Origin"),
      ],
      rows: points.sorted { $0.order < $1.order }.prefix(300).map {
        [
          .integer($0.order), .formula($0.formula), .number($0.objective),
          .verdict($0.isFeasible, $0.isFeasible ? "met" : "not met"),
          .text($0.isInitial ? started : Chart.chosen),
        ]
      })
  }
}
