/// One measured candidate by two objectives.
public struct FrontPoint: Hashable, Sendable {
  public var name: String
  public var number: Int
  public var x: Double
  public var y: Double

  /// Whether no other one is better in every respect.
  public var isOnFront: Bool
  public var isFeasible: Bool

  public init(
    name: String, number: Int, x: Double, y: Double, isOnFront: Bool, isFeasible: Bool
  ) {
    self.name = name
    self.number = number
    self.x = x
    self.y = y
    self.isOnFront = isOnFront
    self.isFeasible = isFeasible
  }
}

extension Chart {
  /// Measured candidates by two objectives, those that none dominates joined by steps.
  ///
  /// - Parameters:
  ///   - isStepped: Whether these are all objectives, so that steps bound what is dominated.
  ///   - reference: Both values of the reference point; `nil` for none.
  public static func paretoFront(
    _ points: [FrontPoint], x: Quantity, y: Quantity, maximizingX: Bool, isStepped: Bool,
    reference: (x: Double, y: Double)? = nil
  ) -> Chart {
    let shown = thinned(points.count, to: mostMarks / 4).map { points[$0] }
    let front = points.filter(\.isOnFront).sorted { $0.x < $1.x }
    var layers: [ChartValue] = []
    if isStepped, front.count > 1 { layers.append(steps(front, maximizingX: maximizingX)) }
    layers.append(frontMarks(x, y))
    if let reference { layers.append(referenceMark(reference)) }
    return Chart(
      title: "Pareto front",
      summary: "\(front.count) of \(points.count) measured candidates are dominated by none in "
        + "\(x.inSentence) and \(y.inSentence)\(isStepped ? "" : " and the other objectives").",
      table: ReportTable(
        caption: "Measured candidates, the front first",
        columns: [.init("No."), .init("Candidate"), .init(x), .init(y), .init("On the front")],
        rows: (front + shown.filter { !$0.isOnFront }).prefix(200).map { point in
          [
            .integer(point.number), .text(Markup.plainFormula(point.name)), .number(point.x),
            .number(point.y), .verdict(point.isOnFront, point.isOnFront ? "yes" : "no"),
          ]
        }), axes: Axes(x: x.label, y: y.label),
      legend: frontLegend(points),
      specification: ["data": data(shown.map(frontRow)), "height": 400, "layer": .array(layers)])
  }

  private static func frontLegend(_ points: [FrontPoint]) -> ChartLegend {
    var entries: [ChartLegend.Entry] = [
      .init(label: "dominated by none", symbol: .disk, color: .ember),
      .init(label: "dominated", symbol: .disk, color: .ash),
    ]
    if points.contains(where: { !$0.isFeasible }) {
      entries.append(.init(label: "breaks a limit", symbol: .cross, color: .ash))
    }
    return ChartLegend(entries: entries)
  }

  private static func frontRow(_ point: FrontPoint) -> [String: ChartValue] {
    [
      "name": .string(Markup.plainFormula(point.name)), "number": .integer(point.number),
      "x": .plotted(point.x), "y": .plotted(point.y), "isOnFront": .bool(point.isOnFront),
      "isFeasible": .bool(point.isFeasible),
    ]
  }

  private static func steps(_ front: [FrontPoint], maximizingX: Bool) -> ChartValue {
    [
      "data": data(front.map(frontRow)),
      "mark": [
        "type": "line", "interpolate": .string(maximizingX ? "step-before" : "step-after"),
        "color": .color(.ember), "strokeWidth": 1.6, "opacity": 0.6, "tooltip": false,
      ],
      "encoding": ["x": quantitative("x"), "y": quantitative("y"), "order": ["field": "x"]],
    ]
  }

  private static func frontMarks(_ x: Quantity, _ y: Quantity) -> ChartValue {
    [
      "mark": ["type": "point", "filled": true],
      "encoding": [
        "x": quantitative("x"), "y": quantitative("y"),
        "size": ["condition": ["test": "datum.isOnFront", "value": 110], "value": 60],
        "color": [
          "condition": ["test": "datum.isOnFront", "value": .color(.ember)],
          "value": .color(.ash),
        ],
        "shape": ["condition": ["test": "datum.isFeasible", "value": "circle"], "value": "cross"],
        "order": ["field": "isOnFront"],
        "tooltip": tooltip([
          ("name", "Candidate", nil), ("number", "Measurement", "d"), ("x", x.label, ".4~g"),
          ("y", y.label, ".4~g"),
        ]),
      ],
    ]
  }

  private static func referenceMark(_ reference: (x: Double, y: Double)) -> ChartValue {
    let row: [String: ChartValue] = [
      "x": .plotted(reference.x), "y": .plotted(reference.y), "text": "reference point",
    ]
    return [
      "data": data([row]), "encoding": ["x": quantitative("x"), "y": quantitative("y")],
      "layer": [
        [
          "mark": [
            "type": "point", "shape": "diamond", "size": 90, "color": .color(.inkSoft),
            "tooltip": false,
          ]
        ],
        [
          "mark": [
            "type": "text", "dx": 8, "dy": -8, "align": "left", "fontSize": 11.5,
            "color": .color(.inkSoft), "tooltip": false,
          ], "encoding": ["text": ["field": "text"]],
        ],
      ],
    ]
  }
}
