import Ecosystem
import Learning
import Reporting

/// What `train` and `evaluate` say.
struct TrainingResult: Encodable {
  let card: ModelCard
  let model: String
  let report: String?
  /// Rows of the file that were not learned from.
  let skipped: [SkippedRow]
  /// Of all cores together.
  let processorSeconds: Double
  /// Expected work of the fits of auto, which its budget limits.
  let work: Double?
  /// Of the networks on crystals; `nil` without any.
  let neighborContrasts: [NeighborContrast]?

  init(
    _ card: ModelCard, model: String, report: String?, skipped: [SkippedRow],
    processorSeconds: Double, work: Double?, neighborContrasts: [NeighborContrast] = []
  ) {
    self.card = card
    self.model = model
    self.report = report
    self.skipped = skipped
    self.processorSeconds = processorSeconds
    self.work = work
    self.neighborContrasts = neighborContrasts.isEmpty ? nil : neighborContrasts
  }

  func print() {
    Swift.print("\(card.target) from \(card.rows) rows of \(card.source), \(card.surrogate)")
    let planned = work.map { " (planned: \(Report.duration($0)))" } ?? ""
    Swift.print("Spent \(Report.duration(processorSeconds)) of processor\(planned).")
    Swift.print("On rows that were held out (\(card.quality.folds) folds):")
    if let classes = card.classes {
      Swift.print(ClassTable.lines(classes).joined(separator: "\n"))
    } else {
      printNumbers()
    }
    if let fidelities = card.fidelities {
      Swift.print(FidelityTable.lines(fidelities, unit: card.learnedUnit).joined(separator: "\n"))
    }
    for contrast in neighborContrasts ?? [] { printContrast(contrast) }
    Swift.print("Model: \(model)")
    if let report { Swift.print("Report: \(report)") }
  }

  /// How unlike neighbors are, layer by layer.
  private func printContrast(_ contrast: NeighborContrast) {
    let learner = contrast.learner.map { " of \($0)" } ?? ""
    let energies = contrast.energies.map { Report.number($0, significant: 2) }
    Swift.print(
      "Unlikeness of neighbors in the networks\(learner) (Dirichlet energy; 1: as any two sites), as "
        + "they enter and behind each layer:")
    Swift.print("  \(energies.joined(separator: "  ")). \(contrast.sentence)")
  }

  private func printNumbers() {
    let quality = card.quality
    let isLogarithmic = card.isLogarithmic ?? false
    let unit = isLogarithmic ? " decades" : card.unit.map { " \($0)" } ?? ""
    Swift.print(
      FigureTable.lines(quality.regression, baseline: quality.baseline, unit: unit)
        .joined(separator: "\n"))
    guard let coverage = quality.coverage(nominal: 0.9) else { return }
    let promise = coverage.isConformal ? "" : " (few rows: nothing is guaranteed)"
    Swift.print(
      "  90 % intervals hold \(Report.percent(coverage.observed)), mean width "
        + "\(Report.number(coverage.meanWidth))\(unit)\(promise)")
  }
}

/// Figures of classes, as lines for a terminal.
enum ClassTable {
  /// - Parameter setCoverage: Of new rows, in the place of the held-out rows'.
  static func lines(_ classes: ClassCard, setCoverage: Double? = nil) -> [String] {
    let quality = classes.quality
    var lines = [
      "  balanced accuracy \(Report.number(quality.balancedAccuracy))  "
        + "(always the most frequent class: \(Report.number(1 / Double(classes.labels.count))))",
      "  accuracy          \(Report.number(quality.accuracy))  "
        + "(\(Report.number(quality.baselineAccuracy)))",
      "  ROC-AUC           \(quality.areaUnderROC.map { Report.number($0) } ?? "–")",
      "  PR-AUC            \(Report.number(quality.averagePrecision))",
      "  Brier \(Report.number(quality.brier)), log loss \(Report.number(quality.logLoss)), "
        + "calibration error \(Report.number(quality.expectedCalibrationError))",
      "  90 % sets hold \(Report.percent(setCoverage ?? classes.setCoverage))"
        + (setCoverage == nil ? ", mean size \(Report.number(classes.setSize))" : ""),
    ]
    for (own, label) in classes.labels.enumerated() {
      let row = quality.confusion[own]
      let total = row.reduce(0, +)
      let right = Report.percent(Double(row[own]) / Double(max(total, 1)))
      lines.append("  \(label): \(right) of \(total) rows recognized")
    }
    return lines
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
