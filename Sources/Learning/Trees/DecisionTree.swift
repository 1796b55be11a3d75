/// A binary tree of comparisons with numbers at its leaves.
///
/// A row goes left where its feature is less than the threshold, and to a side of its own where
/// the feature is missing. Children come after their parent, so that no walk can run in a circle.
public struct DecisionTree: Hashable, Sendable {
  struct Node: Hashable, Sendable {
    /// −1 for a leaf.
    var feature: Int32
    var threshold: Float
    var left: Int32
    var right: Int32
    var missingGoesLeft: Bool

    static let leaf = Node(feature: -1, threshold: 0, left: 0, right: 0, missingGoesLeft: false)

    var isLeaf: Bool { feature < 0 }
  }

  /// The root first; never empty.
  var nodes: [Node]

  /// How many numbers a leaf holds.
  let width: Int

  /// `[nodes, width]`; meaningful at leaves.
  var values: [Double]

  /// Weight of the training rows that came through each node.
  var covers: [Float]

  /// By how much each split lowered the loss; 0 at leaves.
  var gains: [Float]

  public var leafCount: Int { nodes.count { $0.isLeaf } }

  /// Splits on the longest way from the root to a leaf.
  public var depth: Int {
    var depths = [Int](repeating: 0, count: nodes.count)
    var deepest = 0
    for (index, node) in nodes.enumerated() where !node.isLeaf {
      let next = depths[index] + 1
      depths[Int(node.left)] = next
      depths[Int(node.right)] = next
      deepest = max(deepest, next)
    }
    return deepest
  }

  /// The leaf into which a row falls.
  ///
  /// - Parameter row: As many features as the tree was grown with.
  @inline(__always)
  func leaf(_ row: UnsafePointer<Float>) -> Int {
    nodes.withUnsafeBufferPointer { nodes in
      var place = 0
      while nodes[place].feature >= 0 { place = nodes[place].next(row) }
      return place
    }
  }

  /// The leaves of all rows, or of those in a range.
  func leaves(_ rows: FeatureRows, _ range: Range<Int>? = nil) -> [Int] {
    rows.values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return [] }
      return (range ?? 0..<rows.count).map { leaf(base + $0 * rows.columns) }
    }
  }
}

extension DecisionTree.Node {
  @inline(__always)
  func next(_ row: UnsafePointer<Float>) -> Int {
    let value = row[Int(feature)]
    let goesLeft = value.isNaN ? missingGoesLeft : value < threshold
    return Int(goesLeft ? left : right)
  }
}

extension DecisionTree {
  /// The deepest tree that is accepted: explanations walk it recursively.
  static let deepest = 256

  /// Says what makes a tree from a file unusable, or nil.
  func defect(features: Int) -> String? {
    let count = nodes.count
    guard count > 0, width > 0, values.count == count * width, covers.count == count,
      gains.count == count
    else { return "a tree has arrays of unequal lengths" }
    guard values.allSatisfy(\.isFinite), covers.allSatisfy({ $0.isFinite && $0 >= 0 }),
      gains.allSatisfy(\.isFinite)
    else { return "a tree holds a number that is not finite" }
    var parents = [Int](repeating: 0, count: count)
    for (index, node) in nodes.enumerated() where !node.isLeaf {
      guard Int(node.feature) < features else { return "a tree asks for a feature that is absent" }
      guard !node.threshold.isNaN else { return "a tree has a split without threshold" }
      for child in [node.left, node.right] {
        guard Int(child) > index, Int(child) < count else { return "a tree has a loose branch" }
        parents[Int(child)] += 1
      }
    }
    guard parents.dropFirst().allSatisfy({ $0 == 1 }) else { return "a tree has a loose branch" }
    return depth > DecisionTree.deepest ? "a tree is deeper than \(DecisionTree.deepest)" : nil
  }
}
