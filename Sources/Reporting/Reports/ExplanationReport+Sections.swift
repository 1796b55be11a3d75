import Learning

/// The features, the single materials, and how to read it all.
extension ExplanationReport {
  static let featuresShown = 12
  static let materialsDrawn = 4
  static let materialsListed = 100

  var featureSections: [Report.Section] {
    let features = table.features
    guard !features.isEmpty else { return [] }
    let rows =
      table.describedRows == materials.count
      ? "all \(materials.count) materials"
      : "\(table.describedRows) of \(materials.count) materials, evenly spread"
    return [
      Report.Section(
        title: "Features",
        text: "The mean size of what a feature of the descriptor adds, over \(rows).",
        content: .chart(
          .bars(
            features.prefix(Self.featuresShown).map {
              (name: FeatureName.text($0.name), value: $0.meanMagnitude)
            }, quantity: Quantity("Mean size of contribution", unit: unit))), isHalfWidth: true),
      Report.Section(
        title: "Which way features point",
        text:
          "The trend is the correlation between the values of a feature and what they add: near "
          + "1, higher values raise the prediction; near −1, they lower it; near 0, it depends.",
        content: .table(
          ReportTable(
            caption: "The \(min(features.count, 30)) most important of \(features.count) features",
            columns: [
              .init("Feature"), .init("Mean size", unit: unit), .init("Mean", unit: unit),
              .init("Trend"),
            ],
            rows: features.prefix(30).map {
              [
                .text($0.name), .number($0.meanMagnitude), .number($0.mean),
                $0.trend.map { .number(($0 * 100).rounded() / 100) } ?? .missing,
              ]
            }))),
    ]
  }

  /// The materials in a table, farthest from where contributions start first.
  var listing: Report.Section {
    let listed = materials.sorted {
      let (a, b) = ($0.explanation, $1.explanation)
      return abs(a.prediction.mean - a.elements.base) > abs(b.prediction.mean - b.elements.base)
    }.prefix(Self.materialsListed)
    return Report.Section(
      title: "Material by material",
      text: materials.count > listed.count
        ? "The \(listed.count) materials whose prediction lies farthest from where contributions "
          + "start."
        : "Farthest from where contributions start first.",
      content: .table(
        ReportTable(
          caption: "Prediction with its \(percent) interval, and what elements add",
          columns: [.init("Material"), .init(property, unit: unit), .init("Contributions")],
          rows: listed.map { material in
            let prediction = material.explanation.prediction
            return [
              .formula(material.name),
              .interval(
                prediction.mean, lower: prediction.lowerBound, upper: prediction.upperBound),
              .sentence(contributions(of: material.explanation)),
            ]
          })))
  }

  private var percent: String {
    Report.percent(materials.first?.explanation.prediction.coverage ?? 0.9)
  }

  private func contributions(of explanation: Explanation) -> String {
    explanation.elements.parts.sorted { abs($0.contribution) > abs($1.contribution) }.map {
      "\($0.name) \($0.contribution > 0 ? "+" : "")\(Report.number($0.contribution))"
    }.joined(separator: ", ")
  }

  func drawing(_ material: Material) -> Report.Section {
    let explanation = material.explanation
    let prediction = explanation.prediction
    let quantity = Quantity("Contribution", unit: unit)
    return Report.Section(
      title: material.title,
      text: "From \(quantity.text(explanation.elements.base)) (\(origin)) to "
        + "\(quantity.text(prediction.mean)); \(percent) interval "
        + "\(Report.number(prediction.lowerBound)) to \(quantity.text(prediction.upperBound)). "
        + messages(explanation.attention),
      content: .chart(
        .bars(
          explanation.elements.parts.map { (name: $0.name, value: $0.contribution) },
          quantity: quantity)), isHalfWidth: materials.count > 1)
  }

  private func messages(_ attention: AttentionFlow?) -> String {
    guard let attention, let strongest = attention.pairs.first else { return "" }
    let shares = zip(attention.elements, attention.rollout).map {
      "\($0) \(Report.percent($1))"
    }
    return "The networks' strongest message goes from \(strongest.sender) to \(strongest.receiver) "
      + "(\(Report.percent(strongest.weight)) of what \(strongest.receiver) hears); followed back "
      + "through all layers, what they gather started at \(shares.joined(separator: ", "))."
  }

  var reading: Report.Section {
    Report.Section(
      title: "How to read it", text: "",
      content: .paragraph(method),
      .paragraph(
        "Contributions speak of the model, not of nature. A model that errs is carried by the wrong "
          + "things; look at its errors on held-out rows first: mean absolute error "
          + "\(Report.number(card.quality.regression.meanAbsoluteError)) \(unit), against "
          + "\(Report.number(card.quality.baseline.meanAbsoluteError)) \(unit) for predicting the "
          + "mean."))
  }

  private var method: String {
    let methods = Set(materials.map(\.explanation.elements.method))
    var sentences: [String] = []
    if !methods.isDisjoint(with: [.shapley, .sampledShapley]) {
      sentences.append(
        "Elements have Shapley values: what one adds when the elements join one after the other, "
          + "averaged over all orders. The contributions of a material and \(origin) sum to its "
          + "prediction.")
    }
    if methods.contains(.sampledShapley) {
      sentences.append("Materials of many elements were explained by sampled orders.")
    }
    if methods.contains(.integratedGradients) {
      sentences.append(
        "Elements have integrated gradients: the gradient of the networks on the way from an average "
          + "element to the element, amounts kept. \u{201c}amounts\u{201d} is what the amounts say "
          + "with an average element in every place. All of them and \(origin) sum to the prediction."
      )
    }
    if materials.contains(where: { $0.explanation.sites != nil }) { sentences.append(siteMethod) }
    return sentences.joined(separator: " ")
  }
}

/// Features for people.
enum FeatureName {
  /// Without the name of the table that all element statistics share.
  static func text(_ name: String) -> String {
    name.hasPrefix("MagpieData ") ? String(name.dropFirst("MagpieData ".count)) : name
  }

  static func trend(_ feature: FeatureSummary) -> String {
    guard let trend = feature.trend, abs(trend) > 0.3 else { return "no clear direction" }
    return trend > 0 ? "higher values raise" : "higher values lower"
  }
}
