import DenseMath

/// Held-out predictions with, for each fold, the calibration of all other folds.
struct CrossFittedIntervals {
  let parts: [(rows: [HeldOut], calibration: Calibration)]

  /// - Parameter heldOut: Of at least two folds.
  init(_ heldOut: [HeldOut]) throws(MetricsError) {
    var parts: [(rows: [HeldOut], calibration: Calibration)] = []
    for fold in Set(heldOut.map(\.fold)).sorted() {
      let others = heldOut.filter { $0.fold != fold }
      parts.append((heldOut.filter { $0.fold == fold }, try Calibration(others)))
    }
    self.parts = parts
  }

  /// Each row with its interval, fold by fold.
  func intervals(_ nominal: Double) -> [(row: HeldOut, interval: ClosedRange<Double>)] {
    parts.flatMap { part in
      part.rows.map { row in
        (
          row,
          part.calibration.interval(for: row.prediction, group: row.group, coverage: nominal)
        )
      }
    }
  }

  func coverage(_ nominal: Double) -> TrainingQuality.Coverage {
    let figures = IntervalFigures(
      intervals(nominal).map { (target: $0.row.target, interval: $0.interval) })
    return TrainingQuality.Coverage(
      nominal: nominal, observed: figures.observed, meanWidth: figures.meanWidth,
      isConformal: parts.allSatisfy { $0.calibration.isConformal(coverage: nominal) })
  }

  func recalibrated() throws(MetricsError) -> UncertaintyMetrics {
    let rows = parts.flatMap { part in
      part.rows.map { (row: $0, deviation: part.calibration.deviation(of: $0.prediction)) }
    }
    return try UncertaintyMetrics(
      targets: rows.map(\.row.target), means: rows.map(\.row.prediction.mean),
      standardDeviations: rows.map(\.deviation))
  }

  func groups(_ nominal: Double) -> [GroupQuality] {
    GroupQuality.table(
      intervals(nominal).map { row, interval in
        GroupQuality.Row(
          group: row.group ?? "other", target: row.target, mean: row.prediction.mean,
          interval: interval)
      })
  }
}

/// How many targets intervals hold, and how wide they are.
struct IntervalFigures {
  let observed: Double

  /// In the unit of the target; infinite widths are left out.
  let meanWidth: Double

  init(_ rows: [(target: Double, interval: ClosedRange<Double>)]) {
    let inside = rows.count { $0.interval.contains($0.target) }
    observed = Double(inside) / Double(max(rows.count, 1))
    let widths = rows.map { $0.interval.upperBound - $0.interval.lowerBound }.filter(\.isFinite)
    meanWidth = widths.isEmpty ? 0 : Statistics.mean(widths)
  }
}
