public import Ecosystem
public import Learning
import Matter

/// How well a property was learned, as a page.
public struct TrainingReport: Sendable {
  public let outcome: TrainingOutcome
  public let card: ModelCard

  /// What each row is called on the parity plot.
  public let names: [String]

  /// Rows of the file that were not learned from.
  public let skipped: [SkippedRow]

  /// How unlike neighbors are in networks on crystals.
  public let neighborContrasts: [NeighborContrast]

  public init(
    _ outcome: TrainingOutcome, card: ModelCard, names: [String], skipped: [SkippedRow] = [],
    neighborContrasts: [NeighborContrast] = []
  ) {
    precondition(
      names.count == outcome.heldOut.count,
      "\(names.count) names for \(outcome.heldOut.count) held-out rows")
    self.outcome = outcome
    self.card = card
    self.names = names
    self.skipped = skipped
    self.neighborContrasts = neighborContrasts
  }

  public var page: Report {
    let quality = outcome.quality
    let unit = card.unit ?? ""
    let quantity = Quantity(PropertyName.text(card.target), unit: unit)
    var report = Report(
      title: "A model of \(card.target)", subtitle: "\(card.rows) rows of \(card.source)",
      summary: summary)
    report.cards = [
      Report.Card(
        "Mean absolute error", value: quality.regression.meanAbsoluteError, unit: unit,
        note: "predicting the mean: \(Report.number(quality.baseline.meanAbsoluteError))")
    ]
    if let r2 = quality.regression.r2 { report.cards.append(Report.Card("R²", value: r2)) }
    if let coverage = quality.coverage(nominal: 0.9) {
      report.cards.append(
        Report.Card(
          "90 % intervals hold", value: Report.percent(coverage.observed),
          note: "mean width \(Report.number(coverage.meanWidth)) \(unit)"))
    }
    report.sections =
      [
        ModelSections.parity(outcome, names: names, quantity: quantity),
        ModelSections.calibration(outcome), residuals(quantity), coverageTable,
      ] + [fidelityTable, groupTable, abstention(quantity)].compactMap { $0 } + [elementTable]
      + neighborContrasts.map(contrastSection) + [skippedTable].compactMap { $0 }
    report.provenance = [
      .init("Made by", card.settings), .init("Data", "SHA-256 \(card.dataHash)"),
      .init("Seed", "\(card.seed)"),
    ]
    return report
  }

  private var summary: String {
    let quality = outcome.quality
    let gain = 1 - quality.regression.meanAbsoluteError / quality.baseline.meanAbsoluteError
    let verdict =
      gain > 0
      ? "\(Report.percent(gain)) less than predicting the mean"
      : "no better than predicting the mean: do not use this model"
    return "On rows that were held out the mean absolute error is "
      + "\(Report.number(quality.regression.meanAbsoluteError)) \(card.unit ?? ""), \(verdict)."
  }

  private func residuals(_ quantity: Quantity) -> Report.Section {
    Report.Section(
      title: "Where it errs",
      text: "Predicted minus measured value of the held-out rows. A peak off zero means a "
        + "systematic error.",
      content: .chart(
        .residuals(
          outcome.heldOut.map { $0.prediction.mean - $0.target }, quantity: quantity)))
  }

  private var coverageTable: Report.Section {
    Report.Section(
      title: "Coverage",
      text: "Each fold's intervals were calibrated on the other folds.",
      content: .table(
        ReportTable(
          caption: "Promised and observed coverage",
          columns: [
            .init("Promised"), .init("Observed"), .init("Mean width", unit: card.unit ?? ""),
            .init("Enough rows to promise it"),
          ],
          rows: outcome.quality.coverages.map {
            [
              .text(Report.percent($0.nominal)), .text(Report.percent($0.observed)),
              .number($0.meanWidth), .verdict($0.isConformal, $0.isConformal ? "yes" : "no"),
            ]
          })))
  }

  /// Errors and coverage of the chemistry groups, where there are several.
  private var groupTable: Report.Section? {
    guard let groups = outcome.quality.groups, groups.count > 1 else { return nil }
    let unit = card.unit ?? ""
    return Report.Section(
      title: "Groups of materials",
      text: "Each group has intervals of its own, drawn towards the common ones where it has few "
        + "rows.",
      content: .table(
        ReportTable(
          caption: "90 % intervals by chemistry",
          columns: [
            .init("Group"), .init("Rows"), .init("Mean absolute error", unit: unit),
            .init("Inside"), .init("Mean width", unit: unit),
          ],
          rows: groups.map {
            [
              .text($0.name), .number(Double($0.rows)), .number($0.meanAbsoluteError),
              .text(Report.percent($0.coverage)), .number($0.meanWidth),
            ]
          })))
  }

  private var fidelityTable: Report.Section? {
    guard let report = card.fidelities else { return nil }
    let unit = card.unit ?? ""
    let lower = report.levels.map { "\($0.name) (\($0.rows) rows)" }.joined(separator: ", ")
    return Report.Section(
      title: "With the help of other methods",
      text: "Values of \(report.method), with those of \(lower). Together the contenders err by "
        + "\(Report.number(report.meanAbsoluteError)) \(unit); those that see \(report.method) alone, by "
        + "\(Report.number(report.meanAbsoluteErrorAlone)) \(unit).",
      content: .table(
        ReportTable(
          caption: "The race",
          columns: [
            .init("Contender"), .init("Sees other methods"),
            .init("Mean absolute error", unit: unit), .init("Share"),
          ],
          rows: report.contenders.map {
            [
              .text($0.name), .text($0.usesLower ? "yes" : "no"), .number($0.meanAbsoluteError),
              .text(Report.percent($0.share)),
            ]
          })))
  }

  private func abstention(_ quantity: Quantity) -> Report.Section? {
    guard let curve = outcome.quality.abstention else { return nil }
    return Report.Section(
      title: "Does it know when it errs?",
      text: "The error of the held-out rows that are left when the least certain are set aside.",
      content: .chart(
        .abstention(
          kept: curve.kept, error: curve.error, oracle: curve.oracle, quantity: quantity)))
  }

  /// How unlike neighbors are, layer by layer.
  private func contrastSection(_ contrast: NeighborContrast) -> Report.Section {
    let learner = contrast.learner.map { " (\($0))" } ?? ""
    return Report.Section(
      title: "Neighbors inside the networks\(learner)",
      text: contrast.sentence + " Shown is the mean squared difference of the vectors of neighbors "
        + "beside that of any two sites (Dirichlet energy), the mean over "
        + "\(contrast.networks) networks and \(contrast.crystals) crystals: 1 where neighbors are as "
        + "unlike as any two sites, 0 where all have become alike.",
      content: .table(
        ReportTable(
          caption: "Dirichlet energy", columns: [.init("Where"), .init("Unlikeness of neighbors")],
          rows: contrast.energies.enumerated().map { place, energy in
            [.text(place == 0 ? "as sites enter" : "behind layer \(place)"), .number(energy)]
          })))
  }

  /// Every row that was left out, with its reason.
  private var skippedTable: Report.Section? {
    guard !skipped.isEmpty else { return nil }
    return Report.Section(
      title: "What was left out",
      text: "\(skipped.count) \(skipped.count == 1 ? "row was" : "rows were") not learned from.",
      content: .table(
        ReportTable(
          caption: "Rows that were left out", columns: [.init("Line"), .init("Row"), .init("Why")],
          rows: skipped.map {
            [.text($0.line > 0 ? "\($0.line)" : "–"), .text($0.name), .text($0.reason)]
          })))
  }

  private var elementTable: Report.Section {
    let counts = Dictionary(
      uniqueKeysWithValues: card.elements.map {
        ($0, Double(card.elementRows[$0.symbol] ?? 0))
      })
    return Report.Section(
      title: "What it has seen",
      text: "How many training rows hold each element. A material with a pale element is "
        + "outside of what the model knows.",
      content: .chart(.periodicTable(counts, quantity: Quantity("Rows"))))
  }
}
