public import DenseMath

/// Trees that are grown one after another, each on what the ones before got wrong.
///
/// Friedman, Ann. Stat. 29, 1189 (2001). XGBoost grows each tree by Newton's method on histograms
/// (Chen and Guestrin, doi:10.1145/2939672.2939785); losses, the sampling of rows, the medians and
/// quantiles at leaves (as in Friedman's section 4.4) and all prediction are done here. A trained
/// model is therefore a plain value: threads may share it, and it needs no library to be read.
///
/// Regression targets are centered and scaled to unit variance for training. Equal input, settings
/// and seed give equal bits.
public struct GradientBoostedTrees: Hashable, Sendable {
  public let settings: BoostingSettings

  /// In the unit of the target, or of log-odds for classes.
  public let ensemble: TreeEnsemble

  /// The mean loss of the validation rows after each round, in the unit of the target where it has
  /// one; empty without validation.
  public let validationLosses: [Double]

  /// Rounds that are kept: all, or those up to the least validation loss.
  public var roundsUsed: Int { ensemble.rounds }

  public var featureCount: Int { ensemble.features }

  /// Trains on rows of features.
  ///
  /// - Parameters:
  ///   - features: `[rows, features]`; NaN where a value is missing. A feature that is missing in
  ///     every row is never asked for.
  ///   - targets: One a row: measured values, or the numbers of classes from 0.
  ///   - weights: One a row, not negative; scaled to a mean of 1.
  ///   - validation: Rows of their own that judge the rounds; needed for ``BoostingSettings/patience``.
  /// - Throws: ``TreeError``.
  public static func fit(
    features: Matrix, targets: [Double], weights: [Double]? = nil,
    validation: BoostingValidation? = nil, settings: BoostingSettings = BoostingSettings(),
    seed: UInt64
  ) throws(TreeError) -> GradientBoostedTrees {
    try settings.check()
    guard settings.patience == nil || validation != nil else {
      throw .invalidSetting(
        "Patience needs rows that judge the rounds", remedy: "Give validation rows, or no patience")
    }
    let classes = settings.objective.classes
    let rows = try LabeledRows(features, targets: targets, weights: weights, classes: classes)
    var judges: LabeledRows?
    if let validation {
      guard validation.features.columns == features.columns else {
        throw .unequalColumns(validation.features.columns, expected: features.columns)
      }
      judges = try LabeledRows(
        validation.features, targets: validation.targets, weights: validation.weights,
        classes: classes, leastRows: 1)
    }
    var boosting = try Boosting(rows, judges: judges, settings: settings, seed: seed)
    try boosting.run()
    return GradientBoostedTrees(
      settings: settings, ensemble: boosting.ensemble, validationLosses: boosting.losses)
  }

  /// Predictions for rows of features.
  ///
  /// - Parameters:
  ///   - features: `[rows, featureCount]`; NaN where a value is missing.
  ///   - rounds: How many rounds to use, from the first; all by default.
  /// - Returns: `[rows, outputs]`: values of the target, the probability of class 1, or the
  ///   probability of each class.
  public func predict(_ features: Matrix, rounds: Int? = nil) throws(TreeError) -> Matrix {
    if let rounds, rounds < 0 {
      throw .invalidSetting("\(rounds) rounds cannot be used", remedy: "Give 0 or more")
    }
    var sums = ensemble.sums(
      try FeatureRows(features, expecting: featureCount), rounds: rounds)
    settings.objective.link(&sums)
    return Matrix(rows: features.rows, columns: ensemble.outputs, elements: sums)
  }

  /// Exact Shapley values; see ``TreeContributions``.
  ///
  /// - Parameter threads: The result does not depend on it.
  public func contributions(
    _ features: Matrix, threads: Int = 1
  ) throws(TreeError) -> TreeContributions {
    ensemble.contributions(try FeatureRows(features, expecting: featureCount), threads: threads)
  }

  /// Shares of the loss that splits on each feature removed; `[featureCount]`.
  public var gainImportance: [Double] { ensemble.gainImportance }
}
