extension Statistics {
  /// Ranks from 1; equal values share the mean of their ranks. O(n log n).
  public static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      let shared = Double(start + end + 1) / 2
      for place in start..<end { ranks[order[place]] = shared }
      start = end
    }
    return ranks
  }

  /// Pearson's correlation, or `nil` with fewer than two pairs or where one side is constant.
  public static func pearson(_ x: [Double], _ y: [Double]) -> Double? {
    precondition(x.count == y.count, "\(x.count) values against \(y.count)")
    guard x.count > 1 else { return nil }
    let (xMean, yMean) = (mean(x), mean(y))
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      xx += (a - xMean) * (a - xMean)
      yy += (b - yMean) * (b - yMean)
      xy += (a - xMean) * (b - yMean)
    }
    guard isSpread(x), isSpread(y), xx > 0, yy > 0 else { return nil }
    let value = xy / (xx.squareRoot() * yy.squareRoot())
    return value.isFinite ? min(1, max(-1, value)) : nil
  }

  /// Spearman's rank correlation: Pearson's, of the ranks.
  public static func spearman(_ x: [Double], _ y: [Double]) -> Double? {
    pearson(ranks(x), ranks(y))
  }

  /// Kendall's τ-b, which corrects for ties on either side.
  ///
  /// O(n log n): Knight, J. Am. Stat. Assoc. 61, 436 (1966).
  ///
  /// - Returns: `nil` with fewer than two pairs or where one side is constant.
  public static func kendallTauB(_ x: [Double], _ y: [Double]) -> Double? {
    precondition(x.count == y.count, "\(x.count) values against \(y.count)")
    let order = x.indices.sorted { x[$0] != x[$1] ? x[$0] < x[$1] : y[$0] < y[$1] }
    let (sortedX, sortedY) = (order.map { x[$0] }, order.map { y[$0] })
    let pairs = tiedPairs(count: x.count)
    let xTies = countTies(in: order.indices) { sortedX[$0] == sortedX[$1] }
    let bothTies = countTies(in: order.indices) {
      sortedX[$0] == sortedX[$1] && sortedY[$0] == sortedY[$1]
    }
    var ascending = sortedY
    let exchanges = mergeSort(&ascending)
    let yTies = countTies(in: order.indices) { ascending[$0] == ascending[$1] }
    guard pairs > xTies, pairs > yTies else { return nil }
    let difference = pairs - xTies - yTies + bothTies - 2 * exchanges
    let scale = Double(pairs - xTies).squareRoot() * Double(pairs - yTies).squareRoot()
    return min(1, max(-1, Double(difference) / scale))
  }

  private static func isSpread(_ values: [Double]) -> Bool {
    values.contains { $0 != values[0] }
  }

  private static func tiedPairs(count: Int) -> Int { count * (count - 1) / 2 }

  /// Pairs within runs of neighbors that are equal.
  private static func countTies(in places: Range<Int>, areEqual: (Int, Int) -> Bool) -> Int {
    var total = 0
    var run = 1
    for place in places.dropFirst() {
      if areEqual(place - 1, place) {
        run += 1
      } else {
        total += tiedPairs(count: run)
        run = 1
      }
    }
    return total + tiedPairs(count: run)
  }

  /// Sorts in place; answers how many exchanges of neighbors that takes.
  private static func mergeSort(_ values: inout [Double]) -> Int {
    var exchanges = 0
    var width = 1
    var merged = values
    while width < values.count {
      for start in stride(from: 0, to: values.count, by: 2 * width) {
        let middle = min(start + width, values.count)
        let end = min(start + 2 * width, values.count)
        exchanges += merge(values, start, middle, end, into: &merged)
      }
      swap(&values, &merged)
      width *= 2
    }
    return exchanges
  }

  private static func merge(
    _ values: [Double], _ start: Int, _ middle: Int, _ end: Int, into merged: inout [Double]
  ) -> Int {
    var (left, right, exchanges) = (start, middle, 0)
    for place in start..<end {
      if left < middle, right >= end || values[left] <= values[right] {
        merged[place] = values[left]
        left += 1
      } else {
        merged[place] = values[right]
        right += 1
        exchanges += middle - left
      }
    }
    return exchanges
  }
}
