public import DenseMath

/// What each feature adds to each prediction: Shapley values of the trees.
///
/// For every row and output, `base + Σ values` is the model's sum before its link function: the
/// prediction itself for a measured target, log-odds for classes of boosted trees.
public struct TreeContributions: Sendable {
  /// One matrix an output: `[rows, features]`, in the unit of the sum.
  public let values: [Matrix]

  /// The mean over the training rows, one an output.
  public let base: [Double]

  /// The mean size of each feature's contributions over rows and outputs, `[features]`.
  public var meanSizes: [Double] {
    guard let first = values.first else { return [] }
    var sums = [Double](repeating: 0, count: first.columns)
    for matrix in values {
      for (place, value) in matrix.elements.enumerated() {
        sums[place % first.columns] += abs(value)
      }
    }
    let count = Double(max(first.rows * values.count, 1))
    return sums.map { $0 / count }
  }
}

extension TreeEnsemble {
  /// Exact Shapley values of the features under the trees' own distribution of rows.
  ///
  /// Lundberg, Erion and Lee, arXiv:1802.03888, algorithm 2: a feature outside the coalition sends
  /// a row both ways, in proportion to the training rows. O(trees · leaves · depth²) a row.
  func contributions(_ rows: FeatureRows, threads: Int) -> TreeContributions {
    let blocks = stride(from: 0, to: rows.count, by: 16).map { $0..<min($0 + 16, rows.count) }
    let parts =
      (try? parallelMap(blocks, threads: threads) { contributions(rows, $0) }) ?? []
    var matrices = [Matrix](
      repeating: Matrix(rows: rows.count, columns: features), count: outputs)
    for (block, part) in zip(blocks, parts) {
      for output in 0..<outputs {
        let size = block.count * features
        matrices[output].elements.replaceSubrange(
          block.lowerBound * features..<block.upperBound * features,
          with: part[output * size..<(output + 1) * size])
      }
    }
    return TreeContributions(values: matrices, base: expectedSums)
  }

  /// `[outputs, rows of the block, features]`.
  private func contributions(_ rows: FeatureRows, _ block: Range<Int>) -> [Double] {
    let size = block.count * features
    var result = [Double](repeating: 0, count: outputs * size)
    rows.values.withUnsafeBufferPointer { values in
      result.withUnsafeMutableBufferPointer { result in
        guard let start = values.baseAddress, let sums = result.baseAddress else { return }
        for (index, tree) in trees.enumerated() {
          let first = tree.width == 1 ? index % outputs : 0
          var walk = ShapleyWalk(tree: tree, scale: scale, outputStride: size)
          for row in block {
            walk.add(
              row: start + row * rows.columns,
              to: sums + first * size + (row - block.lowerBound) * features)
          }
          walk.deallocate()
        }
      }
    }
    return result
  }

  /// What the ensemble answers where no feature is known.
  var expectedSums: [Double] {
    var result = base
    for (index, tree) in trees.enumerated() {
      let mean = tree.expectedValues
      for k in 0..<tree.width {
        result[tree.width == 1 ? index % outputs : k] += scale * mean[k]
      }
    }
    return result
  }
}

extension DecisionTree {
  /// The share of a node's rows that go to a child; halves where none came through.
  func share(of child: Int32, in node: Int) -> Double {
    let total = Double(covers[Int(nodes[node].left)]) + Double(covers[Int(nodes[node].right)])
    return total > 0 ? Double(covers[Int(child)]) / total : 0.5
  }

  /// The mean of the leaves, weighted by their rows.
  var expectedValues: [Double] {
    var reach = [Double](repeating: 0, count: nodes.count)
    var result = [Double](repeating: 0, count: width)
    reach[0] = 1
    for (index, node) in nodes.enumerated() {
      if node.isLeaf {
        for k in 0..<width { result[k] += reach[index] * values[index * width + k] }
      } else {
        for child in [node.left, node.right] {
          reach[Int(child)] = reach[index] * share(of: child, in: index)
        }
      }
    }
    return result
  }
}
