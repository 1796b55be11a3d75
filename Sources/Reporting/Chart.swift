/// One figure: a Vega-Lite specification, the sentence that says what it shows, and its numbers.
///
/// The builders in the extensions take plain numbers and name axes with their units. Specifications
/// follow Vega-Lite 6 (Satyanarayan et al., IEEE Trans. Vis. Comput. Graph. 23, 341 (2017)).
public struct Chart: Hashable, Sendable {
  /// Names the figure in a file of its own; on a page the heading of the section does.
  public var title: String

  /// What the figure shows, with its figures: caption, and alternative for who cannot see it.
  public var summary: String

  /// The numbers behind the figure, at most a few hundred rows.
  public var table: ReportTable

  /// The narrowest width in CSS pixels at which the figure can be read; narrower pages scroll it.
  public var minimumWidth: Int

  /// Titles of the axes with their units; `nil` for an axis that needs none.
  let axes: Axes

  let legend: ChartLegend
  let specification: [String: ChartValue]

  struct Axes: Hashable, Sendable {
    var x: String?
    var y: String?
  }

  init(
    title: String, summary: String, table: ReportTable, minimumWidth: Int = 0,
    axes: Axes = Axes(), legend: ChartLegend = ChartLegend(),
    specification: [String: ChartValue]
  ) {
    self.title = title
    self.summary = summary
    self.table = table
    self.minimumWidth = minimumWidth
    self.axes = axes
    self.legend = legend
    self.specification = Chart.titled(specification, axes)
  }

  /// The most marks of one figure; more would make a page slow, so builders thin or bin them.
  public static let mostMarks = 20_000

  /// A complete specification for a `.vl.json` file: fixed colors and width, data inline, the same
  /// bytes for the same figure.
  public var json: String {
    var members = specification
    members["$schema"] = "https://vega.github.io/schema/vega-lite/v6.json"
    members["title"] = .string(title)
    members["width"] = .integer(max(minimumWidth, 640))
    members["config"] = Theme.configuration.adding(["background": .color(.surface)])
    members["padding"] = 16
    members["description"] = .string(summary)
    return ChartValue.object(members).json(.fixed)
  }

  /// The specification within a page: as wide as its container, colors from the style sheet.
  ///
  /// The page writes the legend and the title of the y axis itself; the program that draws takes
  /// them out, and leaves them in files that it saves.
  var pageSpecification: ChartValue {
    var members = specification
    members["width"] = "container"
    members["autosize"] = ["type": "fit-x", "contains": "padding"]
    members["config"] = Theme.configuration
    members["description"] = .string(summary)
    return .object(members)
  }
}

extension Chart {
  /// Inline data.
  static func data(_ rows: [[String: ChartValue]]) -> ChartValue {
    ["values": .array(rows.map(ChartValue.object))]
  }

  /// A quantitative channel; ``titled(_:_:)`` gives it its title.
  static func quantitative(
    _ field: String, zero: Bool = false, _ further: [String: ChartValue] = [:]
  ) -> ChartValue {
    ChartValue.object([
      "field": .string(field), "type": "quantitative",
      "scale": ["zero": .bool(zero), "nice": true],
    ]).adding(further)
  }

  /// The same figure with the titles of both axes on every layer.
  ///
  /// Vega-Lite joins the titles of layers that share an axis: one that is absent becomes the name
  /// of its field, and one that is `null` silences the others. Equal titles appear once.
  static func titled(_ members: [String: ChartValue], _ axes: Axes) -> [String: ChartValue] {
    var result = members
    if case .object(var channels)? = members["encoding"] {
      for (channel, title) in [("x", axes.x), ("y", axes.y)] {
        guard let title, case .object(let own)? = channels[channel], own["field"] != nil else {
          continue
        }
        channels[channel] = .object(own).adding(["title": .string(title)])
      }
      result["encoding"] = .object(channels)
    }
    if case .array(let layers)? = members["layer"] {
      result["layer"] = .array(
        layers.map { layer in
          guard case .object(let own) = layer else { return layer }
          return .object(titled(own, axes))
        })
    }
    return result
  }

  static func tooltip(_ fields: [(field: String, title: String, format: String?)]) -> ChartValue {
    .array(
      fields.map { entry in
        var members: [String: ChartValue] = [
          "field": .string(entry.field), "title": .string(entry.title),
          "type": entry.format == nil ? "nominal" : "quantitative",
        ]
        if let format = entry.format { members["format"] = .string(format) }
        return .object(members)
      })
  }

  /// At most `count` of the indices `0..<total`, evenly spread, first and last included.
  static func thinned(_ total: Int, to count: Int) -> [Int] {
    guard total > count, count > 1 else { return Array(0..<total) }
    return (0..<count).map { $0 * (total - 1) / (count - 1) }
  }
}
