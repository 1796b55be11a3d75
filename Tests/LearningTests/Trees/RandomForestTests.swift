import DenseMath
import Foundation
import Testing

@testable import Learning

@Suite("Random forest")
struct RandomForestTests {
  private func settings(_ trees: Int = 60, extra: Bool = false) -> ForestSettings {
    var settings = ForestSettings()
    settings.trees = trees
    settings.randomThresholds = extra
    settings.bootstrap = !extra
    return settings
  }

  @Test("Learns a smooth function", arguments: [false, true])
  func learns(extra: Bool) throws {
    let train = TreeSamples.friedman(rows: 600, seed: 1)
    let test = TreeSamples.friedman(rows: 300, seed: 2)
    let forest = try RandomForest.fit(
      features: train.features, targets: train.targets, settings: settings(extra: extra), seed: 3)
    let error = TreeSamples.meanError(try forest.predict(test.features).elements, test.targets)
    let mean = [Double](repeating: Statistics.mean(train.targets), count: 300)
    #expect(error < 0.5 * TreeSamples.meanError(mean, test.targets), "\(error)")
  }

  @Test("A single tree on all rows gives every training target back", arguments: [false, true])
  func memorizes(extra: Bool) throws {
    let train = TreeSamples.friedman(rows: 200, seed: 1)
    var settings = settings(1, extra: extra)
    settings.bootstrap = false
    let forest = try RandomForest.fit(
      features: train.features, targets: train.targets, settings: settings, seed: 3)
    #expect(try forest.predict(train.features).elements == train.targets)
    #expect(forest.outOfBag.elements.allSatisfy { $0.isNaN })
  }

  /// The first split of a tree on all features, against all splits one by one.
  @Test("Takes the split that lowers the squared error most", arguments: UInt64(0)..<6)
  func bestSplit(seed: UInt64) throws {
    let train = TreeSamples.friedman(rows: 40, features: 5, seed: seed)
    let features = TreeSamples.withHoles(train.features, share: 0.2, seed: seed)
    var settings = settings(1)
    (settings.bootstrap, settings.splitShare, settings.depth, settings.leafRows) = (false, 1, 1, 3)
    let forest = try RandomForest.fit(
      features: features, targets: train.targets, settings: settings, seed: 0)
    func squares(_ rows: [Int]) -> Double {
      let targets = rows.map { train.targets[$0] }
      return targets.isEmpty ? 0 : Statistics.variance(targets) * Double(targets.count)
    }
    var least = Double.infinity
    for feature in 0..<5 {
      for threshold in features.column(feature) + [.infinity] where !threshold.isNaN {
        for missing in [true, false] {
          let left = (0..<40).filter {
            let value = features[$0, feature]
            return value.isNaN ? missing : value < threshold
          }
          guard left.count >= 3, left.count <= 37 else { continue }
          least = min(least, squares(left) + squares(Array(Set(0..<40).subtracting(left))))
        }
      }
    }
    let predictions = try forest.predict(features).elements
    let found = zip(predictions, train.targets).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    #expect(abs(found - least) < 1e-9 * least, "\(found) against \(least)")
    let gain = squares(Array(0..<40)) - least
    #expect(abs(Double(forest.ensemble.trees[0].gains[0]) - gain) < 1e-4 * gain)
  }

  @Test("Results do not depend on threads")
  func threads() throws {
    let train = TreeSamples.friedman(rows: 200, seed: 1)
    var settings = settings(20)
    let one = try RandomForest.fit(
      features: train.features, targets: train.targets, settings: settings, seed: 3)
    settings.threads = 3
    let three = try RandomForest.fit(
      features: train.features, targets: train.targets, settings: settings, seed: 3)
    #expect(one.ensemble == three.ensemble)
    #expect(one.outOfBag == three.outOfBag)
    let (a, b) = (
      try one.distribution(train.features), try one.distribution(train.features, threads: 3)
    )
    #expect(a.quantiles == b.quantiles && a.variance == b.variance)
    let other = try RandomForest.fit(
      features: train.features, targets: train.targets, settings: settings, seed: 4)
    #expect(other.ensemble != one.ensemble)
  }

  @Test("The distribution has the forest's mean, and its quantiles hold their share")
  func distribution() throws {
    let train = TreeSamples.friedman(rows: 1000, features: 5, noise: 2, seed: 1)
    let test = TreeSamples.friedman(rows: 500, features: 5, noise: 2, seed: 2)
    var settings = settings(100)
    settings.leafRows = 3
    let forest = try RandomForest.fit(
      features: train.features, targets: train.targets, settings: settings, seed: 3)
    let found = try forest.distribution(test.features, levels: [0, 0.05, 0.5, 0.95, 1])
    for (mean, predicted) in zip(found.mean, try forest.predict(test.features).elements) {
      #expect(abs(mean - predicted) < 1e-9 * abs(predicted))
    }
    for row in 0..<500 {
      let quantiles = Array(found.quantiles.row(row))
      #expect(quantiles == quantiles.sorted())
      #expect(found.variance[row] >= found.varianceBetweenTrees[row] * (1 - 1e-6))
    }
    let inside = (0..<500).count {
      (found.quantiles[$0, 1]...found.quantiles[$0, 3]).contains(test.targets[$0])
    }
    #expect((425...500).contains(inside), "\(inside) of 500 in the middle 90 %")
  }

  @Test("Out-of-bag errors foretell those of new rows")
  func outOfBag() throws {
    let train = TreeSamples.friedman(rows: 600, noise: 1, seed: 1)
    let test = TreeSamples.friedman(rows: 600, noise: 1, seed: 2)
    let forest = try RandomForest.fit(
      features: train.features, targets: train.targets, settings: settings(100), seed: 3)
    let inner = TreeSamples.meanError(forest.outOfBag.elements, train.targets)
    let outer = TreeSamples.meanError(try forest.predict(test.features).elements, test.targets)
    #expect(abs(inner / outer - 1) < 0.15, "\(inner) against \(outer)")
  }

  @Test("Classes get the shares of their votes", arguments: [(false, 3), (false, 2), (true, 2)])
  func classes(extra: Bool, count: Int) throws {
    let (train, test) = (
      TreeSamples.bands(rows: 600, seed: 1), TreeSamples.bands(rows: 300, seed: 2)
    )
    func classes(_ targets: [Double]) -> [Double] { targets.map { min($0, Double(count - 1)) } }
    var settings = settings(extra: extra)
    settings.target = .classes(count)
    let forest = try RandomForest.fit(
      features: train.features, targets: classes(train.targets), settings: settings, seed: 3)
    let shares = try forest.predict(test.features)
    var right = 0
    for (row, target) in classes(test.targets).enumerated() {
      #expect(abs(shares.row(row).reduce(0, +) - 1) < 1e-9)
      right += (0..<count).max { shares[row, $0] < shares[row, $1] } == Int(target) ? 1 : 0
    }
    #expect(right > 265, "\(right) of 300")
    #expect(throws: TreeError.self) { try forest.distribution(test.features) }
  }

  @Test("Drawn thresholds are for numbers and two classes")
  func drawnThresholdsOfManyClasses() {
    let train = TreeSamples.bands(rows: 60, seed: 1)
    var settings = settings(extra: true)
    settings.target = .classes(3)
    #expect(throws: TreeError.self) {
      try RandomForest.fit(
        features: train.features, targets: train.targets, settings: settings, seed: 3)
    }
  }

  @Test("Rows of weight 0 are never seen")
  func weights() throws {
    let train = TreeSamples.friedman(rows: 200, seed: 1)
    var wrong = train.targets
    for row in 0..<50 { wrong[row] = 1e6 }
    let weights = (0..<200).map { $0 < 50 ? 0.0 : 1 }
    let forest = try RandomForest.fit(
      features: train.features, targets: wrong, weights: weights, settings: settings(20), seed: 3)
    let predictions = try forest.predict(train.features).elements
    #expect(predictions.allSatisfy { $0 < 100 })
  }

  @Test("Bad input gets a sentence")
  func refuses() throws {
    let x = Matrix(rows: 3, columns: 1, elements: [1, 2, 3])
    #expect(throws: TreeError.constantTarget(4)) {
      try RandomForest.fit(features: x, targets: [4, 4, 4], seed: 0)
    }
    #expect(throws: TreeError.tooFewRows(1, least: 2)) {
      try RandomForest.fit(
        features: Matrix(rows: 1, columns: 1, elements: [1]), targets: [1], seed: 0)
    }
    #expect(throws: TreeError.infiniteFeature(row: 0, column: 0, -.infinity)) {
      try RandomForest.fit(
        features: Matrix(rows: 2, columns: 1, elements: [-.infinity, 1]), targets: [1, 2], seed: 0)
    }
    let forest = try RandomForest.fit(
      features: x, targets: [1, 2, 3], settings: settings(3), seed: 0)
    #expect(throws: TreeError.unequalColumns(2, expected: 1)) {
      try forest.predict(Matrix(rows: 1, columns: 2))
    }
    var bad = ForestSettings()
    bad.splitShare = 0
    #expect(throws: TreeError.self) {
      try RandomForest.fit(features: x, targets: [1, 2, 3], settings: bad, seed: 0)
    }
  }
}
