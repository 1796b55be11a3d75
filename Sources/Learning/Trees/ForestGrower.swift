internal import DenseMath

/// Grows one tree of a forest on all features, exactly.
///
/// Every feature keeps its own order of the tree's rows; a split divides the same range of each
/// order, stably, so that nothing is sorted again. O(features · rows · depth).
final class ForestGrower<Score: SplitScore> {
  private typealias Split = RandomSplitter.Split

  private struct Pending {
    var node: Int
    var range: Range<Int>
    var depth: Int
  }

  private let data: ForestData
  private let settings: ForestSettings
  private let perSplit: Int
  private let weights: [Double]
  private let score: Score
  private var generator: SplitMix64

  /// `[lists, rows of the tree]`: one list a feature, or a single one for random thresholds.
  private var orders: [UInt32]
  private let lists: Int
  private let size: Int
  /// Judges drawn thresholds; `nil` where all thresholds are tried.
  private let splitter: RandomSplitter?
  private var candidates: [Int]
  private var goesLeft: [Bool]
  private var spare: [UInt32]

  private var tree: DecisionTree
  private var leaves: [Range<Int>] = []

  init(
    _ data: ForestData, settings: ForestSettings, weights: [Double], score: Score,
    generator: SplitMix64
  ) {
    self.data = data
    self.settings = settings
    self.weights = weights
    self.score = score
    self.generator = generator
    perSplit = settings.featuresPerSplit(data.features)
    orders =
      data.orders.isEmpty
      ? (0..<UInt32(data.count)).filter { weights[Int($0)] > 0 }
      : data.orders.filter { weights[Int($0)] > 0 }
    lists = data.orders.isEmpty ? 1 : data.features
    size = orders.count / lists
    splitter =
      settings.randomThresholds
      ? RandomSplitter(terms: score.splitTerms, count: size, leafRows: settings.leafRows) : nil
    candidates = Array(0..<data.features)
    goesLeft = [Bool](repeating: false, count: data.count)
    spare = [UInt32](repeating: 0, count: size)
    tree = DecisionTree(nodes: [], width: settings.outputs, values: [], covers: [], gains: [])
  }

  /// Grows the tree and tells which rows lie in each leaf.
  func grow() -> (tree: DecisionTree, members: LeafMembers) {
    var pending = [Pending(node: addNode(0..<size), range: 0..<size, depth: 0)]
    while let next = pending.popLast() {
      guard next.depth < settings.depth, next.range.count >= 2 * settings.leafRows,
        !isPure(next.range), let split = bestSplit(next.range)
      else { continue }
      let middle = divide(next.range, by: split)
      let (low, high) = (next.range.lowerBound..<middle, middle..<next.range.upperBound)
      let (left, right) = (addNode(low), addNode(high))
      tree.nodes[next.node] = DecisionTree.Node(
        feature: Int32(split.feature), threshold: split.threshold, left: Int32(left),
        right: Int32(right), missingGoesLeft: split.missingGoesLeft)
      tree.gains[next.node] = Float(split.gain)
      pending.append(Pending(node: right, range: high, depth: next.depth + 1))
      pending.append(Pending(node: left, range: low, depth: next.depth + 1))
    }
    return (tree, members)
  }

  private var members: LeafMembers {
    let rows = Array(orders[0..<size])
    let ranges = leaves.indices.map { tree.nodes[$0].isLeaf ? leaves[$0] : 0..<0 }
    var shares = [Float](repeating: 0, count: size)
    for range in ranges {
      let total = rows[range].reduce(0) { $0 + weights[Int($1)] }
      for place in range {
        let share = Float(weights[Int(rows[place])] / total)
        shares[place] = max(share, .leastNormalMagnitude)
      }
    }
    return LeafMembers(
      starts: ranges.map { UInt32($0.lowerBound) }, counts: ranges.map { UInt32($0.count) },
      rows: rows, shares: shares)
  }

  private func addNode(_ range: Range<Int>) -> Int {
    var cover = 0.0
    var value = [Double](repeating: 0, count: tree.width)
    for row in orders[range] {
      let (weight, target) = (weights[Int(row)], data.rows.targets[Int(row)])
      cover += weight
      if data.classes > 0 { value[Int(target)] += weight } else { value[0] += weight * target }
    }
    tree.nodes.append(.leaf)
    tree.values += value.map { $0 / cover }
    tree.covers.append(Float(cover))
    tree.gains.append(0)
    leaves.append(range)
    return tree.nodes.count - 1
  }

  /// Whether all rows have one target.
  private func isPure(_ range: Range<Int>) -> Bool {
    let first = data.rows.targets[Int(orders[range.lowerBound])]
    return orders[range].allSatisfy { data.rows.targets[Int($0)] == first }
  }

  /// Draws features without replacement until enough of them could be split.
  private func bestSplit(_ range: Range<Int>) -> Split? {
    if let splitter { return bestRandomSplit(range, splitter) }
    var best: Split?
    var (tried, drawn) = (0, 0)
    while drawn < candidates.count, tried < perSplit || best == nil {
      candidates.swapAt(drawn, drawn + generator.index(below: candidates.count - drawn))
      let feature = candidates[drawn]
      drawn += 1
      guard let found = exactSplit(feature, range) else { continue }
      tried += 1
      if found.gain > best?.gain ?? 0 { best = found }
    }
    return best
  }

  private func bestRandomSplit(_ range: Range<Int>, _ splitter: RandomSplitter) -> Split? {
    data.columns.withUnsafeBufferPointer { columns in
      orders.withUnsafeBufferPointer { orders in
        guard let columns = columns.baseAddress else { return nil }
        return splitter.best(
          UnsafeBufferPointer(rebasing: orders[range]), columns: columns, stride: data.count,
          perSplit: perSplit, candidates: &candidates, using: &generator)
      }
    }
  }

  /// Marks the sides of a split and brings each list in order; answers where the right begins.
  private func divide(_ range: Range<Int>, by split: Split) -> Int {
    let offset = split.feature * data.count
    for row in orders[range] {
      let value = data.columns[offset + Int(row)]
      goesLeft[Int(row)] = value.isNaN ? split.missingGoesLeft : value < split.threshold
    }
    var middle = range.lowerBound
    orders.withUnsafeMutableBufferPointer { orders in
      spare.withUnsafeMutableBufferPointer { spare in
        goesLeft.withUnsafeBufferPointer { goesLeft in
          for list in 0..<lists {
            var (kept, moved) = (list * size + range.lowerBound, 0)
            for place in list * size + range.lowerBound..<list * size + range.upperBound {
              let row = orders[place]
              let left = goesLeft[Int(row)]
              orders[kept] = row
              spare[moved] = row
              kept += left ? 1 : 0
              moved += left ? 0 : 1
            }
            middle = kept - list * size
            for place in 0..<moved { orders[kept + place] = spare[place] }
          }
        }
      }
    }
    return middle
  }
}

extension ForestGrower {
  /// The best threshold of one feature, or nil where it has one value only.
  private func exactSplit(_ feature: Int, _ range: Range<Int>) -> Split? {
    let count = data.count
    let (leafRows, first) = (settings.leafRows, feature * size + range.lowerBound)
    var score = score
    return orders.withUnsafeBufferPointer { orders in
      data.columns.withUnsafeBufferPointer { columns -> Split? in
        guard let base = columns.baseAddress else { return nil }
        let values = base + feature * count
        let last = first + range.count - 1
        if values[Int(orders[first])] == values[Int(orders[last])] { return nil }
        if values[Int(orders[first])].isNaN { return nil }
        let rows = orders[first...last]
        var known = last + 1
        while values[Int(orders[known - 1])].isNaN { known -= 1 }
        var best: Split?
        score.begin(rows)
        let whole = score.wholeScore
        for place in first..<known {
          score.moveLeft(Int(orders[place]))
          guard place < last else { break }
          let here = values[Int(orders[place])]
          let next = place + 1 < known ? values[Int(orders[place + 1])] : .infinity
          guard next > here, place + 1 - first >= leafRows, last - place >= leafRows else {
            continue
          }
          let gain = score.score - whole
          if gain > best?.gain ?? 0 {
            best = Split(
              feature: feature, threshold: middle(here, next), missingGoesLeft: false, gain: gain)
          }
        }
        guard known <= last else { return best ?? noGain(feature) }
        // Once more with the missing ones on the left.
        score.begin(rows)
        for place in known...last { score.moveLeft(Int(orders[place])) }
        for place in first..<known - 1 {
          score.moveLeft(Int(orders[place]))
          let (here, next) = (values[Int(orders[place])], values[Int(orders[place + 1])])
          let left = place + 1 - first + last + 1 - known
          guard next > here, left >= leafRows, range.count - left >= leafRows else { continue }
          let gain = score.score - whole
          if gain > best?.gain ?? 0 {
            best = Split(
              feature: feature, threshold: middle(here, next), missingGoesLeft: true, gain: gain)
          }
        }
        return best ?? noGain(feature)
      }
    }
  }

  /// A feature that was looked at and helps in no way.
  private func noGain(_ feature: Int) -> Split {
    Split(feature: feature, threshold: 0, missingGoesLeft: false, gain: 0)
  }

  /// A threshold t with a < t ≤ b; infinity where b is.
  private func middle(_ a: Float, _ b: Float) -> Float {
    let half = a + (b / 2 - a / 2)
    return half > a ? half : b
  }
}
