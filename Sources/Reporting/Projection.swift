/// The plane through a cloud of points along its two directions of greatest variance.
public struct Projection: Hashable, Sendable {
  /// Coordinates of the points along the first direction; their mean is 0.
  public let x: [Double]

  /// Coordinates of the points along the second direction; their mean is 0.
  public let y: [Double]

  /// The share of the variance along the first and the second direction, each within 0...1.
  public let explained: [Double]

  /// The directions: `width` components each, of unit length (all zero where no variance is left).
  public let directions: [[Double]]

  /// Principal components (Pearson, Philos. Mag. 2, 559 (1901)) by power iteration with deflation.
  ///
  /// The sign of a direction is fixed: its component of largest magnitude is positive. The same
  /// rows give the same plane, whatever the machine does besides. Each iteration is O(n · width).
  ///
  /// - Parameters:
  ///   - values: `[n, width]`, row by row, finite.
  ///   - width: Numbers in a row, at least 1.
  public init(values: [Double], width: Int) {
    precondition(width >= 1 && values.count.isMultiple(of: width), "rows of equal width")
    var centered = Projection.centered(values, width: width)
    let total = centered.reduce(0) { $0 + $1 * $1 }
    var coordinates: [[Double]] = []
    var directions: [[Double]] = []
    var explained: [Double] = []
    for _ in 0..<2 {
      let left = centered.reduce(0) { $0 + $1 * $1 }
      let hasVariance = left > 1e-20 * total && total > 0
      let direction =
        hasVariance
        ? Projection.leadingDirection(centered, width: width) : Array(repeating: 0, count: width)
      let scores = Projection.scores(centered, along: direction)
      let variance = scores.reduce(0) { $0 + $1 * $1 }
      Projection.deflate(&centered, scores: scores, direction: direction)
      coordinates.append(scores)
      directions.append(direction)
      explained.append(total > 0 ? variance / total : 0)
    }
    x = coordinates[0]
    y = coordinates[1]
    self.explained = explained
    self.directions = directions
  }

  /// Titles for the axes of a map, naming the share of the variance and the columns that move most
  /// along each direction: "Direction 1 (41 %): more Ni, less Al".
  ///
  /// - Parameter columns: A name for each of the `width` columns.
  public func axisTitles(_ columns: [String]) -> (x: String, y: String) {
    precondition(columns.count == directions[0].count, "a name for each column")
    return (axisTitle(0, columns), axisTitle(1, columns))
  }

  private func axisTitle(_ place: Int, _ columns: [String]) -> String {
    let direction = directions[place]
    let head = "Direction \(place + 1) (\(Numeral.percent(explained[place])))"
    guard let most = direction.indices.max(by: { direction[$0] < direction[$1] }),
      let least = direction.indices.min(by: { direction[$0] < direction[$1] }),
      direction[most] > 0
    else { return head }
    let further = direction[least] < 0 ? ", less \(columns[least])" : ""
    return "\(head): more \(columns[most])\(further)"
  }

  private static func centered(_ values: [Double], width: Int) -> [Double] {
    let count = values.count / width
    guard count > 0 else { return values }
    var means = [Double](repeating: 0, count: width)
    for place in values.indices { means[place % width] += values[place] }
    for column in 0..<width { means[column] /= Double(count) }
    return values.indices.map { values[$0] - means[$0 % width] }
  }

  private static func leadingDirection(_ rows: [Double], width: Int) -> [Double] {
    var direction = startingDirection(rows, width: width)
    for _ in 0..<2_000 {
      let next = normalized(product(rows, scores(rows, along: direction), width: width))
      let change = zip(next, direction).reduce(0) { $0 + abs($1.0 - $1.1) }
      direction = next
      if change < 1e-13 * Double(width) { break }
    }
    return withFixedSign(direction)
  }

  /// The longest row: it cannot be orthogonal to all directions of variance.
  private static func startingDirection(_ rows: [Double], width: Int) -> [Double] {
    let starts = stride(from: 0, to: rows.count, by: width)
    let lengths = starts.map { start in
      rows[start..<start + width].reduce(0) { $0 + $1 * $1 }
    }
    guard let longest = lengths.indices.max(by: { lengths[$0] < lengths[$1] }) else { return [] }
    return normalized(Array(rows[longest * width..<(longest + 1) * width]))
  }

  private static func scores(_ rows: [Double], along direction: [Double]) -> [Double] {
    stride(from: 0, to: rows.count, by: direction.count).map { start in
      direction.indices.reduce(0) { $0 + rows[start + $1] * direction[$1] }
    }
  }

  private static func product(_ rows: [Double], _ scores: [Double], width: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: width)
    for (row, score) in scores.enumerated() {
      for column in 0..<width { sums[column] += rows[row * width + column] * score }
    }
    return sums
  }

  private static func deflate(_ rows: inout [Double], scores: [Double], direction: [Double]) {
    for place in rows.indices {
      rows[place] -= scores[place / direction.count] * direction[place % direction.count]
    }
  }

  private static func normalized(_ vector: [Double]) -> [Double] {
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 0 ? vector.map { $0 / length } : vector
  }

  private static func withFixedSign(_ vector: [Double]) -> [Double] {
    let largest = vector.indices.max { vector[$0].magnitude < vector[$1].magnitude }
    guard let largest, vector[largest] < 0 else { return vector }
    return vector.map { -$0 }
  }
}
