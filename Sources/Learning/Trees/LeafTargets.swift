/// The training targets in the leaves of a forest, equal ones taken together: where a property is
/// zero for many materials, a leaf of hundreds of rows holds one target.
struct LeafTargets: Hashable, Sendable {
  /// The different targets in ascending order.
  let values: [Double]

  /// One a tree.
  let trees: [Tree]

  struct Tree: Hashable, Sendable {
    /// `[nodes + 1]`: a node's entries are `starts[node] ..< starts[node + 1]`; none but at leaves.
    fileprivate(set) var starts: [Int32] = [0]

    /// Places in ``LeafTargets/values``, ascending in each leaf.
    fileprivate(set) var ranks: [Int32] = []

    /// The share of each in its leaf's weight.
    fileprivate(set) var shares: [Double] = []
  }

  /// - Parameter members: Of as many trees.
  init(_ trees: [DecisionTree], members: [LeafMembers], targets: [Double]) {
    let order = targets.indices.sorted { targets[$0] < targets[$1] }
    var values: [Double] = []
    var ranks = [Int32](repeating: 0, count: targets.count)
    for row in order {
      if values.last != targets[row] { values.append(targets[row]) }
      ranks[row] = Int32(values.count - 1)
    }
    self.values = values
    self.trees = zip(trees, members).map { Tree($0, members: $1, ranks: ranks) }
  }
}

extension LeafTargets.Tree {
  init(_ tree: DecisionTree, members: LeafMembers, ranks: [Int32]) {
    for (index, node) in tree.nodes.enumerated() {
      if node.isLeaf {
        let start = Int(members.starts[index])
        append(
          (start..<start + Int(members.counts[index])).map {
            (ranks[Int(members.rows[$0])], Double(members.shares[$0]))
          })
      }
      starts.append(Int32(self.ranks.count))
    }
  }

  private mutating func append(_ leaf: [(rank: Int32, share: Double)]) {
    var last: Int32?
    for (rank, share) in leaf.sorted(by: { $0.rank < $1.rank }) {
      if rank == last {
        shares[shares.count - 1] += share
      } else {
        ranks.append(rank)
        shares.append(share)
        last = rank
      }
    }
  }
}

/// Weights on training targets, gathered over the trees for one row at a time.
struct LeafDistribution {
  private let targets: LeafTargets
  private var weights: [Double]
  private var touched: [Int] = []

  init(_ targets: LeafTargets) {
    self.targets = targets
    weights = [Double](repeating: 0, count: targets.values.count)
  }

  mutating func add(tree: Int, leaf: Int) {
    let start = Int(targets.trees[tree].starts[leaf])
    let end = Int(targets.trees[tree].starts[leaf + 1])
    for place in start..<end {
      let rank = Int(targets.trees[tree].ranks[place])
      if weights[rank] == 0 { touched.append(rank) }
      weights[rank] += targets.trees[tree].shares[place]
    }
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
        return targets.values[rank]
      }
      return (targets.values[rank] + targets.values[touched[place + 1]]) / 2
    }
    return targets.values[touched[touched.count - 1]]
  }

  /// Variance and quantiles of what was added, which is forgotten.
  mutating func take(_ levels: [Double]) -> (variance: Double, quantiles: [Double]) {
    touched.sort()
    let total = touched.reduce(0) { $0 + weights[$1] }
    let mean = touched.reduce(0) { $0 + weights[$1] * targets.values[$1] } / total
    let squares = touched.reduce(0) { sum, rank in
      sum + weights[rank] * (targets.values[rank] - mean) * (targets.values[rank] - mean)
    }
    let quantiles = levels.map { quantile($0, of: total) }
    for rank in touched { weights[rank] = 0 }
    touched.removeAll(keepingCapacity: true)
    return (squares / total, quantiles)
  }
}
