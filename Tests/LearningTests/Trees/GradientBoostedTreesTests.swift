import DenseMath
import Foundation
import Testing

@testable import Learning

/// Whether the machine has XGBoost at all.
private let hasLibrary = (try? XGBoostLibrary.opened.get()) != nil

@Suite("Gradient-boosted trees", .enabled(if: hasLibrary, "XGBoost is not installed"))
struct GradientBoostedTreesTests {
  private func quick(_ objective: BoostingObjective = .squaredError) -> BoostingSettings {
    var settings = BoostingSettings()
    settings.objective = objective
    settings.rounds = 60
    settings.depth = 4
    settings.learningRate = 0.15
    return settings
  }

  @Test("Learns a smooth function far better than its mean")
  func learns() throws {
    let train = TreeSamples.friedman(rows: 600, seed: 1)
    let test = TreeSamples.friedman(rows: 300, seed: 2)
    let model = try GradientBoostedTrees.fit(
      features: train.features, targets: train.targets, settings: quick(), seed: 3)
    let predictions = try model.predict(test.features).elements
    let mean = [Double](repeating: Statistics.mean(train.targets), count: 300)
    let error = TreeSamples.meanError(predictions, test.targets)
    #expect(error < 0.3 * TreeSamples.meanError(mean, test.targets), "\(error)")
    #expect(model.roundsUsed == 60)
  }

  /// A single stump by hand: means of each side, shrunk by λ rows of zero residual.
  @Test("One split takes the regularized Newton step")
  func stump() throws {
    let features = Matrix(rows: 4, columns: 1, elements: [1, 2, 8, 9])
    var settings = BoostingSettings()
    settings.rounds = 1
    settings.depth = 1
    settings.learningRate = 0.5
    (settings.rowSample, settings.columnSample) = (1, 1)
    let model = try GradientBoostedTrees.fit(
      features: features, targets: [0, 2, 10, 12], settings: settings, seed: 0)
    // Mean 6; residuals −5 and +5 on average; steps of 2 rows · 5 / (2 + λ) times ½.
    let step = 0.5 * 2 * 5 / 3
    let expected = [6 - step, 6 - step, 6 + step, 6 + step]
    for (value, wanted) in zip(try model.predict(features).elements, expected) {
      #expect(abs(value - wanted) < 1e-5, "\(value) against \(wanted)")
    }
    let split = model.ensemble.trees[0].nodes[0]
    #expect(split.threshold > 2 && split.threshold <= 8)
  }

  @Test("Equal seeds give equal bits, other seeds other trees")
  func deterministic() throws {
    let train = TreeSamples.friedman(rows: 200, seed: 1)
    @Sendable func bytes(_ seed: UInt64) throws -> [UInt8] {
      try GradientBoostedTrees.fit(
        features: train.features, targets: train.targets, settings: quick(), seed: seed
      ).bytes()
    }
    let side = try parallelMap([5, 5, 6] as [UInt64], threads: 3) { try bytes($0) }
    #expect(try bytes(5) == side[0])
    #expect(side[0] == side[1])
    #expect(side[0] != side[2])
  }

  @Test("The first rounds alone predict like a model of so many rounds")
  func staged() throws {
    let train = TreeSamples.friedman(rows: 200, seed: 1)
    let long = try GradientBoostedTrees.fit(
      features: train.features, targets: train.targets, settings: quick(), seed: 5)
    var settings = quick()
    settings.rounds = 7
    let short = try GradientBoostedTrees.fit(
      features: train.features, targets: train.targets, settings: settings, seed: 5)
    #expect(try long.predict(train.features, rounds: 7) == short.predict(train.features))
    let start = try long.predict(train.features, rounds: 0).elements
    #expect(start.allSatisfy { abs($0 - Statistics.mean(train.targets)) < 1e-9 })
    #expect(try long.predict(train.features, rounds: 1000) == long.predict(train.features))
  }

  @Test("Quantiles hold their share of new rows", arguments: [0.1, 0.5, 0.9])
  func quantiles(level: Double) throws {
    let train = TreeSamples.friedman(rows: 1500, features: 5, noise: 3, seed: 1)
    let test = TreeSamples.friedman(rows: 1500, features: 5, noise: 3, seed: 2)
    var settings = quick(.quantile(level: level))
    settings.minimumChildWeight = 20
    let model = try GradientBoostedTrees.fit(
      features: train.features, targets: train.targets, settings: settings, seed: 3)
    let below = zip(try model.predict(test.features).elements, test.targets).count { $0 > $1 }
    #expect(abs(Double(below) / 1500 - level) < 0.06, "\(below) of 1500")
  }

  @Test("Absolute errors ignore outliers that squares follow")
  func robust() throws {
    var train = TreeSamples.friedman(rows: 600, seed: 1)
    for row in stride(from: 0, to: 600, by: 12) { train.targets[row] += 500 }
    let test = TreeSamples.friedman(rows: 300, seed: 2)
    func error(_ objective: BoostingObjective) throws -> Double {
      let model = try GradientBoostedTrees.fit(
        features: train.features, targets: train.targets, settings: quick(objective), seed: 3)
      return TreeSamples.meanError(try model.predict(test.features).elements, test.targets)
    }
    let squared = try error(.squaredError)
    #expect(try error(.absoluteError) < 0.2 * squared)
    #expect(try error(.huber(transition: 0.05)) < 0.5 * squared)
  }

  @Test("Classes get probabilities that add up and are right")
  func classes() throws {
    let (train, test) = (
      TreeSamples.bands(rows: 600, seed: 1), TreeSamples.bands(rows: 300, seed: 2)
    )
    let model = try GradientBoostedTrees.fit(
      features: train.features, targets: train.targets, settings: quick(.softmax(classes: 3)),
      seed: 3)
    let shares = try model.predict(test.features)
    var right = 0
    for row in 0..<300 {
      #expect(abs(shares.row(row).reduce(0, +) - 1) < 1e-12)
      let best = (0..<3).max { shares[row, $0] < shares[row, $1] }
      right += best == Int(test.targets[row]) ? 1 : 0
    }
    #expect(right > 255, "\(right) of 300")
    let binary = try GradientBoostedTrees.fit(
      features: train.features, targets: train.targets.map { $0 == 2 ? 1 : 0 },
      settings: quick(.logistic), seed: 3)
    let hits = zip(try binary.predict(test.features).elements, test.targets).count {
      ($0 > 0.5) == ($1 == 2)
    }
    #expect(hits > 280, "\(hits) of 300")
  }

  @Test("Validation rows end the rounds at the least loss")
  func stopsEarly() throws {
    let train = TreeSamples.friedman(rows: 150, noise: 5, seed: 1)
    let judges = TreeSamples.friedman(rows: 150, noise: 5, seed: 2)
    var settings = quick()
    (settings.rounds, settings.patience, settings.learningRate) = (400, 20, 0.3)
    let model = try GradientBoostedTrees.fit(
      features: train.features, targets: train.targets,
      validation: BoostingValidation(features: judges.features, targets: judges.targets),
      settings: settings, seed: 3)
    let losses = model.validationLosses
    #expect(model.roundsUsed < 200)
    #expect(losses.count == model.roundsUsed + 20)
    #expect(losses[model.roundsUsed - 1] == losses.min())
    let predictions = try model.predict(judges.features).elements
    let loss = Statistics.mean(zip(predictions, judges.targets).map { ($0 - $1) * ($0 - $1) })
    #expect(abs(loss - losses[model.roundsUsed - 1]) < 1e-9 * loss)
  }

  @Test("A row of weight 0 is as good as absent, weight 3 as three rows")
  func weights() throws {
    let train = TreeSamples.friedman(rows: 200, seed: 1)
    var settings = quick()
    (settings.rowSample, settings.columnSample, settings.rounds) = (1, 1, 5)
    let weights = (0..<200).map { $0 % 4 == 0 ? 0.0 : 2 }
    let rows = (0..<200).filter { $0 % 4 != 0 }
    let kept = Matrix(
      rows: 150, columns: 8, elements: rows.flatMap { train.features.row($0) })
    let weighted = try GradientBoostedTrees.fit(
      features: train.features, targets: train.targets, weights: weights, settings: settings,
      seed: 3)
    #expect(weighted.ensemble.expectedSums[0].isFinite)
    // λ counts in rows of mean weight 1, which here are 4/3 of the kept ones.
    settings.l2Penalty = 0.75
    settings.minimumChildWeight = 0.75
    let short = try GradientBoostedTrees.fit(
      features: kept, targets: rows.map { train.targets[$0] }, settings: settings, seed: 3)
    let (a, b) = (try weighted.predict(kept).elements, try short.predict(kept).elements)
    // Bins are cut from all rows, so that thresholds differ a little.
    #expect(TreeSamples.meanError(a, b) < 0.3)
  }

  @Test("Missing values and empty columns are borne")
  func missing() throws {
    let train = TreeSamples.friedman(rows: 600, seed: 1)
    var features = TreeSamples.withHoles(train.features, share: 0.1, seed: 4)
    for row in 0..<600 { features[row, 7] = .nan }
    let model = try GradientBoostedTrees.fit(
      features: features, targets: train.targets, settings: quick(), seed: 3)
    let predictions = try model.predict(features).elements
    #expect(TreeSamples.meanError(predictions, train.targets) < 1.5)
    #expect(model.gainImportance[7] == 0)
    let blank = try model.predict(Matrix(rows: 1, columns: 8, repeating: .nan))
    #expect(blank[0, 0].isFinite)
  }

  @Test("Targets of twelve decades keep their scale")
  func scales() throws {
    let train = TreeSamples.friedman(rows: 200, seed: 1)
    let model = try GradientBoostedTrees.fit(
      features: train.features, targets: train.targets, settings: quick(), seed: 3)
    let large = try GradientBoostedTrees.fit(
      features: train.features, targets: train.targets.map { $0 * 0x1p40 }, settings: quick(),
      seed: 3)
    #expect(
      try large.predict(train.features).elements
        == model.predict(train.features).elements.map { $0 * 0x1p40 })
  }

  @Test("Bad input gets a sentence")
  func refuses() throws {
    let x = Matrix(rows: 3, columns: 1, elements: [1, 2, 3])
    func fit(
      _ features: Matrix, _ targets: [Double], weights: [Double]? = nil,
      _ settings: BoostingSettings = BoostingSettings()
    ) throws(TreeError) {
      _ = try GradientBoostedTrees.fit(
        features: features, targets: targets, weights: weights, settings: settings, seed: 0)
    }
    #expect(throws: TreeError.constantTarget(4)) { try fit(x, [4, 4, 4]) }
    #expect(throws: TreeError.tooFewRows(1, least: 2)) {
      try fit(Matrix(rows: 1, columns: 1, elements: [1]), [1])
    }
    #expect(throws: TreeError.tooFewRows(1, least: 2)) {
      try fit(x, [1, 2, 3], weights: [0, 1, 0])
    }
    #expect(throws: TreeError.allMissing) {
      try fit(Matrix(rows: 3, columns: 1, repeating: .nan), [1, 2, 3])
    }
    #expect(throws: TreeError.infiniteFeature(row: 1, column: 0, 1e39)) {
      try fit(Matrix(rows: 3, columns: 1, elements: [1, 1e39, 3]), [1, 2, 3])
    }
    #expect(throws: TreeError.noFeatures) { try fit(Matrix(rows: 3, columns: 0), [1, 2, 3]) }
    #expect(throws: TreeError.unequalCounts(rows: 3, count: 2, what: "targets")) {
      try fit(x, [1, 2])
    }
    #expect(throws: TreeError.negativeWeight(row: 2, -1)) {
      try fit(x, [1, 2, 3], weights: [1, 1, -1])
    }
    #expect(throws: TreeError.notFinite(row: 0, what: "target", .infinity)) {
      try fit(x, [.infinity, 2, 3])
    }
    var settings = BoostingSettings()
    settings.objective = .softmax(classes: 3)
    #expect(throws: TreeError.unknownClass(row: 1, 3, classes: 3)) {
      try fit(x, [0, 3, 1], settings)
    }
    settings = BoostingSettings()
    settings.depth = 40
    #expect(throws: TreeError.self) { try fit(x, [1, 2, 3], settings) }
    settings = BoostingSettings()
    settings.patience = 5
    #expect(throws: TreeError.self) { try fit(x, [1, 2, 3], settings) }
  }

  @Test("The library's own refusal is passed on, and a missing library is named")
  func libraryErrors() throws {
    let features = try FeatureRows(Matrix(rows: 2, columns: 1, elements: [1, 2]))
    var settings = BoostingSettings()
    settings.l2Penalty = -1
    let grower = try XGBoostGrower(features, settings: settings)
    var (gradients, hessians): ([Float], [Float]) = ([1, -1], [1, 1])
    let error = #expect(throws: TreeError.self) {
      try grower.tree(gradients: &gradients, hessians: &hessians, seed: 0)
    }
    let sentence = "\(try #require(error))"
    #expect(sentence.contains("reg_lambda"), "\(sentence)")
    let absent = XGBoostLibrary.open(["/nowhere/libxgboost.so"])
    #expect(throws: TreeError.self) { try absent.get() }
  }
}
