/// Trees whose leaves add up.
///
/// The sum for output `k` is `base[k] + scale · Σ leaf`, over the trees of that output: all trees
/// where a leaf holds a number for each output, else every `outputs`-th tree, beginning with `k`.
/// Sums run in the order of the trees.
public struct TreeEnsemble: Hashable, Sendable {
  public let features: Int
  public let outputs: Int
  public internal(set) var trees: [DecisionTree]
  var base: [Double]
  var scale: Double

  /// Trees that make one round: one an output, or one for all outputs.
  var treesPerRound: Int { trees.first.map { $0.width == outputs ? 1 : outputs } ?? 1 }

  public var rounds: Int { trees.count / treesPerRound }

  /// The sums for each row, before any link function.
  ///
  /// - Parameter rounds: How many rounds count, from the first; all of them by default.
  /// - Returns: `[rows, outputs]`, row after row.
  func sums(_ rows: FeatureRows, rounds: Int? = nil) -> [Double] {
    var result = [Double](repeating: 0, count: rows.count * outputs)
    let used = trees.prefix(min(rounds ?? self.rounds, self.rounds) * treesPerRound)
    for (index, tree) in used.enumerated() {
      add(tree, output: index % outputs, rows, to: &result)
    }
    for place in result.indices { result[place] = base[place % outputs] + scale * result[place] }
    return result
  }

  private func add(
    _ tree: DecisionTree, output: Int, _ rows: FeatureRows, to result: inout [Double]
  ) {
    let (outputs, width) = (outputs, tree.width)
    rows.values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return }
      for row in 0..<rows.count {
        let leaf = tree.leaf(start + row * rows.columns) * width
        if width == 1 {
          result[row * outputs + output] += tree.values[leaf]
        } else {
          for k in 0..<width { result[row * outputs + k] += tree.values[leaf + k] }
        }
      }
    }
  }

  /// By how much the splits on each feature lowered the loss, as shares that add up to 1.
  ///
  /// All zeros where no tree has a split.
  public var gainImportance: [Double] {
    var gains = [Double](repeating: 0, count: features)
    for tree in trees {
      for (node, gain) in zip(tree.nodes, tree.gains) where !node.isLeaf {
        gains[Int(node.feature)] += Double(max(gain, 0))
      }
    }
    let total = gains.reduce(0, +)
    return total > 0 ? gains.map { $0 / total } : gains
  }
}
