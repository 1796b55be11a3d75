internal import DenseMath

/// Training rows of a forest, by columns, with the order of the rows for each feature.
struct ForestData: Sendable {
  let rows: LabeledRows
  let classes: Int

  /// `[features, rows]`.
  let columns: [Float]

  /// `[features, rows]`: rows from the least value to the greatest, missing ones last. Empty where
  /// thresholds are random.
  let orders: [UInt32]

  var count: Int { rows.count }
  var features: Int { rows.features.columns }

  init(_ rows: LabeledRows, settings: ForestSettings) throws {
    self.rows = rows
    classes = settings.classes
    let columns = (0..<rows.features.columns).flatMap { rows.features.column($0) }
    self.columns = columns
    let count = rows.count
    guard !settings.randomThresholds else {
      orders = []
      return
    }
    let perFeature = try parallelMap(
      Array(0..<rows.features.columns), threads: settings.threads
    ) { feature in
      columns.withUnsafeBufferPointer { columns in
        let values = UnsafeBufferPointer(rebasing: columns[feature * count..<(feature + 1) * count])
        return (0..<UInt32(count)).sorted { a, b in
          let (x, y) = (values[Int(a)], values[Int(b)])
          if x.isNaN || y.isNaN { return x.isNaN == y.isNaN ? a < b : y.isNaN }
          return x == y ? a < b : x < y
        }
      }
    }
    orders = perFeature.flatMap { $0 }
  }

  /// The rows a tree sees and their weights: how often each was drawn, times its own weight.
  func sample(_ settings: ForestSettings, _ generator: inout SplitMix64) -> [Double] {
    guard settings.bootstrap else { return rows.weights }
    var drawn = [Double](repeating: 0, count: count)
    for _ in 0..<count { drawn[generator.index(below: count)] += 1 }
    let weights = zip(drawn, rows.weights).map { $0 * $1 }
    // With few rows of weight, a draw may miss all of them.
    return weights.contains { $0 > 0 } ? weights : rows.weights
  }
}
