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
    let rows = try FeatureRows(features, expecting: featureCount)
    let ranked = RankedTargets(targets)
    let blocks = stride(from: 0, to: rows.count, by: 64).map { $0..<min($0 + 64, rows.count) }
    let parts = try parallelMap(blocks, threads: threads) { block in
      var leaves = LeafDistribution(ranked)
      return block.map { row in
        rows.values.withUnsafeBufferPointer { values in
          // A forest has at least one feature, so that a row has an address.
          summary(values.baseAddress! + row * rows.columns, levels, &leaves)
        }
      }
    }
    let all = parts.flatMap { $0 }
    return ForestPrediction(
      mean: all.map(\.mean), varianceBetweenTrees: all.map(\.between),
      variance: all.map(\.variance),
      quantiles: Matrix(
        rows: rows.count, columns: levels.count, elements: all.flatMap(\.quantiles)))
  }

  private func summary(
    _ row: UnsafePointer<Float>, _ levels: [Double], _ leaves: inout LeafDistribution
  ) -> (mean: Double, between: Double, variance: Double, quantiles: [Double]) {
    var means: [Double] = []
    for (tree, members) in zip(ensemble.trees, members) {
      let leaf = tree.leaf(row)
      means.append(tree.values[leaf])
      let start = Int(members.starts[leaf])
      for place in start..<start + Int(members.counts[leaf]) {
        leaves.add(Int(members.rows[place]), Double(members.shares[place]))
      }
    }
    let (variance, quantiles) = leaves.take(levels)
    return (
      Statistics.mean(means), Statistics.variance(means), variance, quantiles
    )
  }
}

/// Training targets in ascending order.
struct RankedTargets: Sendable {
  let sorted: [Double]

  /// Of each training row, its place in ``sorted``.
  let ranks: [Int]

  init(_ targets: [Double]) {
    let order = targets.indices.sorted { (targets[$0], $0) < (targets[$1], $1) }
    var ranks = [Int](repeating: 0, count: targets.count)
    for (rank, row) in order.enumerated() { ranks[row] = rank }
    sorted = order.map { targets[$0] }
    self.ranks = ranks
  }
}

/// Weights on training targets, gathered over the trees for one row at a time.
private struct LeafDistribution {
  private let ranked: RankedTargets
  private var weights: [Double]
  private var touched: [Int] = []

  init(_ ranked: RankedTargets) {
    self.ranked = ranked
    weights = [Double](repeating: 0, count: ranked.sorted.count)
  }

  mutating func add(_ row: Int, _ share: Double) {
    let rank = ranked.ranks[row]
    if weights[rank] == 0 { touched.append(rank) }
    weights[rank] += share
  }

  /// The target below which a share of the weight lies; halfway to the next one where that share is
  /// reached exactly, as the median of two numbers is their mean.
  private func quantile(_ level: Double, of total: Double) -> Double {
    // Shares are rounded to single precision.
    let (wanted, tolerance) = (level * total, 1e-6 * total)
    var below = 0.0
    for (place, rank) in touched.enumerated() {
      below += weights[rank]
      guard below >= wanted - tolerance else { continue }
      guard below <= wanted + tolerance, place + 1 < touched.count else {
        return ranked.sorted[rank]
      }
      return (ranked.sorted[rank] + ranked.sorted[touched[place + 1]]) / 2
    }
    return ranked.sorted[touched[touched.count - 1]]
  }

  /// Variance and quantiles of what was added, which is forgotten.
  mutating func take(_ levels: [Double]) -> (variance: Double, quantiles: [Double]) {
    touched.sort()
    let total = touched.reduce(0) { $0 + weights[$1] }
    let mean = touched.reduce(0) { $0 + weights[$1] * ranked.sorted[$1] } / total
    let squares = touched.reduce(0) { sum, rank in
      sum + weights[rank] * (ranked.sorted[rank] - mean) * (ranked.sorted[rank] - mean)
    }
    let quantiles = levels.map { level in
      quantile(level, of: total)
    }
    for rank in touched { weights[rank] = 0 }
    touched.removeAll(keepingCapacity: true)
    return (squares / total, quantiles)
  }
}
