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
    report.sections = [found, best, regret, table]
    report.recipe = recipe
    report.provenance = provenance + [.init("Data", "SHA-256 \(result.dataHash)")]
    return report
  }

  private var quantity: Quantity {
    Quantity(PropertyName.text(result.target), unit: result.unit ?? "")
  }

  private var last: ReplayResult.CurvePoint? { result.curve.last }

  private var summary: String {
    guard let last else { return "Nothing was measured." }
    return "After \(last.measurements) of \(result.poolSize) measurements the search had found "
      + "\(Report.percent(last.top.mean)) of the top 5 % (\(result.topCount) materials; mean of the "
      + "runs, 5th to 95th percentile \(Report.percent(last.top.low)) to "
      + "\(Report.percent(last.top.high))); "
      + "measuring at random finds \(Report.percent(last.expectedTop)). "
      + "The enhancement factor is \(Report.number(last.enhancement.mean)). \(speedUp)"
  }

  private var speedUp: String {
    guard let half = result.acceleration.first(where: { $0.share == 0.5 }),
      let factor = half.factor, let count = half.measurements
    else { return "" }
    let start = "Half of the top 5 % took \(count) measurements on average"
    return factor > 1
      ? "\(start), \(Report.number(factor)) times fewer than at random."
      : "\(start), no fewer than at random (\(Report.number(half.randomMeasurements)))."
  }

  private var cards: [Report.Card] {
    guard let last else { return [] }
    var cards = [
      Report.Card(
        "Top 5 % found", value: Report.percent(last.top.mean),
        note: "mean of the runs; at random: \(Report.percent(last.expectedTop))"),
      Report.Card(
        "Enhancement factor", value: last.enhancement.mean,
        note: "mean of the runs after \(last.measurements) measurements"),
    ]
    if let half = result.acceleration.first(where: { $0.share == 0.5 }), let factor = half.factor {
      cards.append(
        Report.Card(
          "Acceleration factor", value: factor, unit: "×",
          note: factor > 1
            ? "fewer measurements than at random to half of the top 5 %, mean of the runs"
            : "to half of the top 5 %, mean of the runs: no faster than at random"))
    }
    return cards
  }

  private var bands: String {
    guard result.runs.count > 1 else { return "" }
    return "Lines are medians over the \(result.runs.count) runs; bands "
      + "\(Band.meaning(runs: result.runs.count)). The key figures at the top are means instead."
  }

  private var found: Report.Section {
    let share = { (run: ReplayRun) in run.found.map { Double($0) / Double(result.topCount) } }
    return Report.Section(
      title: "How much of the best was found",
      text: bands,
      content: .chart(
        .foundFraction(
          [
            Strategy(result.acquisition, runs: result.runs.map(share), role: .main),
            Strategy("random search", runs: result.randomRuns.map(share), role: .baseline),
          ], poolSize: result.poolSize, topShare: 0.05, initialCount: result.initial)))
  }

  private var best: Report.Section {
    Report.Section(
      title: "Best so far", text: bands,
      content: .chart(
        .bestSoFar(
          [
            Strategy(result.acquisition, runs: result.runs.map(\.best), role: .main),
            Strategy("random search", runs: result.randomRuns.map(\.best), role: .baseline),
          ], objective: quantity, initialCount: result.initial, maximizing: result.isMaximized)))
  }

  private var regret: Report.Section {
    let regret = { (run: ReplayRun) in run.best.map { abs(result.bestPossible - $0) } }
    return Report.Section(
      title: "How far from the best possible",
      text:
        "The best value of the table is known: the regret is its distance from the best value found. "
        + bands,
      content: .chart(
        .overExperiments(
          [
            Strategy(result.acquisition, runs: result.runs.map(regret), role: .main),
            Strategy("random search", runs: result.randomRuns.map(regret), role: .baseline),
          ], quantity: Quantity("Regret", unit: result.unit ?? ""), initialCount: result.initial,
          higherIsBetter: false)))
  }

  private var table: Report.Section {
    Report.Section(
      title: "Measurements needed",
      text: "After how many measurements the mean of the runs reached a share of the top 5 %, and "
        + "how many measuring at random takes. The acceleration factor is their ratio: above 1 the "
        + "search saves measurements, below 1 it needs more than chance. A dash: not reached.",
      content: .table(
        ReportTable(
          caption: "Measurements to a share of the top 5 %",
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
