import DenseMath
import Foundation
import Testing

@testable import Learning

@Suite("Tree contributions")
struct TreeContributionsTests {
  /// The value of a coalition: features outside it send the row both ways, by the covers.
  private func value(
    _ tree: DecisionTree, _ row: [Float], known: Set<Int>, output: Int, at place: Int = 0
  ) -> Double {
    let node = tree.nodes[place]
    if node.isLeaf { return tree.values[place * tree.width + output] }
    if known.contains(Int(node.feature)) {
      return value(tree, row, known: known, output: output, at: node.next(row))
    }
    let (left, right) = (Int(node.left), Int(node.right))
    let share = Double(tree.covers[left]) / Double(tree.covers[left] + tree.covers[right])
    return share * value(tree, row, known: known, output: output, at: left)
      + (1 - share) * value(tree, row, known: known, output: output, at: right)
  }

  /// Shapley's definition: the mean over all coalitions of what a feature adds.
  private func shapley(_ tree: DecisionTree, _ row: [Float], output: Int) -> [Double] {
    let count = row.count
    let factorials = (0...count).map { (1...max($0, 1)).reduce(1.0) { $0 * Double($1) } }
    return (0..<count).map { feature in
      (0..<1 << count).filter { $0 >> feature & 1 == 0 }.reduce(0.0) { sum, mask in
        let known = Set((0..<count).filter { mask >> $0 & 1 == 1 })
        let weight =
          factorials[known.count] * factorials[count - known.count - 1] / factorials[count]
        let with = value(tree, row, known: known.union([feature]), output: output)
        return sum + weight * (with - value(tree, row, known: known, output: output))
      }
    }
  }

  @Test("Agree with Shapley's definition over all coalitions", arguments: [0, 1])
  func definition(classes: Int) throws {
    var settings = ForestSettings()
    (settings.trees, settings.depth, settings.splitShare) = (3, 6, 0.5)
    if classes > 0 { settings.target = .classes(3) }
    let friedman = TreeSamples.friedman(rows: 80, features: 5, seed: 1)
    let bands = TreeSamples.bands(rows: 80, seed: 1)
    let train = classes > 0 ? bands : friedman
    let features = TreeSamples.withHoles(train.features, share: 0.1, seed: 2)
    let forest = try RandomForest.fit(
      features: features, targets: train.targets, settings: settings, seed: 3)
    let found = try forest.contributions(features.rows(0..<6))
    let rows = try FeatureRows(features)
    for row in 0..<6 {
      let values = (0..<rows.columns).map { rows.values[row * rows.columns + $0] }
      for output in 0..<settings.outputs {
        let parts = forest.ensemble.trees.map { shapley($0, values, output: output) }
        for feature in 0..<rows.columns {
          let expected = Statistics.mean(parts.map { $0[feature] })
          let value = found.values[output][row, feature]
          #expect(abs(value - expected) < 1e-9, "\(value) against \(expected)")
        }
      }
    }
  }

  @Test("Add up to the forest's prediction on deep trees, whatever the number of threads")
  func addUp() throws {
    let train = TreeSamples.friedman(rows: 300, seed: 1)
    var settings = ForestSettings()
    settings.trees = 20
    let forest = try RandomForest.fit(
      features: train.features, targets: train.targets, settings: settings, seed: 3)
    let rows = train.features.rows(0..<40)
    let found = try forest.contributions(rows)
    let predictions = try forest.predict(rows).elements
    for row in 0..<40 {
      let sum = found.base[0] + found.values[0].row(row).reduce(0, +)
      #expect(abs(sum - predictions[row]) < 1e-8)
    }
    #expect(try forest.contributions(rows, threads: 3).values == found.values)
    // The function asks for the first five features only.
    let sizes = found.meanSizes
    #expect(sizes.prefix(5).allSatisfy { $0 > 3 * (sizes.dropFirst(5).max() ?? 0) })
    #expect(abs(forest.gainImportance.reduce(0, +) - 1) < 1e-9)
  }

  @Test("Add up to the log-odds of boosted classes")
  func boostedClasses() throws {
    guard (try? XGBoostLibrary.opened.get()) != nil else { return }
    let train = TreeSamples.bands(rows: 300, seed: 1)
    var settings = BoostingSettings()
    (settings.objective, settings.rounds) = (.softmax(classes: 3), 20)
    let model = try GradientBoostedTrees.fit(
      features: train.features, targets: train.targets, settings: settings, seed: 3)
    let found = try model.contributions(train.features)
    let shares = try model.predict(train.features)
    for row in 0..<300 {
      let sums = (0..<3).map { found.base[$0] + found.values[$0].row(row).reduce(0, +) }
      let total = sums.reduce(0) { $0 + exp($1) }
      for k in 0..<3 { #expect(abs(exp(sums[k]) / total - shares[row, k]) < 1e-9) }
    }
    #expect(found.meanSizes[0] > 2 * found.meanSizes[3])
  }
}
