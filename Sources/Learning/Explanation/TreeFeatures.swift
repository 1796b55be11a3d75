import DenseMath
import Foundation
public import Matter

extension ForestSurrogate: FeatureExplainable {
  /// Exact Shapley values of the mean of the trees, or of the probability of a 1.
  ///
  /// The forest predicts the median of its distribution, which no sum over trees gives: what lies
  /// between the two stays unexplained.
  public func featureContributions(_ candidates: [Candidate]) throws -> FeatureTable? {
    let rows = try inputs.matrix(candidates)
    let found = try forest.contributions(rows)
    let output = isBinary ? 1 : 0
    return try FeatureTable(
      trees: inputs, rows: rows, contributions: found.values[output].nestedRows,
      base: found.base[output])
  }

  public var featureCost: Double? { forest.ensemble.walkingCost }
}

extension BoostedSurrogate: FeatureExplainable {
  /// Exact Shapley values.
  ///
  /// Those of classes are of log-odds, multiplied by what brings their sum to the difference of
  /// probabilities (the rescaling of Chen, Lundberg and Lee, Nat. Commun. 13, 4512 (2022)).
  public func featureContributions(_ candidates: [Candidate]) throws -> FeatureTable? {
    let rows = try inputs.matrix(candidates)
    let found = try trees.contributions(rows)
    guard isBinary else {
      return try FeatureTable(
        trees: inputs, rows: rows, contributions: found.values[0].nestedRows, base: found.base[0])
    }
    let base = found.base[0]
    let contributions = found.values[0].nestedRows.map { own in
      let sum = own.reduce(0, +)
      let factor = Logistic.meanSlope(from: base, to: base + sum)
      return own.map { $0 * factor }
    }
    return try FeatureTable(
      trees: inputs, rows: rows, contributions: contributions, base: Logistic.value(base))
  }

  public var featureCost: Double? { trees.ensemble.walkingCost }
}

/// From log-odds to probabilities.
private enum Logistic {
  static func value(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  /// The difference of the probabilities over that of the log-odds.
  static func meanSlope(from start: Double, to end: Double) -> Double {
    guard abs(end - start) > 1e-9 else { return value(start) * (1 - value(start)) }
    return (value(end) - value(start)) / (end - start)
  }
}

extension FeatureTable {
  /// - Throws: What ``CandidateFeatures/columns()`` throws.
  fileprivate init(
    trees inputs: DescribedCandidates, rows: Matrix, contributions: [[Double]], base: Double
  ) throws {
    let names = try inputs.columns()
    self.init(
      methods: [.treeShapley], names: names, values: rows.nestedRows,
      trainingMeans: names.map { _ in .nan }, contributions: contributions, base: base)
  }
}

extension TreeEnsemble {
  /// What Shapley values of one row cost: leaves times the square of the depth, over all trees.
  fileprivate var walkingCost: Double {
    trees.reduce(0) { sum, tree in
      let depth = Double(tree.depth + 1)
      return sum + Double(tree.leafCount) * depth * depth
    }
  }
}

extension Matrix {
  /// Each row as an array of its own.
  var nestedRows: [[Double]] { (0..<rows).map { Array(row($0)) } }
}
