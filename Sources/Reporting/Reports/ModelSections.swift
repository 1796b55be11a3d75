import Learning

/// How good a model is, as sections of a page; the same for campaigns and for training.
enum ModelSections {
  static let coverage = 0.9

  /// - Parameter names: One for each held-out row, in their order.
  static func parity(
    _ outcome: TrainingOutcome, names: [String], quantity: Quantity
  ) -> Report.Section {
    let points = zip(names, outcome.heldOut).map { name, row in
      let interval = outcome.calibration.interval(
        for: row.prediction, group: row.group, coverage: coverage)
      return ParityPoint(
        name: name, measured: row.target, predicted: row.prediction.mean,
        lower: interval.lowerBound, upper: interval.upperBound)
    }
    let quality = outcome.quality
    return Report.Section(
      title: "Can the model be trusted?",
      text: "Every point was predicted by a model that had not seen it "
        + "(\(quality.folds)-fold cross-validation). Bars are 90 % intervals. Predicting the mean "
        + "of the training rows every time has a mean absolute error of "
        + "\(Report.number(quality.baseline.meanAbsoluteError)) \(quantity.unit).",
      content: .chart(
        .parity(
          points, quantity: quantity,
          quality: Quality(
            meanAbsoluteError: quality.regression.meanAbsoluteError,
            rSquared: quality.regression.r2 ?? .nan,
            coverage: quality.coverage(nominal: coverage)?.observed ?? .nan,
            nominalCoverage: coverage))), isHalfWidth: true)
  }

  static func calibration(_ outcome: TrainingOutcome) -> Report.Section {
    let quality = outcome.quality
    return Report.Section(
      title: "Do its intervals hold?",
      text: "Of intervals that promise to hold 90 % of new measurements, 90 % should. Each fold's "
        + "intervals were calibrated on the other folds.",
      content: .chart(
        .calibration(
          [
            CoverageLine(
              "calibrated", nominal: quality.calibratedCurve.expected,
              observed: quality.calibratedCurve.observed),
            CoverageLine(
              "before calibration", nominal: quality.uncalibratedCurve.expected,
              observed: quality.uncalibratedCurve.observed),
          ], count: quality.rows)), isHalfWidth: true)
  }
}
