/// How large a share of weighted rows one cut through a feature puts on the right side.
///
/// The share does not change when the feature is bent without folding, so that wild values do no
/// harm, unlike a correlation. The bound is the same share with values in up to 256 bins by their
/// floating-point representation, the rows of each bin in the best order.
struct ThresholdScore: FeatureScore {
  /// For each row its weight, in the lower half where the row is positive, else in the upper.
  private let steps: [UInt64]
  private let labels: [Bool]
  private let weights: [Int]
  private let positive: Int
  private let negative: Int
  /// Whether features that order the rows in the same way are one.
  private let byOrder: Bool

  private static let bins = 256
  private static let total = Double(1 << 30)

  /// - Parameters:
  ///   - weights: Not negative, not all 0.
  ///   - byOrder: Whether features that order the rows in the same way count once.
  init(labels: [Bool], weights: [Double], byOrder: Bool) {
    let sum = weights.reduce(0, +)
    let whole = weights.map { Int(($0 / sum * Self.total).rounded()) }
    self.labels = labels
    self.weights = whole
    self.byOrder = byOrder
    steps = zip(labels, whole).map { $0 ? UInt64($1) : UInt64($1) << 32 }
    positive = zip(labels, whole).reduce(0) { $0 + ($1.0 ? $1.1 : 0) }
    negative = zip(labels, whole).reduce(0) { $0 + ($1.0 ? 0 : $1.1) }
  }

  struct Workspace {
    var keys: [Int32]
    var counts = [UInt64](repeating: 0, count: 2 * ThresholdScore.bins)
  }

  func workspace() -> Workspace { Workspace(keys: [Int32](repeating: 0, count: labels.count)) }

  func bound(_ values: UnsafeBufferPointer<Double>, _ workspace: inout Workspace) -> Double {
    workspace.keys.withUnsafeMutableBufferPointer { keys in
      workspace.counts.withUnsafeMutableBufferPointer { counts in
        steps.withUnsafeBufferPointer { steps in
          guard let keys = keys.baseAddress, let counts = counts.baseAddress,
            let steps = steps.baseAddress, let values = values.baseAddress
          else { return -1 }
          return bound(values, keys, counts, steps)
        }
      }
    }
  }

  @inline(__always)
  private func bound(
    _ values: UnsafePointer<Double>, _ keys: UnsafeMutablePointer<Int32>,
    _ counts: UnsafeMutablePointer<UInt64>, _ steps: UnsafePointer<UInt64>
  ) -> Double {
    let rows = labels.count
    var (lowest, highest) = (Int32.max, Int32.min)
    for row in 0..<rows {
      let bits = Int32(bitPattern: Float(values[row]).bitPattern)
      let key = bits ^ ((bits >> 31) & 0x7FFF_FFFF)  // in the order of the numbers
      keys[row] = key
      lowest = min(lowest, key)
      highest = max(highest, key)
    }
    // Beyond single precision, or no numbers: left to the exact score.
    guard highest < 0x7F80_0000, lowest > -0x7F80_0001 else { return 1 }
    let range = UInt32(bitPattern: highest &- lowest)
    guard range > 0 else { return rows > 0 ? 1 : -1 }
    let shift = UInt32(max(0, 32 - range.leadingZeroBitCount - 8))
    let used = Int(range >> shift) + 1
    for bin in 0..<2 * used { counts[bin] = 0 }
    // Neighboring rows count in two tables, so that one need not wait for the other.
    for row in 0..<rows {
      let bin = Int(UInt32(bitPattern: keys[row] &- lowest) >> shift)
      counts[2 * bin + (row & 1)] &+= steps[row]
    }
    var (difference, least, most) = (0, 0, 0)
    for bin in 0..<used {
      let count = counts[2 * bin] &+ counts[2 * bin + 1]
      let up = Int(count & 0xFFFF_FFFF)
      let down = Int(count >> 32)
      least = min(least, difference - down)
      most = max(most, difference + up)
      difference += up - down
    }
    return share(max(positive - least, negative + most))
  }

  private func share(_ weight: Int) -> Double {
    (Double(weight) / Double(positive + negative) * 1e10).rounded() / 1e10
  }

  func exact(_ values: UnsafeBufferPointer<Double>) -> Double {
    let order = RowOrder(values)
    var (difference, least, most) = (0, 0, 0)
    for (place, row) in order.rows.enumerated() {
      difference += labels[row] ? weights[row] : -weights[row]
      if order.isTied(place) { continue }
      least = min(least, difference)
      most = max(most, difference)
    }
    return share(max(positive - least, negative + most))
  }

  func key(_ values: UnsafeBufferPointer<Double>) -> ValueKey {
    guard byOrder else { return ValueKey(upToScale: values) }
    let order = RowOrder(values)
    var ranks = [Double](repeating: 0, count: values.count)
    var rank = 0.0
    for (place, row) in order.rows.enumerated() {
      ranks[row] = rank
      if !order.isTied(place) { rank += 1 }
    }
    return ranks.withUnsafeBufferPointer { ValueKey(upToScale: $0) }
  }
}

/// Rows by value. Values that are equal in single precision are tied: a cut between them would rest
/// on rounding.
struct RowOrder {
  private let packed: [UInt64]

  init(_ values: some Collection<Double>) {
    // Scaled so that neither end of single precision is met.
    let largest = values.reduce(0) { max($0, abs($1)) }
    let scale = largest.isNormal ? 1 / largest.binade : 1
    var packed: [UInt64] = []
    packed.reserveCapacity(values.count)
    for value in values {
      let bits = Float(value * scale).bitPattern
      let key = bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits  // in the order of the numbers
      packed.append(UInt64(key) << 32 | UInt64(packed.count))
    }
    packed.sort()
    self.packed = packed
  }

  var rows: some Sequence<Int> { packed.lazy.map { Int($0 & 0xFFFF_FFFF) } }

  /// Whether the next row has the same value.
  func isTied(_ place: Int) -> Bool {
    place + 1 < packed.count && packed[place] >> 32 == packed[place + 1] >> 32
  }
}

/// Where a line of numbers is cut, and what lies on each side.
struct Cut: Hashable, Sendable {
  /// Between two values of the training rows.
  let threshold: Double
  /// Whether the class lies above.
  let isAbove: Bool
  /// The weighted share of rows on the right side.
  let share: Double

  /// The best cut; of equally good ones, the one in the widest gap, then the lowest.
  init(_ values: [Double], labels: [Bool], weights: [Double]) {
    let sorted = RowOrder(values)
    let order = Array(sorted.rows)
    var (positive, negative) = (0.0, 0.0)
    for row in values.indices {
      if labels[row] { positive += weights[row] } else { negative += weights[row] }
    }
    var best = (share: max(positive, negative), gap: -1.0, threshold: 0.0, isAbove: true)
    best.isAbove = positive >= negative
    best.threshold = (order.first.map { values[$0] } ?? 0).nextDown
    if !best.isAbove {
      best.threshold = order.last.map { values[$0].nextUp } ?? 0
      best.isAbove = true
    }
    var difference = 0.0
    for (place, row) in order.enumerated().dropLast() {
      difference += labels[row] ? weights[row] : -weights[row]
      let (a, b) = (values[row], values[order[place + 1]])
      if sorted.isTied(place) { continue }
      for (share, isAbove) in [(positive - difference, true), (negative + difference, false)] {
        let isBetter =
          share > best.share + 1e-9
          || (share > best.share - 1e-9 && b - a > best.gap)
        if isBetter { best = (max(share, best.share), b - a, a + (b - a) / 2, isAbove) }
      }
    }
    threshold = best.threshold
    isAbove = best.isAbove
    share = best.share / (positive + negative)
  }

  func contains(_ value: Double) -> Bool { isAbove ? value > threshold : value < threshold }
}
