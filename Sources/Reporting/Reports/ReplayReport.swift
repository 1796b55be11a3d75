public import Discovery

/// How fast a strategy finds the best rows of a table, as a page.
public struct ReplayReport: Sendable {
  public let result: ReplayResult
  public var recipe: String?
  public var provenance: [Report.Fact] = []

  public init(_ result: ReplayResult) {
    self.result = result
  }

  public var page: Report {
    var report = Report(
      title: result.name,
      subtitle: "\(result.runs.count) replayed searches of \(result.poolSize) materials",
      summary: summary)
    report.cards = cards
    report.sections = [found, best, table]
    report.recipe = recipe
    report.provenance = provenance + [.init("Data", "SHA-256 \(result.dataHash)")]
    return report
  }

  private var quantity: Quantity { Quantity(PropertyName.text(result.target), unit: result.unit ?? "") }

  private var last: ReplayResult.CurvePoint? { result.curve.last }

  private var summary: String {
    guard let last else { return "Nothing was measured." }
    return "After \(last.measurements) of \(result.poolSize) measurements the search had found "
      + "\(Report.percent(last.top.mean)) of the top 5 % (\(result.topCount) materials; 5 to 95 % "
      + "of the runs: \(Report.percent(last.top.low)) to \(Report.percent(last.top.high))); "
      + "measuring at random finds \(Report.percent(last.expectedTop)). "
      + "The enhancement factor is \(Report.number(last.enhancement.mean)). \(speedUp)"
  }

  private var speedUp: String {
    guard let half = result.acceleration.first(where: { $0.share == 0.5 }),
      let factor = half.factor, let count = half.measurements
    else { return "" }
    return "Half of the top 5 % took \(count) measurements on average, "
      + "\(Report.number(factor)) times fewer than at random."
  }

  private var cards: [Report.Card] {
    guard let last else { return [] }
    var cards = [
      Report.Card(
        "Top 5 % found", value: Report.percent(last.top.mean),
        note: "at random: \(Report.percent(last.expectedTop))"),
      Report.Card(
        "Enhancement factor", value: last.enhancement.mean,
        note: "after \(last.measurements) measurements"),
    ]
    if let half = result.acceleration.first(where: { $0.share == 0.5 }), let factor = half.factor {
      cards.append(
        Report.Card(
          "Acceleration factor", value: factor, unit: "×", note: "to half of the top 5 %"))
    }
    return cards
  }

  private var found: Report.Section {
    let share = { (run: ReplayRun) in run.found.map { Double($0) / Double(result.topCount) } }
    return Report.Section(
      title: "How much of the best was found",
      text: "Lines are medians over the runs, bands hold the middle 80 % of them.",
      content: .chart(
        .foundFraction(
          [
            Strategy(result.acquisition, runs: result.runs.map(share), role: .main),
            Strategy("random search", runs: result.randomRuns.map(share), role: .baseline),
          ], poolSize: result.poolSize, topShare: 0.05, initialCount: result.initial)))
  }

  private var best: Report.Section {
    Report.Section(
      title: "Best so far",
      content: .chart(
        .bestSoFar(
          [
            Strategy(result.acquisition, runs: result.runs.map(\.best), role: .main),
            Strategy("random search", runs: result.randomRuns.map(\.best), role: .baseline),
          ], objective: quantity, initialCount: result.initial)))
  }

  private var table: Report.Section {
    Report.Section(
      title: "Measurements saved",
      text: "How many measurements a share of the top 5 % took on average, and how many random "
        + "measuring takes.",
      content: .table(
        ReportTable(
          caption: "Acceleration factors",
          columns: [
            .init("Share of the top 5 %"), .init("Measurements"), .init("At random"),
            .init("Acceleration factor"),
          ],
          rows: result.acceleration.map { row in
            [
              .text(Report.percent(row.share)), row.measurements.map { .integer($0) } ?? .missing,
              .number(row.randomMeasurements), row.factor.map { .number($0) } ?? .missing,
            ]
          })))
  }
}
