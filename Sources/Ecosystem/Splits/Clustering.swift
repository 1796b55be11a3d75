import DenseMath

/// Rows, centers, and which center each row belongs to: Lloyd's iteration with the bounds of Hamerly,
/// "Making k-means even faster", SIAM International Conference on Data Mining (2010).
///
/// For each row an upper bound of the distance to its center and a lower bound of the distance to
/// any other are kept; only rows whose bounds cross are compared with all centers. Bounds are widened
/// by more than rounding errors, so that the clusters are those of Lloyd's iteration.
struct Clustering {
  private let data: Matrix
  private(set) var centers: Matrix
  private(set) var assignment: [Int]

  /// Distances, not squared; one for each row.
  private var upper: [Double]
  private var lower: [Double]

  /// More than the rounding errors of a distance, relative.
  private static let slack = 1e-9

  /// - Parameter centers: `[clusters, width]`, at least one.
  init(_ data: Matrix, centers: Matrix) {
    self.data = data
    self.centers = centers
    assignment = [Int](repeating: 0, count: data.rows)
    upper = [Double](repeating: .infinity, count: data.rows)
    lower = [Double](repeating: 0, count: data.rows)
    for row in 0..<data.rows { assign(row) }
  }

  /// Moves centers and rows until no row changes its center.
  mutating func improve(_ mostIterations: Int) {
    for _ in 0..<mostIterations {
      moveCenters()
      let halves = halvedGaps()
      var changes = 0
      for row in 0..<data.rows {
        let own = assignment[row]
        let bound = max(halves[own], lower[row])
        guard upper[row] * (1 + Self.slack) >= bound else { continue }
        upper[row] = distance(row, own)
        guard upper[row] * (1 + Self.slack) >= bound else { continue }
        assign(row)
        if assignment[row] != own { changes += 1 }
      }
      if changes == 0 { return }
    }
  }

  /// Sum of squared distances of the rows to their centers.
  var inertia: Double {
    (0..<data.rows).reduce(0) { $0 + data.squaredDistance($1, to: centers, assignment[$1]) }
  }

  private func distance(_ row: Int, _ center: Int) -> Double {
    data.squaredDistance(row, to: centers, center).squareRoot()
  }

  /// The nearest center of a row, the first of equal ones, and both bounds.
  private mutating func assign(_ row: Int) {
    var best = (center: 0, distance: Double.infinity)
    var second = Double.infinity
    for center in 0..<centers.rows {
      let far = data.squaredDistance(row, to: centers, center)
      if far < best.distance {
        second = best.distance
        best = (center, far)
      } else {
        second = min(second, far)
      }
    }
    assignment[row] = best.center
    upper[row] = best.distance.squareRoot()
    lower[row] = second.squareRoot() * (1 - Self.slack)
  }

  /// Half the distance of each center to the nearest other one.
  private func halvedGaps() -> [Double] {
    (0..<centers.rows).map { center in
      let others = (0..<centers.rows).filter { $0 != center }
        .map { centers.squaredDistance(center, to: centers, $0) }
      return (others.min() ?? .infinity).squareRoot() / 2 * (1 - Self.slack)
    }
  }

  /// Centers go to the means of their rows, bounds follow; a center without rows stays.
  private mutating func moveCenters() {
    let means = self.means()
    let moved = (0..<centers.rows).map {
      centers.squaredDistance($0, to: means, $0).squareRoot() * (1 + Self.slack)
    }
    centers = means
    let order = moved.indices.sorted { (moved[$1], $0) < (moved[$0], $1) }
    let farthest = order.first ?? 0
    let next = order.count > 1 ? moved[order[1]] : 0
    for row in 0..<data.rows {
      let own = assignment[row]
      upper[row] += moved[own]
      lower[row] -= own == farthest ? next : moved[farthest]
    }
  }

  private func means() -> Matrix {
    let width = data.columns
    var sums = [Double](repeating: 0, count: centers.rows * width)
    var counts = [Double](repeating: 0, count: centers.rows)
    data.elements.withUnsafeBufferPointer { values in
      sums.withUnsafeMutableBufferPointer { sums in
        for (row, cluster) in assignment.enumerated() {
          counts[cluster] += 1
          let (from, to) = (row * width, cluster * width)
          for column in 0..<width { sums[to + column] += values[from + column] }
        }
      }
    }
    for cluster in 0..<centers.rows {
      for column in 0..<width {
        let place = cluster * width + column
        sums[place] = counts[cluster] > 0 ? sums[place] / counts[cluster] : centers[cluster, column]
      }
    }
    return Matrix(rows: centers.rows, columns: width, elements: sums)
  }
}
