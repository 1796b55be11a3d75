public import Learning
public import Matter

/// What carries the predictions of a model, as a page.
public struct ExplanationReport: Sendable {
  /// A material as the table it came from calls it.
  public struct Material: Sendable {
    public let name: String
    /// Of a structure, besides its formula.
    public let identifier: String?
    public let crystal: Crystal?
    public let explanation: Explanation

    public init(
      name: String, identifier: String? = nil, crystal: Crystal? = nil, explanation: Explanation
    ) {
      self.name = name
      self.identifier = identifier
      self.crystal = crystal
      self.explanation = explanation
    }
  }

  public let table: ExplanationTable
  public let materials: [Material]
  public let card: ModelCard

  /// What contributions are counted from, for people: "the mean of 312 training rows".
  public let origin: String

  /// The command that made the page.
  public let command: String

  /// - Parameters:
  ///   - names: What the rows of the table are called, in their order.
  ///   - identifiers: What structures are called besides; empty where there are none.
  ///   - crystals: What is drawn; empty where there are none.
  public init(
    _ table: ExplanationTable, names: [String], identifiers: [String?] = [],
    crystals: [Crystal?] = [], card: ModelCard, origin: String, command: String
  ) {
    precondition(names.count == table.explanations.count, "\(names.count) names")
    self.table = table
    self.card = card
    self.origin = origin
    self.command = command
    materials = table.explanations.enumerated().map { place, explanation in
      Material(
        name: names[place], identifier: identifiers.isEmpty ? nil : identifiers[place],
        crystal: crystals.isEmpty ? nil : crystals[place], explanation: explanation)
    }
  }

  var unit: String { card.learnedUnit ?? "" }
  var property: String { PropertyName.text(card.learnedName) }

  public var page: Report {
    var report = Report(
      title: "What carries the predictions of \(card.learnedName)",
      subtitle:
        "\(materials.count) \(materials.count == 1 ? "material" : "materials"), explained by "
        + "a model of \(card.rows) rows of \(card.source)",
      summary: summary)
    report.cards = cards
    report.sections =
      materials.count > Self.materialsDrawn
      ? [elementMap, magnitudeMap, familyBars] + cells + featureSections
        + [listing, elementTable, reading]
      : materials.map(drawing) + cells + [elementMap, elementTable] + featureSections + [reading]
    report.provenance = [
      .init("Made by", command), .init("Model", card.settings),
      .init("Data of the model", "SHA-256 \(card.dataHash)"), .init("Seed", "\(card.seed)"),
    ]
    return report
  }

  /// Elements by their mean contribution, highest first.
  private var ranked: [ExplanationTable.ElementSummary] {
    table.elements.sorted { ($1.mean, $0.name) < ($0.mean, $1.name) }
  }

  private var summary: String {
    let elements = ranked
    guard let top = elements.first, let bottom = elements.last, top.name != bottom.name else {
      return "Contributions are counted from \(origin)."
    }
    return "Counted from \(origin), \(top.name) adds most to the predicted \(property) of the "
      + "materials that hold it (\(signed(top.mean)) on average), and \(bottom.name) "
      + (bottom.mean < 0 ? "takes most away" : "least") + " (\(signed(bottom.mean)))."
  }

  private func signed(_ value: Double) -> String {
    (value > 0 ? "+" : "") + Quantity("", unit: unit).text(value)
  }

  private var cards: [Report.Card] {
    let elements = ranked
    var cards: [Report.Card] = []
    if let top = elements.first {
      cards.append(
        Report.Card(
          "Adds most", value: top.name, note: "\(signed(top.mean)), \(count(top.materials))"))
    }
    if let bottom = elements.last, elements.count > 1 {
      cards.append(
        Report.Card(
          bottom.mean < 0 ? "Takes most away" : "Adds least", value: bottom.name,
          note: "\(signed(bottom.mean)), \(count(bottom.materials))"))
    }
    if let feature = table.features.first {
      cards.append(
        Report.Card(
          "First feature", value: FeatureName.text(feature.name), note: FeatureName.trend(feature)))
    }
    let outside = materials.count { $0.explanation.prediction.inDomainScore < 1 }
    cards.append(
      Report.Card(
        "Beyond the training rows", value: "\(outside) of \(materials.count)",
        note: outside == 0 ? "every element was seen" : "there the model extrapolates"))
    return cards
  }

  private func count(_ materials: Int) -> String {
    "\(materials) \(materials == 1 ? "material holds" : "materials hold") it"
  }

  private func values(
    _ value: KeyPath<ExplanationTable.ElementSummary, Double>
  ) -> [Element: Double] {
    var values: [Element: Double] = [:]
    for summary in table.elements {
      if let element = summary.element { values[element] = summary[keyPath: value] }
    }
    return values
  }

  private var elementMap: Report.Section {
    Report.Section(
      title: "What each element does",
      text: "The mean contribution of an element to the prediction of the materials that hold it, "
        + "counted from \(origin). Orange raises, blue lowers.",
      content: .chart(
        .periodicTable(
          values(\.mean), quantity: Quantity("Mean contribution", unit: unit),
          outOfScope: "in none of the materials")))
  }

  private var magnitudeMap: Report.Section {
    Report.Section(
      title: "How much each element matters",
      text: "The mean size of the same contributions, whatever their sign: an element that raises "
        + "some materials and lowers others matters, though its mean may vanish.",
      content: .chart(
        .periodicTable(
          values(\.meanMagnitude), quantity: Quantity("Mean size of contribution", unit: unit),
          outOfScope: "in none of the materials")))
  }

  private var elementTable: Report.Section {
    Report.Section(
      title: "The elements in numbers",
      content: .table(
        ReportTable(
          caption: "Contributions to the materials that hold the element; a heading sorts",
          columns: [
            .init("Element"), .init("Materials"), .init("Mean", unit: unit),
            .init("Mean size", unit: unit), .init("Lowest", unit: unit),
            .init("Highest", unit: unit),
          ],
          rows: table.elements.map {
            [
              .text($0.name), .integer($0.materials), .number($0.mean), .number($0.meanMagnitude),
              .number($0.lowest), .number($0.highest),
            ]
          })))
  }

  private var familyBars: Report.Section {
    let families = table.families.sorted { ($1.mean, $0.name) < ($0.mean, $1.name) }
    return Report.Section(
      title: "Families of elements",
      text: "The elements of a family count together within a material; the mean is over the "
        + "materials that hold any.",
      content: .chart(
        .bars(
          families.map { (name: $0.name, value: $0.mean) },
          quantity: Quantity("Mean contribution of the family", unit: unit))),
      isHalfWidth: !table.features.isEmpty)
  }
}
