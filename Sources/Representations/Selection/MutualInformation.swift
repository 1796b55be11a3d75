/// Mutual information by nearest neighbors, in nats.
///
/// Two columns of numbers: the first estimator of Kraskov, Stögbauer and Grassberger, Phys. Rev. E 69,
/// 066138 (2004); numbers and classes: Ross, PLoS ONE 9, e87357 (2014). Points that coincide in both
/// columns (counts, flags) are counted after Gao et al., NeurIPS 30 (2017), where scikit-learn's
/// `mutual_info_regression` adds random noise instead: on columns without ties the two agree, and here
/// nothing is random. A negative estimate counts as 0.
///
/// Columns are divided by their standard deviation first; see ``SortedColumn``.
struct MutualInformation: Sendable {
  /// Neighbors of a point that set its scale; 3 as in the sources.
  let neighbors: Int

  private let digamma: Digamma

  /// - Parameter rows: The most rows that a column will have.
  init(neighbors: Int = 3, rows: Int) {
    precondition(neighbors >= 1, "an estimate needs at least one neighbor")
    self.neighbors = neighbors
    digamma = Digamma(upTo: max(rows, neighbors) + 1)
  }

  /// Between two columns of the same rows; O(n^1.5) for columns that are independent.
  func between(_ a: SortedColumn, _ b: SortedColumn) -> Double {
    precondition(a.count == b.count, "\(a.count) rows beside \(b.count)")
    guard a.count > neighbors else { return 0 }
    // Along the column with more distinct values, fewer points share a place.
    let (x, y) = a.distinct >= b.distinct ? (a, b) : (b, a)
    let sum = AlignedPairs(x, y).sum(neighbors: neighbors, digamma: digamma)
    return max(0, digamma[x.count] + sum / Double(x.count))
  }

  /// What a column tells about itself: its entropy as far as the estimator resolves it.
  func own(_ column: SortedColumn) -> Double { between(column, column) }

  /// Between a column and classes of the same rows. Classes with one member are left out.
  ///
  /// - Parameter classes: One label for each row.
  func between(_ column: SortedColumn, classes: [Int]) -> Double {
    precondition(column.count == classes.count, "\(column.count) rows, \(classes.count) classes")
    let members = ClassMembers(column, classes)
    guard members.count > 0 else { return 0 }
    var sum = 0.0
    for values in members.byClass {
      let used = min(neighbors, values.count - 1)
      for place in values.indices {
        let radius = Self.radius(in: values, at: place, neighbors: used)
        let inAll = Self.count(members.values, around: values[place], radius)
        let near = radius > 0 ? used : Self.count(values, around: values[place], 0)
        sum += digamma[near] - digamma[values.count] - digamma[inAll]
      }
    }
    return max(0, digamma[members.count] + sum / Double(members.count))
  }

  /// The entropy of classes, by the same formula: what they tell about themselves.
  func own(classes: [Int]) -> Double {
    var counts: [Int: Int] = [:]
    for label in classes { counts[label, default: 0] += 1 }
    let used = counts.values.filter { $0 > 1 }.sorted()
    let total = used.reduce(0, +)
    guard total > 0 else { return 0 }
    let mean = used.reduce(0.0) { $0 + Double($1) * digamma[$1] } / Double(total)
    return max(0, digamma[total] - mean)
  }

  /// The distance to the nearest neighbor number `neighbors` among sorted values.
  private static func radius(in values: [Double], at place: Int, neighbors: Int) -> Double {
    var (left, right) = (place, place)
    for _ in 0..<neighbors {
      let below = left > 0 ? values[place] - values[left - 1] : .infinity
      let above = right + 1 < values.count ? values[right + 1] - values[place] : .infinity
      if below <= above { left -= 1 } else { right += 1 }
    }
    return max(values[place] - values[left], values[right] - values[place])
  }

  /// Sorted values nearer than `radius`, or equal where it is 0.
  private static func count(
    _ sorted: [Double], around value: Double, _ radius: Double
  ) -> Int {
    func isInside(_ distance: Double) -> Bool { radius > 0 ? distance < radius : distance <= 0 }
    let first = partition(sorted.count) { isInside(value - sorted[$0]) }
    let end = partition(sorted.count) { sorted[$0] > value && !isInside(sorted[$0] - value) }
    return end - first
  }

  /// The first place in `0 ..< count` that satisfies a condition which all later ones satisfy too.
  private static func partition(_ count: Int, _ isBehind: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// The digamma function at whole numbers: ψ(1) = −γ, ψ(n + 1) = ψ(n) + 1/n.
struct Digamma: Sendable {
  private let values: [Double]

  init(upTo last: Int) {
    var values = [Double.nan, -0.577215664901532860606512090082]
    for number in 1..<max(last, 2) {
      values.append(values[number] + 1 / Double(number))
    }
    self.values = values
  }

  subscript(number: Int) -> Double { values[number] }
}

/// The values of each class with more than one member, sorted.
private struct ClassMembers {
  let byClass: [[Double]]

  /// Those of all these classes, sorted.
  let values: [Double]

  init(_ column: SortedColumn, _ classes: [Int]) {
    var members: [Int: [Double]] = [:]
    for row in column.order {
      members[classes[Int(row)], default: []].append(column.values[Int(row)])
    }
    let kept = members.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }
    byClass = kept.map(\.value)
    values = byClass.flatMap { $0 }.sorted()
  }

  var count: Int { values.count }
}
