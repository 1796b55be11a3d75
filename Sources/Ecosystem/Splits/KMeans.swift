public import DenseMath

/// Clusters of rows: Lloyd's algorithm (IEEE Trans. Inf. Theory 28, 129 (1982)) from the seeding of
/// Arthur and Vassilvitskii, "k-means++", SODA 2007; the tightest of several starts.
public struct KMeans: Sendable {
  /// The cluster of each row; cluster 0 is the largest (equal ones by their first row).
  public let assignment: [Int]

  /// Sum of squared distances to the centers, in standardized columns.
  public let inertia: Double

  /// Clusters that hold a row: fewer than asked for where rows coincide.
  public let count: Int

  /// - Parameters:
  ///   - features: `[rows, width]`, finite; columns are brought to mean 0 and variance 1, constant
  ///     ones are ignored.
  ///   - clusters: At least 1.
  ///   - starts: Independent beginnings.
  public init(
    standardizing features: Matrix, clusters: Int, seed: UInt64, starts: Int = 8,
    mostIterations: Int = 200
  ) {
    precondition(clusters >= 1 && features.rows >= 1, "clusters need rows")
    let data = KMeans.standardized(features)
    var best: (assignment: [Int], inertia: Double)?
    for start in 0..<starts {
      var generator = SplitMix64(seed: seed, stream: UInt64(start))
      let centers = KMeans.seeds(data, clusters, &generator)
      let found = KMeans.lloyd(data, centers, mostIterations)
      if best.map({ found.inertia < $0.inertia }) ?? true { best = found }
    }
    let (assignment, inertia) = best ?? ([Int](repeating: 0, count: features.rows), 0)
    self.inertia = inertia
    (self.assignment, count) = KMeans.ranked(assignment)
  }

  static func standardized(_ features: Matrix) -> Matrix {
    var result = features
    for column in 0..<features.columns {
      let values = features.column(column)
      let mean = Statistics.mean(values)
      let spread = Statistics.standardDeviation(values)
      let isConstant = !(spread > 1e-12 * max(1, mean.magnitude))
      for row in 0..<features.rows {
        result[row, column] = isConstant ? 0 : (values[row] - mean) / spread
      }
    }
    return result
  }

  /// The squared distance of a row of one matrix to a row of another.
  private static func distance(
    _ data: Matrix, _ row: Int, _ centers: Matrix, _ center: Int
  ) -> Double {
    let (width, first, second) = (data.columns, row * data.columns, center * data.columns)
    return data.elements.withUnsafeBufferPointer { a in
      centers.elements.withUnsafeBufferPointer { b in
        // Four sums side by side, in a fixed order.
        var sums = SIMD4<Double>()
        var column = 0
        while column + 4 <= width {
          let (i, j) = (first + column, second + column)
          let apart =
            SIMD4(a[i], a[i + 1], a[i + 2], a[i + 3])
            - SIMD4(b[j], b[j + 1], b[j + 2], b[j + 3])
          sums += apart * apart
          column += 4
        }
        var sum = sums.sum()
        while column < width {
          let apart = a[first + column] - b[second + column]
          sum += apart * apart
          column += 1
        }
        return sum
      }
    }
  }

  private static func seeds(
    _ data: Matrix, _ count: Int, _ generator: inout SplitMix64
  ) -> Matrix {
    var chosen = [generator.index(below: data.rows)]
    var nearest = (0..<data.rows).map { distance(data, $0, data, chosen[0]) }
    while chosen.count < count {
      var left = generator.uniform() * nearest.reduce(0, +)
      let drawn = nearest.firstIndex { weight in
        left -= weight
        return weight > 0 && left < 0
      }
      // Rows that all coincide with a center: the rest of the centers are superfluous.
      guard let next = drawn ?? nearest.lastIndex(where: { $0 > 0 }) else { break }
      chosen.append(next)
      for row in 0..<data.rows {
        nearest[row] = min(nearest[row], distance(data, row, data, next))
      }
    }
    return Matrix(
      rows: chosen.count, columns: data.columns, elements: chosen.flatMap { Array(data.row($0)) })
  }

  private static func lloyd(
    _ data: Matrix, _ start: Matrix, _ mostIterations: Int
  ) -> (assignment: [Int], inertia: Double) {
    var centers = start
    var assignment = [Int](repeating: -1, count: data.rows)
    var inertia = 0.0
    for _ in 0..<mostIterations {
      var changes = 0
      inertia = 0
      for row in 0..<data.rows {
        var best = (cluster: 0, distance: Double.infinity)
        for cluster in 0..<centers.rows {
          let far = distance(data, row, centers, cluster)
          if far < best.distance { best = (cluster, far) }
        }
        if assignment[row] != best.cluster { changes += 1 }
        assignment[row] = best.cluster
        inertia += best.distance
      }
      if changes == 0 { break }
      centers = means(data, assignment, previous: centers)
    }
    return (assignment, inertia)
  }

  /// The means of the clusters; one without rows keeps its center.
  private static func means(_ data: Matrix, _ assignment: [Int], previous: Matrix) -> Matrix {
    var sums = Matrix(rows: previous.rows, columns: data.columns)
    var counts = [Double](repeating: 0, count: previous.rows)
    for (row, cluster) in assignment.enumerated() {
      counts[cluster] += 1
      for column in 0..<data.columns { sums[cluster, column] += data[row, column] }
    }
    for cluster in 0..<previous.rows {
      for column in 0..<data.columns {
        sums[cluster, column] =
          counts[cluster] > 0
          ? sums[cluster, column] / counts[cluster] : previous[cluster, column]
      }
    }
    return sums
  }

  private static func ranked(_ assignment: [Int]) -> (assignment: [Int], count: Int) {
    var sizes: [Int: Int] = [:]
    var first: [Int: Int] = [:]
    for (row, cluster) in assignment.enumerated() {
      sizes[cluster, default: 0] += 1
      if first[cluster] == nil { first[cluster] = row }
    }
    let order = sizes.keys.sorted {
      (-(sizes[$0] ?? 0), first[$0] ?? 0) < (-(sizes[$1] ?? 0), first[$1] ?? 0)
    }
    var rank: [Int: Int] = [:]
    for (place, cluster) in order.enumerated() { rank[cluster] = place }
    return (assignment.map { rank[$0] ?? 0 }, order.count)
  }
}
