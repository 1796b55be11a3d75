internal import DenseMath

/// Judges drawn thresholds on the rows of a node: where extremely randomized trees spend their time.
///
/// The values of a feature are gathered once, with their least and greatest; which rows lie on the
/// left, and what they weigh, is then summed eight rows at a time.
final class RandomSplitter {
  /// A threshold and by how much it raises the score of ``SplitScore``.
  struct Split {
    var feature: Int
    var threshold: Float
    var missingGoesLeft: Bool
    var gain: Double
  }

  /// Weight, and weight · (target − mean), of rows on one side.
  private struct Side {
    var weight = 0.0
    var moment = 0.0
    var count = 0

    static func + (a: Side, b: Side) -> Side {
      Side(weight: a.weight + b.weight, moment: a.moment + b.moment, count: a.count + b.count)
    }

    static func - (a: Side, b: Side) -> Side {
      Side(weight: a.weight - b.weight, moment: a.moment - b.moment, count: a.count - b.count)
    }

    var score: Double { moment * moment / weight }
  }

  private static let lanes = 8
  /// Sums of this many vectors of single precision lose nothing that matters.
  private static let block = 32

  /// `[rows of the data]`: weight, and weight · (target − mean).
  private let terms: UnsafePointer<SIMD2<Double>>
  private let leafRows: Int

  /// Of the node's rows, in their order and filled up to whole vectors: a feature's values, the
  /// weights and the moments.
  private let values: UnsafeMutablePointer<SIMD8<Float>>
  private let weights: UnsafeMutablePointer<SIMD8<Float>>
  private let moments: UnsafeMutablePointer<SIMD8<Float>>

  /// - Parameters:
  ///   - terms: Of all rows; must outlive the splitter.
  ///   - count: Most rows of a node.
  init(terms: UnsafePointer<SIMD2<Double>>, count: Int, leafRows: Int) {
    self.terms = terms
    self.leafRows = leafRows
    let vectors = count / Self.lanes + 1
    values = .allocate(capacity: vectors)
    weights = .allocate(capacity: vectors)
    moments = .allocate(capacity: vectors)
    for buffer in [values, weights, moments] { buffer.initialize(repeating: .zero, count: vectors) }
  }

  deinit {
    values.deallocate()
    weights.deallocate()
    moments.deallocate()
  }

  /// Draws features without replacement until `perSplit` of them could be split.
  ///
  /// - Parameters:
  ///   - rows: The node's, by their places in the columns; two or more.
  ///   - columns: `[features, stride]`.
  ///   - candidates: All features; their order changes.
  /// - Returns: The best split, or `nil` where none raises the score.
  func best(
    _ rows: UnsafeBufferPointer<UInt32>, columns: UnsafePointer<Float>, stride: Int,
    perSplit: Int, candidates: inout [Int], using generator: inout SplitMix64
  ) -> Split? {
    let whole = gatherTerms(rows)
    var best: Split?
    var (tried, drawn) = (0, 0)
    while drawn < candidates.count, tried < perSplit || best == nil {
      candidates.swapAt(drawn, drawn + generator.index(below: candidates.count - drawn))
      let feature = candidates[drawn]
      drawn += 1
      let range = gather(rows, columns + feature * stride)
      guard range.least < range.greatest else { continue }
      tried += 1
      let threshold = Self.threshold(range.least, range.greatest, generator.uniform())
      let left = sums(below: threshold, count: rows.count)
      for missingGoesLeft in range.hasMissing ? [false, true] : [false] {
        let left = missingGoesLeft ? left + missing(rows.count) : left
        let right = whole - left
        guard left.count >= leafRows, right.count >= leafRows else { continue }
        let gain = left.score + right.score - whole.score
        if gain > best?.gain ?? 0 {
          best = Split(
            feature: feature, threshold: threshold, missingGoesLeft: missingGoesLeft, gain: gain)
        }
      }
    }
    return best
  }

  /// A number t with least < t ≤ greatest.
  private static func threshold(_ least: Float, _ greatest: Float, _ share: Double) -> Float {
    let drawn = Float(Double(least) + share * (Double(greatest) - Double(least)))
    guard drawn > least else {
      let half = least + (greatest / 2 - least / 2)
      return half > least ? half : greatest
    }
    return min(drawn, greatest)
  }

  private func gatherTerms(_ rows: UnsafeBufferPointer<UInt32>) -> Side {
    var whole = Side()
    fillUp(weights, rows.count, with: 0)
    fillUp(moments, rows.count, with: 0)
    weights.withMemoryRebound(to: Float.self, capacity: rows.count) { weights in
      moments.withMemoryRebound(to: Float.self, capacity: rows.count) { moments in
        for (place, row) in rows.enumerated() {
          let (weight, moment) = (Float(terms[Int(row)].x), Float(terms[Int(row)].y))
          weights[place] = weight
          moments[place] = moment
          // Of the rounded numbers, as the sides are summed.
          whole.weight += Double(weight)
          whole.moment += Double(moment)
        }
      }
    }
    whole.count = rows.count
    return whole
  }

  private func gather(
    _ rows: UnsafeBufferPointer<UInt32>, _ column: UnsafePointer<Float>
  ) -> (least: Float, greatest: Float, hasMissing: Bool) {
    fillUp(values, rows.count, with: .nan)
    values.withMemoryRebound(to: Float.self, capacity: rows.count) { values in
      for place in 0..<rows.count { values[place] = column[Int(rows[place])] }
    }
    var least = SIMD8<Float>(repeating: .infinity)
    var greatest = SIMD8<Float>(repeating: -.infinity)
    var known = SIMD8<Int32>()
    for place in 0..<(rows.count + Self.lanes - 1) / Self.lanes {
      let value = values[place]
      // Nothing is less or greater than a missing value.
      least.replace(with: value, where: value .< least)
      greatest.replace(with: value, where: value .> greatest)
      known &-= unsafeBitCast(value .== value, to: SIMD8<Int32>.self)
    }
    return (least.min(), greatest.max(), Int(known.wrappedSum()) < rows.count)
  }

  /// The lanes of the last vector behind the rows.
  private func fillUp(_ buffer: UnsafeMutablePointer<SIMD8<Float>>, _ count: Int, with value: Float)
  {
    guard count % Self.lanes > 0 else { return }
    buffer[count / Self.lanes] = SIMD8(repeating: value)
  }

  private func sums(below threshold: Float, count: Int) -> Side {
    side(count) { $0 .< threshold }
  }

  private func missing(_ count: Int) -> Side {
    side(count) { $0 .!= $0 }
  }

  /// What the rows weigh whose values are on a side; those that fill a vector up weigh nothing and
  /// are not counted.
  @inline(__always)
  private func side(_ count: Int, _ isInside: (SIMD8<Float>) -> SIMDMask<SIMD8<Int32>>) -> Side {
    var result = Side()
    let vectors = (count + Self.lanes - 1) / Self.lanes
    var members = SIMD8<Int32>()
    var start = 0
    while start < vectors {
      let end = min(start + Self.block, vectors)
      var (weight, moment) = (SIMD8<Float>(), SIMD8<Float>())
      for place in start..<end {
        let inside = isInside(values[place])
        weight += weights[place].replacing(with: 0, where: .!inside)
        moment += moments[place].replacing(with: 0, where: .!inside)
        members &-= unsafeBitCast(inside, to: SIMD8<Int32>.self)
      }
      result.weight += Double(weight.sum())
      result.moment += Double(moment.sum())
      start = end
    }
    result.count = Int(members.wrappedSum())
    if count % Self.lanes > 0 {
      let last = isInside(values[count / Self.lanes])
      for lane in count % Self.lanes..<Self.lanes where last[lane] { result.count -= 1 }
    }
    return result
  }
}
