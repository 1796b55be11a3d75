import DenseMath

/// Which rows each step of a training run sees: all rows shuffled, pass after pass.
struct BatchOrder {
  /// Where a pass stands, and the generator that shuffled it.
  struct Place {
    var generator: SplitMix64
    var rows: Int
  }

  private(set) var generator: SplitMix64
  /// The generator as it was before it shuffled this pass.
  private var start: SplitMix64
  private let rows: Int
  private let batchSize: Int
  /// What each row costs, and what a batch may.
  private let costs: (each: [Int], batch: Int)?
  private var order: [Int] = []
  /// How many rows of this pass are used.
  private var used = 0

  /// - Parameter costs: Batches of about equal cost instead of equal numbers of rows, `[rows]`.
  init(rows: Int, batchSize: Int, costs: [Int]?, generator: SplitMix64) {
    (self.rows, self.batchSize, self.generator) = (rows, batchSize, generator)
    start = generator
    self.costs = costs.map { ($0, $0.reduce(0, +) / max(rows, 1) * batchSize) }
  }

  /// The next rows; a remainder smaller than a batch is left out of its pass.
  mutating func next() -> ArraySlice<Int> {
    var end = self.end
    if end > order.count {
      shuffle()
      end = min(self.end, order.count)
    }
    defer { used = end }
    return order[used..<end]
  }

  /// Where the next batch ends; beyond the last row where too few are left.
  private var end: Int {
    guard let costs else { return used + batchSize }
    var (end, sum) = (used, 0)
    // Two rows at least, since networks normalize over a batch; and so many that no step stands for
    // more than some common ones.
    while sum < costs.batch || end < used + min(2, rows) {
      guard end < order.count, end < used + 4 * batchSize else {
        return end < order.count ? end : order.count + 1
      }
      sum += costs.each[order[end]]
      end += 1
    }
    return end
  }

  private mutating func shuffle() {
    start = generator
    order = generator.shuffled(0..<rows)
    used = 0
  }

  var place: Place { Place(generator: start, rows: used) }

  mutating func restore(_ place: Place) {
    generator = place.generator
    shuffle()
    used = place.rows
  }
}
