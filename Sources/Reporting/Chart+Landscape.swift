/// What a model says of one candidate.
public struct LandscapePoint: Hashable, Sendable {
  public var name: String

  /// Along the axis; the predicted value where the space has no single one.
  public var x: Double
  public var mean: Double

  /// Ends of the 90 % interval.
  public var lower: Double
  public var upper: Double

  /// What more data would remove, as a standard deviation.
  public var uncertainty: Double

  /// Of the acquisition; `nan` where there is none.
  public var score: Double

  /// The number of the suggestion, 0 for a candidate that is none.
  public var number: Int

  public init(
    name: String, x: Double, mean: Double, lower: Double, upper: Double, uncertainty: Double,
    score: Double, number: Int = 0
  ) {
    self.name = name
    self.x = x
    self.mean = mean
    self.lower = lower
    self.upper = upper
    self.uncertainty = uncertainty
    self.score = score
    self.number = number
  }
}

extension Chart {
  /// Candidates by what is expected of them and what is not known of them, colored by the score of the
  /// acquisition; suggestions bear their numbers.
  ///
  /// - Parameters:
  ///   - points: Candidates, and suggestions among them.
  ///   - best: The best value measured so far: a rule; `nil` for none.
  ///   - score: How the acquisition is called.
  public static func choice(
    _ points: [LandscapePoint], objective: Quantity, best: Double?, score: String
  ) -> Chart {
    let others = points.filter { $0.number == 0 }
    let shown = thinned(others.count, to: mostMarks / 4).map { others[$0] }
    let chosen = points.filter { $0.number > 0 }
    let rule = best.map { [verticalRule($0, "best so far")] } ?? []
    let scores = scoreEnds(points)
    return Chart(
      title: "What was chosen, and why",
      summary: choiceSummary(points, chosen, objective, best),
      table: choiceTable(
        chosen + others.sorted { $0.score > $1.score }.prefix(30), objective, score),
      axes: Axes(
        x: "Predicted \(objective.inSentence)\(objective.unitSuffix)",
        y: "Uncertainty\(objective.unitSuffix)"),
      legend: ChartLegend(
        entries: [.init(label: "suggested, with its number", symbol: .ring, color: .ink)],
        scale: .init(
          title: score, low: "up to \(Numeral.text(scores.low))", high: Numeral.text(scores.high))),
      specification: [
        "data": data(shown.map(choiceRow)), "height": 380,
        "layer": .array(
          [choiceMarks(score, scores)] + rule + (chosen.isEmpty ? [] : chosenMarks(chosen))),
      ])
  }

  private static func choiceRow(_ point: LandscapePoint) -> [String: ChartValue] {
    [
      "name": .string(Markup.plainFormula(point.name)), "mean": .plotted(point.mean),
      "uncertainty": .plotted(point.uncertainty), "score": .plotted(point.score),
      "number": .integer(point.number), "label": .string("\(point.number)"),
    ]
  }

  /// The upper half of the scores has the colors: logarithms of gains fall without end.
  private static func scoreEnds(_ points: [LandscapePoint]) -> (low: Double, high: Double) {
    let sorted = points.map(\.score).filter(\.isFinite).sorted()
    return extent(Array(sorted.dropFirst(sorted.count / 2)))
  }

  private static func choiceMarks(
    _ score: String, _ ends: (low: Double, high: Double)
  ) -> ChartValue {
    [
      "mark": ["type": "point", "filled": true, "size": 42, "opacity": 0.75],
      "encoding": [
        "x": quantitative("mean"), "y": quantitative("uncertainty", zero: true),
        "color": [
          "field": "score", "type": "quantitative", "title": .string(score),
          "scale": [
            "zero": false, "clamp": true, "domain": [.plotted(ends.low), .plotted(ends.high)],
          ], "legend": ["type": "gradient", "titleLimit": 300],
        ],
        "tooltip": tooltip([
          ("name", "Candidate", nil), ("mean", "Predicted", ".4~g"),
          ("uncertainty", "Uncertainty", ".3~g"), ("score", score, ".4~g"),
        ]),
      ],
    ]
  }

  private static func chosenMarks(_ chosen: [LandscapePoint]) -> [ChartValue] {
    let rows = data(chosen.map(choiceRow))
    let places: ChartValue = [
      "x": quantitative("mean"), "y": quantitative("uncertainty", zero: true),
      "text": ["field": "label"],
    ]
    return [
      [
        "data": rows,
        "mark": [
          "type": "point", "filled": false, "size": 190, "strokeWidth": 2.2, "color": .color(.ink),
        ],
        "encoding": [
          "x": quantitative("mean"), "y": quantitative("uncertainty", zero: true),
          "tooltip": tooltip([
            ("number", "Suggestion", "d"), ("name", "Candidate", nil),
            ("mean", "Predicted", ".4~g"), ("uncertainty", "Uncertainty", ".3~g"),
          ]),
        ],
      ],
      haloed(
        [
          "type": "text", "dx": 11, "dy": -10, "align": "left", "fontWeight": 600,
          "color": .color(.ink), "tooltip": false,
        ], data: chosen.map(choiceRow), encoding: places),
    ]
  }

  /// A dashed vertical rule with its words at the top.
  static func verticalRule(_ place: Double, _ words: String) -> ChartValue {
    let x: ChartValue = ["field": "at", "type": "quantitative"]
    return [
      "data": data([["at": .plotted(place), "text": .string(words)]]),
      "layer": [
        [
          "mark": [
            "type": "rule", "color": .color(.inkSoft), "strokeDash": [4, 4], "tooltip": false,
          ], "encoding": ["x": x],
        ],
        haloed(
          [
            "type": "text", "align": "left", "baseline": "top", "dx": 6, "fontSize": 11.5,
            "color": .color(.inkSoft), "tooltip": false,
          ], data: [["at": .plotted(place), "text": .string(words)]],
          encoding: ["x": x, "text": ["field": "text"], "y": ["value": 3]]),
      ],
    ]
  }

  private static func choiceSummary(
    _ points: [LandscapePoint], _ chosen: [LandscapePoint], _ objective: Quantity, _ best: Double?
  ) -> String {
    let known = best.map { " The best measured so far is \(objective.text($0))." } ?? ""
    guard let first = chosen.first else { return "\(points.count) candidates.\(known)" }
    return "\(points.count) candidates by prediction and uncertainty. The first suggestion, no. "
      + "\(first.number), is \(Markup.plainFormula(first.name)) with "
      + "\(Numeral.text(first.mean)) (90\u{a0}% from \(Numeral.text(first.lower)) to "
      + "\(objective.text(first.upper))).\(known)"
  }

  private static func choiceTable(
    _ points: [LandscapePoint], _ objective: Quantity, _ score: String
  ) -> ReportTable {
    ReportTable(
      caption: "Suggestions, then other candidates by falling score",
      columns: [
        .init("No."), .init("Candidate"), .init("Predicted", unit: objective.unit),
        .init("Uncertainty", unit: objective.unit), .init(score),
      ],
      rows: points.map { point in
        [
          point.number > 0 ? .integer(point.number) : .missing,
          .text(Markup.plainFormula(point.name)),
          .interval(point.mean, lower: point.lower, upper: point.upper),
          .number(point.uncertainty), point.score.isFinite ? .number(point.score) : .missing,
        ]
      })
  }

  /// What the model believes along one direction: the mean with its 90 % interval, measurements and
  /// suggestions.
  ///
  /// - Parameter measured: Names, places and values.
  public static func belief(
    _ points: [LandscapePoint], measured: [(name: String, x: Double, value: Double)],
    axis: String, objective: Quantity
  ) -> Chart {
    let sorted = points.sorted { $0.x < $1.x }
    let rows = sorted.map { point -> [String: ChartValue] in
      choiceRow(point).merging(
        ["x": .plotted(point.x), "lower": .plotted(point.lower), "upper": .plotted(point.upper)]
      ) { first, _ in first }
    }
    let known = measured.map { entry -> [String: ChartValue] in
      [
        "name": .string(Markup.plainFormula(entry.name)), "x": .plotted(entry.x),
        "mean": .plotted(entry.value),
      ]
    }
    return Chart(
      title: "What the model believes",
      summary: "The predicted \(objective.inSentence) along \(axis), with its 90\u{a0}% interval, "
        + "\(measured.count) measurements and the suggestions.",
      table: ReportTable(
        caption: "Predictions along \(axis)",
        columns: [.init(axis), .init("Predicted", unit: objective.unit)],
        rows: thinned(sorted.count, to: 30).map { place in
          [
            .number(sorted[place].x),
            .interval(
              sorted[place].mean, lower: sorted[place].lower, upper: sorted[place].upper),
          ]
        }), axes: Axes(x: axis, y: objective.label),
      legend: ChartLegend(entries: [
        .init(label: "prediction", symbol: .line, color: .ember),
        .init(label: "90\u{a0}% interval", symbol: .band, color: .ember),
        .init(label: "measured", symbol: .disk, color: .blue),
        .init(label: "suggested", symbol: .ring, color: .ink),
      ]),
      specification: [
        "data": data(rows), "height": 340,
        "layer": [
          [
            "mark": ["type": "area", "color": .color(.ember), "opacity": 0.18, "tooltip": false],
            "encoding": [
              "x": quantitative("x"), "y": quantitative("lower"), "y2": ["field": "upper"],
            ],
          ],
          [
            "mark": [
              "type": "line", "color": .color(.ember), "strokeWidth": 2.4, "tooltip": false,
            ],
            "encoding": ["x": quantitative("x"), "y": quantitative("mean")],
          ],
          [
            "data": data(known),
            "mark": ["type": "point", "filled": true, "size": 60, "color": .color(.blue)],
            "encoding": [
              "x": quantitative("x"), "y": quantitative("mean"),
              "tooltip": tooltip([("name", "Candidate", nil), ("mean", "Measured", ".4~g")]),
            ],
          ],
          [
            "transform": [["filter": "datum.number > 0"]],
            "mark": [
              "type": "point", "filled": false, "size": 170, "strokeWidth": 2.2,
              "color": .color(.ink),
            ],
            "encoding": [
              "x": quantitative("x"), "y": quantitative("mean"),
              "tooltip": tooltip([
                ("number", "Suggestion", "d"), ("name", "Candidate", nil),
                ("mean", "Predicted", ".4~g"),
              ]),
            ],
          ],
        ],
      ])
  }
}
