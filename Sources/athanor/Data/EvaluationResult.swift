import Ecosystem
import Learning
import Matter
import Reporting

/// What `evaluate` says of a model and rows.
struct EvaluationResult: Encodable {
  let rows: Int
  let regression: RegressionMetrics
  /// Of the predicted deviations before and after recalibration.
  let uncertainty: UncertaintyMetrics
  let recalibrated: UncertaintyMetrics
  let baseline: RegressionMetrics
  let coverage90: Double
  let meanWidth90: Double
  let groups: [GroupQuality]
  /// By how well the model knows the materials.
  let domain: [GroupQuality]
  let abstention: AbstentionCurve
  let sameDataAsTraining: Bool
  /// Rows that nothing is said about.
  let skipped: [SkippedRow]

  /// Most pairs of a row and a training row that are compared for the domain.
  private static let mostPairs = 400_000_000

  /// - Parameter predictions: One a row, with intervals of 90 %.
  init(
    _ dataset: Dataset, _ predictions: [ModelPrediction], _ model: Model,
    skipped: [SkippedRow] = [], threads: Int
  ) throws {
    self.skipped = skipped
    let targets = dataset.targets
    let means = predictions.map(\.mean)
    rows = targets.count
    regression = try RegressionMetrics(targets: targets, predictions: means)
    uncertainty = try UncertaintyMetrics(
      targets: targets, means: means, standardDeviations: predictions.map(\.standardDeviation))
    recalibrated = try UncertaintyMetrics(
      targets: targets, means: means, standardDeviations: predictions.map(\.calibratedDeviation))
    let mean = model.card.targetMean
    baseline = try RegressionMetrics(targets: targets, predictions: targets.map { _ in mean })
    let domains = Self.domains(dataset.candidates, model, threads: threads)
    func judged(_ names: [String]) -> [GroupQuality.Row] {
      targets.indices.map { row in
        GroupQuality.Row(
          group: names[row], target: targets[row], mean: means[row],
          interval: predictions[row].lowerBound...predictions[row].upperBound)
      }
    }
    let whole = GroupQuality.table(judged(targets.map { _ in "all" }))
    // A dataset has rows.
    coverage90 = whole.first?.coverage ?? 0
    meanWidth90 = whole.first?.meanWidth ?? 0
    groups = GroupQuality.table(judged(dataset.candidates.map(Calibration.group)))
    domain = GroupQuality.table(judged(domains)).sorted {
      (Self.order.firstIndex(of: $0.name) ?? 0) < (Self.order.firstIndex(of: $1.name) ?? 0)
    }
    abstention = AbstentionCurve(
      errors: zip(targets, means).map { abs($0 - $1) },
      uncertainties: predictions.map(\.calibratedDeviation))
    sameDataAsTraining = dataset.contentHash.hex == model.card.dataHash
  }

  private static let order = [
    "near", "as training rows", "far", "known elements", "unseen element",
  ]

  /// What the model knows of each candidate: nearer to a training row than the median training row
  /// is to another one, than 95 % of them are, farther, or with an element that none has.
  private static func domains(
    _ candidates: [Candidate], _ model: Model, threads: Int
  ) -> [String] {
    let isUnseen = candidates.map { !model.card.unseenElements(in: $0).isEmpty }
    guard let training = model.training, training.rank(of: 0) != nil,
      candidates.count * training.compositions.count <= mostPairs
    else { return isUnseen.map { $0 ? "unseen element" : "known elements" } }
    let nearest = training.neighbors(of: candidates, count: 1, threads: threads)
    return zip(isUnseen, nearest).map { isUnseen, nearest in
      if isUnseen { return "unseen element" }
      let rank = nearest.first.flatMap { training.rank(of: $0.distance) } ?? 1
      return rank <= 0.5 ? "near" : rank <= 0.95 ? "as training rows" : "far"
    }
  }

  /// A target with its unit, which its name may hold already.
  static func name(_ target: String, unit: String?) -> String {
    guard let unit, !target.contains(unit) else { return target }
    return "\(target) (\(unit))"
  }

  /// For a terminal.
  func lines(_ target: String, file: String, unit: String?) -> [String] {
    let unit = unit.map { " \($0)" } ?? ""
    var lines = ["\(target): \(rows) rows of \(file)"]
    lines += FigureTable.lines(regression, baseline: baseline, unit: unit)
    lines.append(
      "  90 % intervals hold \(Report.percent(coverage90)), mean width "
        + "\(Report.number(meanWidth90))\(unit)")
    lines.append(
      "  miscalibration area \(Report.number(recalibrated.miscalibrationArea)) "
        + "(\(Report.number(uncertainty.miscalibrationArea)) before recalibration), CRPS "
        + "\(Report.number(recalibrated.rankedProbabilityScore))\(unit) "
        + "(\(Report.number(uncertainty.rankedProbabilityScore)))")
    lines.append(
      "Kept when the least certain are set aside: mean absolute error (if errors were known)")
    for (place, share) in abstention.kept.enumerated()
    where [1, 0.9, 0.75, 0.5, 0.25].contains(where: { abs($0 - share) < 1e-9 }) {
      lines.append(
        "  \(share == 1 ? "" : " ")\(Report.percent(share))  "
          + "\(Report.number(abstention.error[place]))\(unit)  "
          + "(\(Report.number(abstention.oracle[place])))")
    }
    lines.append(
      "  area between both \(Report.number(abstention.area)); an order by chance has "
        + "\(Report.number(abstention.chanceArea))")
    let parts = [("Chemistry", groups), ("How well it is known", domain)]
    for (title, groups) in parts where groups.count > 1 || groups.first?.name == "unseen element" {
      let cells = groups.map {
        [
          $0.name, "\($0.rows)", Report.number($0.meanAbsoluteError), Report.percent($0.coverage),
          Report.number($0.meanWidth),
        ]
      }
      lines += TextTable.lines(
        [title, "rows", "MAE\(unit)", "in 90 % intervals", "width"], cells)
    }
    return lines
  }
}

/// The table of a comparison of splits, for a terminal.
enum SplitTable {
  static func lines(_ comparison: SplitComparison) -> [String] {
    let isClasses = comparison.entries.contains { $0.classes != nil }
    let header =
      isClasses
      ? ["split", "of", "tests", "balanced accuracy", "ROC-AUC", "Brier", "ECE"]
      : [
        "split", "of", "tests", "MAE", "baseline", "RMSE", "R²", "in 90 % intervals", "width",
        "error–deviation ρ",
      ]
    func number(_ value: Double?) -> String { value.map { Report.number($0) } ?? "–" }
    let cells = comparison.entries.map { entry -> [String] in
      let start = [entry.kind.rawValue, entry.detail, "\(entry.rows)"]
      if let classes = entry.classes {
        return start + [
          number(classes.balancedAccuracy), number(classes.areaUnderROC), number(classes.brier),
          number(classes.expectedCalibrationError),
        ]
      }
      return start + [
        number(entry.regression?.meanAbsoluteError), number(entry.baseline?.meanAbsoluteError),
        number(entry.regression?.rootMeanSquareError), number(entry.regression?.r2),
        entry.coverage90.map { Report.percent($0) } ?? "–", number(entry.width90),
        number(entry.errorDeviationSpearman),
      ]
    }
    return TextTable.lines(header, cells)
  }
}

/// Columns of text under their names, for a terminal: the first ones to the left, numbers to the
/// right.
enum TextTable {
  static func lines(_ header: [String], _ rows: [[String]]) -> [String] {
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      let cells = row.indices.map { column -> String in
        let space = String(repeating: " ", count: widths[column] - row[column].count)
        let isText = rows.contains {
          Double($0[column]) == nil && $0[column].first?.isLetter == true
        }
        return isText || column == 0 ? row[column] + space : space + row[column]
      }
      return "  " + cells.joined(separator: "  ")
    }
  }
}
