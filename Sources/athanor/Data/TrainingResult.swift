import Learning
import Reporting

/// What `train` and `evaluate` say.
struct TrainingResult: Encodable {
  let card: ModelCard
  let model: String
  let report: String?

  init(_ card: ModelCard, model: String, report: String?) {
    self.card = card
    self.model = model
    self.report = report
  }

  func print(asJSON: Bool) throws {
    if asJSON { return try Terminal.printJSON(self) }
    let quality = card.quality
    let unit = card.unit.map { " \($0)" } ?? ""
    Swift.print("\(card.target) from \(card.rows) rows of \(card.source), \(card.surrogate)")
    Swift.print("On rows that were held out (\(quality.folds) folds):")
    Swift.print(
      FigureTable.lines(quality.regression, baseline: quality.baseline, unit: unit)
        .joined(separator: "\n"))
    if let coverage = quality.coverage(nominal: 0.9) {
      let promise = coverage.isConformal ? "" : " (few rows: nothing is guaranteed)"
      Swift.print(
        "  90 % intervals hold \(Report.percent(coverage.observed)), mean width "
          + "\(Report.number(coverage.meanWidth))\(unit)\(promise)")
    }
    Swift.print("Model: \(model)")
    if let report { Swift.print("Report: \(report)") }
  }
}

/// Errors beside those of the baseline, as lines for a terminal.
enum FigureTable {
  static func lines(
    _ ours: RegressionMetrics, baseline: RegressionMetrics, unit: String
  ) -> [String] {
    [
      "  MAE  \(Report.number(ours.meanAbsoluteError))\(unit)"
        + "  (the mean of the training rows: \(Report.number(baseline.meanAbsoluteError)))",
      "  RMSE \(Report.number(ours.rootMeanSquareError))\(unit)"
        + "  (\(Report.number(baseline.rootMeanSquareError)))",
      "  R²   \(ours.r2.map { Report.number($0) } ?? "–")",
    ]
  }
}
