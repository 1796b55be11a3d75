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
    let size = RandomForest.rowsAtATime
    let blocks = stride(from: 0, to: rows.count, by: size).map { $0..<min($0 + size, rows.count) }
    let all = try parallelMap(blocks, threads: threads) { block in
      summaries(of: block, rows, levels, ranked)
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

  /// Where the members of a row's leaf are found.
  private struct LeafSpan {
    var start: UInt32
    var count: UInt32
  }

  /// Tree by tree, since a forest is larger than a cache, then row by row.
  private func summaries(
    of block: Range<Int>, _ rows: FeatureRows, _ levels: [Double], _ ranked: RankedTargets
  ) -> [Summary] {
    let count = ensemble.trees.count
    var means = [Double](repeating: 0, count: block.count * count)  // [row][tree]
    var spans = [LeafSpan](repeating: LeafSpan(start: 0, count: 0), count: block.count * count)
    for tree in 0..<count {
      let leaves = ensemble.trees[tree].leaves(rows, block)
      for (row, leaf) in leaves.enumerated() {
        means[row * count + tree] = ensemble.trees[tree].values[leaf]
        spans[row * count + tree] = LeafSpan(
          start: members[tree].starts[leaf], count: members[tree].counts[leaf])
      }
    }
    var weights = LeafDistribution(ranked)
    return (0..<block.count).map { row in
      for tree in 0..<count {
        let span = spans[row * count + tree]
        members[tree].add(Int(span.start)..<Int(span.start + span.count), to: &weights)
      }
      let (variance, quantiles) = weights.take(levels)
      let own = Array(means[row * count..<(row + 1) * count])
      return Summary(
        mean: Statistics.mean(own), between: Statistics.variance(own), variance: variance,
        quantiles: quantiles)
    }
  }
}

extension LeafMembers {
  fileprivate func add(_ places: Range<Int>, to weights: inout LeafDistribution) {
    for place in places { weights.add(Int(rows[place]), Double(shares[place])) }
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
