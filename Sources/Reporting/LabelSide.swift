/// Where a label stands beside its point, in CSS pixels from it; y grows downward.
struct LabelSide: Hashable, Sendable {
  let align: Align
  let dx: Int
  let dy: Int

  enum Align: String, Hashable, Sendable {
    case left, center, right
  }

  /// Beside the point, above and below it, and at its corners; earlier ones are preferred.
  static let all = [
    LabelSide(align: .left, dx: 16, dy: 0), LabelSide(align: .right, dx: -16, dy: 0),
    LabelSide(align: .center, dx: 0, dy: -24), LabelSide(align: .center, dx: 0, dy: 24),
    LabelSide(align: .left, dx: 11, dy: -20), LabelSide(align: .right, dx: -11, dy: -20),
    LabelSide(align: .left, dx: 11, dy: 20), LabelSide(align: .right, dx: -11, dy: 20),
  ]

  /// The side on which the label covers the fewest points, on a wide page and on a phone together.
  ///
  /// - Parameters:
  ///   - center: The point that bears the label, in the units of `points`.
  ///   - points: All points of the figure; their extent fills it.
  static func freest(
    for label: String, at center: (x: Double, y: Double), among points: [(x: Double, y: Double)]
  ) -> LabelSide {
    let frames = [330.0, 1040].map { Frame(points, width: $0, height: 420) }
    let costs = all.map { side in
      frames.map { $0.cost(of: label, side, at: center) }.reduce(0, +)
    }
    let best = costs.indices.min { (costs[$0], $0) < (costs[$1], $1) } ?? 0
    return all[best]
  }
}

/// A figure of a certain size and the points on it, in pixels from its upper left corner.
private struct Frame {
  let width: Double
  let height: Double
  private let x: (low: Double, high: Double)
  private let y: (low: Double, high: Double)
  private var points: [(x: Double, y: Double)] = []

  init(_ points: [(x: Double, y: Double)], width: Double, height: Double) {
    self.width = width
    self.height = height
    x = Chart.extent(points.map(\.x))
    y = Chart.extent(points.map(\.y))
    self.points = points.map(place)
  }

  private func place(_ point: (x: Double, y: Double)) -> (x: Double, y: Double) {
    (
      width * (point.x - x.low) / (x.high - x.low),
      height * (y.high - point.y) / (y.high - y.low)
    )
  }

  /// Points under the label, and as much again for every few pixels that leave the figure.
  func cost(of label: String, _ side: LabelSide, at center: (x: Double, y: Double)) -> Double {
    let letterWidth = 7.4
    let halfHeight = 9.0
    let pointRadius = 6.0
    let length = letterWidth * Double(label.count)
    let anchor = place(center)
    let start =
      anchor.x + Double(side.dx)
      - (side.align == .left ? 0 : side.align == .right ? length : length / 2)
    let middle = anchor.y + Double(side.dy)
    let covered = points.count { point in
      point.x > start - pointRadius && point.x < start + length + pointRadius
        && abs(point.y - middle) < halfHeight + pointRadius
        && (point.x != anchor.x || point.y != anchor.y)
    }
    let outside =
      max(0, -start) + max(0, start + length - width) + max(0, halfHeight - middle)
      + max(0, middle + halfHeight - height)
    return Double(covered) + outside / 4
  }
}
