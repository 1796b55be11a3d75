internal import DenseMath

/// The nearest rows of a matrix, by a k-d tree (Bentley, Commun. ACM 18, 509 (1975)).
struct NearestRows: Sendable {
  private let data: Matrix
  private var order: [Int]
  private var nodes: [Node] = []

  private struct Node: Sendable {
    var range: Range<Int>
    /// `nil` in a leaf.
    var cut: (column: Int, value: Double, low: Int, high: Int)?
  }

  private static let leafSize = 12

  /// - Parameter data: `[rows, width]`, finite.
  init(_ data: Matrix) {
    self.data = data
    order = Array(0..<data.rows)
    _ = build(0..<data.rows)
  }

  private mutating func build(_ range: Range<Int>) -> Int {
    let place = nodes.count
    nodes.append(Node(range: range, cut: nil))
    guard range.count > Self.leafSize else { return place }
    let (column, spread) = widest(range)
    guard spread > 0 else { return place }
    order[range].sort { (data[$0, column], $0) < (data[$1, column], $1) }
    let middle = range.lowerBound + range.count / 2
    let value = data[order[middle], column]
    // The depth is log2(rows): halves are equal.
    let low = build(range.lowerBound..<middle)
    let high = build(middle..<range.upperBound)
    nodes[place].cut = (column, value, low, high)
    return place
  }

  private func widest(_ range: Range<Int>) -> (column: Int, spread: Double) {
    var best = (column: 0, spread: 0.0)
    for column in 0..<data.columns {
      var (low, high) = (Double.infinity, -Double.infinity)
      for row in order[range] {
        low = min(low, data[row, column])
        high = max(high, data[row, column])
      }
      if high - low > best.spread { best = (column, high - low) }
    }
    return best
  }

  /// The nearest rows to a row that fulfill a condition, nearest first, equal distances in order of
  /// rows.
  func neighbors(of row: Int, count: Int, where condition: (Int) -> Bool) -> [Int] {
    guard !nodes.isEmpty, count > 0 else { return [] }
    var best: [(distance: Double, row: Int)] = []
    search(0, row, count, condition, &best)
    return best.map(\.row)
  }

  private func search(
    _ place: Int, _ row: Int, _ count: Int, _ condition: (Int) -> Bool,
    _ best: inout [(distance: Double, row: Int)]
  ) {
    let node = nodes[place]
    guard let cut = node.cut else {
      for other in order[node.range] where other != row {
        let entry = (distance: distance(row, other), row: other)
        if best.count == count, let last = best.last, !(entry < last) { continue }
        guard condition(other) else { continue }
        best.insert(entry, at: best.firstIndex { entry < $0 } ?? best.count)
        if best.count > count { best.removeLast() }
      }
      return
    }
    let apart = data[row, cut.column] - cut.value
    let (near, far) = apart < 0 ? (cut.low, cut.high) : (cut.high, cut.low)
    search(near, row, count, condition, &best)
    guard best.count < count || apart * apart <= (best.last?.distance ?? 0) else { return }
    search(far, row, count, condition, &best)
  }

  private func distance(_ a: Int, _ b: Int) -> Double { data.squaredDistance(a, to: data, b) }
}
