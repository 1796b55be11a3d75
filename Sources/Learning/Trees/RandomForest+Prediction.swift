public import DenseMath

/// What a forest says about some rows.
public struct ForestPrediction: Sendable {
  /// `[rows]`, in the unit of the target.
  public var mean: [Double]

  /// Variance of the means of the trees around the forest's: how much they disagree.
  public var varianceBetweenTrees: [Double]

  /// Variance of the training targets in the row's leaves: disagreement and scatter together.
  public var variance: [Double]

  /// `[rows, levels]`: quantiles of the training targets in the row's leaves.
  public var quantiles: Matrix
}

extension RandomForest {
  /// The mean of the target for each row, or the probability of each class.
  ///
  /// - Returns: `[rows, outputs]`.
  public func predict(_ features: Matrix) throws(TreeError) -> Matrix {
    let rows = try FeatureRows(features, expecting: featureCount)
    return Matrix(
      rows: features.rows, columns: ensemble.outputs, elements: ensemble.sums(rows))
  }

  /// The predictive distribution of a measured target for each row.
  ///
  /// - Parameters:
  ///   - levels: Quantiles to give, each within 0...1: the least target below which such a share
  ///     of the weight lies, or halfway to the next one where the share is reached exactly.
  ///   - threads: The result does not depend on it.
  /// - Throws: ``TreeError``, also where the target is a class.
  public func distribution(
    _ features: Matrix, levels: [Double] = [0.05, 0.5, 0.95], threads: Int = 1
  ) throws -> ForestPrediction {
    guard settings.classes == 0, levels.allSatisfy({ (0...1).contains($0) }) else {
      throw TreeError.invalidSetting(
        "Quantiles at \(levels) of \(settings.classes > 0 ? "a class" : "a number") cannot be given",
        remedy: "Give levels within 0...1, and a forest of a measured target")
    }
    guard let leafTargets else { preconditionFailure("a forest of a measured target has them") }
    let rows = try FeatureRows(features, expecting: featureCount)
    let size = RandomForest.rowsAtATime
    let blocks = stride(from: 0, to: rows.count, by: size).map { $0..<min($0 + size, rows.count) }
    let all = try parallelMap(blocks, threads: threads) { block in
      summaries(of: block, rows, levels, leafTargets)
    }.flatMap { $0 }
    return ForestPrediction(
      mean: all.map(\.mean), varianceBetweenTrees: all.map(\.between),
      variance: all.map(\.variance),
      quantiles: Matrix(
        rows: rows.count, columns: levels.count, elements: all.flatMap(\.quantiles)))
  }

  /// As many as stay in a processor's cache together with a tree.
  private static let rowsAtATime = 128

  private struct Summary: Sendable {
    var mean: Double
    var between: Double
    var variance: Double
    var quantiles: [Double]
  }

  /// Tree by tree, since a forest is larger than a cache, then row by row.
  private func summaries(
    of block: Range<Int>, _ rows: FeatureRows, _ levels: [Double], _ leafTargets: LeafTargets
  ) -> [Summary] {
    let count = ensemble.trees.count
    var means = [Double](repeating: 0, count: block.count * count)  // [row][tree]
    var leaves = [Int](repeating: 0, count: block.count * count)
    for tree in 0..<count {
      for (row, leaf) in ensemble.trees[tree].leaves(rows, block).enumerated() {
        means[row * count + tree] = ensemble.trees[tree].values[leaf]
        leaves[row * count + tree] = leaf
      }
    }
    var distribution = LeafDistribution(leafTargets)
    return (0..<block.count).map { row in
      for tree in 0..<count { distribution.add(tree: tree, leaf: leaves[row * count + tree]) }
      let (variance, quantiles) = distribution.take(levels)
      let own = Array(means[row * count..<(row + 1) * count])
      return Summary(
        mean: Statistics.mean(own), between: Statistics.variance(own), variance: variance,
        quantiles: quantiles)
    }
  }
}
