import Foundation
import Representations

/// What a fit of each standard learner takes, in seconds of one core of a laptop of 2024.
///
/// Rough formulas from times of 250 to 8,800 rows of Matbench, descriptions of compositions included;
/// beyond they are extrapolated. What a budget buys depends on them, not on the machine: it is the same
/// everywhere.
struct ExpectedWork: Hashable, Sendable {
  /// Rows that are trained on.
  let rows: Int

  /// Of the forest.
  var trees = 200

  private var count: Double { Double(max(rows, 2)) }

  /// Rows that pass through a network, at the rate of its training.
  var networks: Double {
    let training = TrainingLoop.Configuration()
    let steps = Double(training.steps(forRows: rows))
    let batch = Double(training.batchSize(forRows: rows))
    return steps * batch / (batch <= 128 ? 22_000 : 35_000)
  }

  /// As many crystals as pass through a network on them, of a hundred edges each.
  var crystals: Double {
    let training = DeepEnsembleTrainer.Configuration(crystals: .compact).training
    let steps = Double(training.steps(forRows: rows))
    return steps * Double(training.batchSize(forRows: rows)) / 8_000
  }

  /// Columns of crystals are as many again; describing a crystal takes 10 ms, once for all folds and both
  /// kinds of trees.
  var crystalForest: Double { 1.5 * forest + statistics }
  var crystalBoosted: Double { 4 * boosted + statistics }
  private var statistics: Double { 0.01 * count / Double(2 * StandardLearners.folds) }

  /// Each level of a tree looks at all rows.
  var forest: Double { 0.2 + 1.25e-6 * Double(trees) * count * log2(count) }

  /// As many rounds as it takes to stop falls with few rows.
  var boosted: Double { 0.3 + 2e-3 * count }

  /// A few dozen decompositions.
  var gaussianProcess: Double { 0.2 + 3e-9 * count * count * count }
}
