public import DenseMath

/// Clusters of rows: Lloyd's algorithm (IEEE Trans. Inf. Theory 28, 129 (1982)) from the seeding of
/// Arthur and Vassilvitskii, "k-means++", SODA 2007; the tightest of several starts.
///
/// The starts are compared on a sample where there are many rows; the best goes on with all of them,
/// by the bounds of Hamerly, SIAM SDM 2010, which find the same clusters as Lloyd with fewer
/// distances. Cost: `O(rows · clusters · width)` for each iteration at most.
public struct KMeans: Sendable {
  /// The cluster of each row; cluster 0 is the largest (equal ones by their first row).
  public let assignment: [Int]

  /// Sum of squared distances to the centers, in standardized columns.
  public let inertia: Double

  /// Clusters that hold a row: fewer than asked for where rows coincide.
  public let count: Int

  /// Rows on which the starts are compared, drawn from the seed; all where there are no more.
  public static let sampleSize = 8_000

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
    let sample = KMeans.sample(of: data, atLeast: 20 * clusters, seed: seed)
    // A sample only tells which start is best: it need not come to its end.
    let isSampled = sample.rows < data.rows
    var best: Clustering?
    for start in 0..<starts {
      var generator = SplitMix64(seed: seed, stream: UInt64(start))
      var found = Clustering(sample, centers: KMeans.seeds(sample, clusters, &generator))
      found.improve(isSampled ? min(mostIterations, 20) : mostIterations)
      if best.map({ found.inertia < $0.inertia }) ?? true { best = found }
    }
    if isSampled, let centers = best?.centers {
      var whole = Clustering(data, centers: centers)
      whole.improve(mostIterations)
      best = whole
    }
    inertia = best?.inertia ?? 0
    (assignment, count) = KMeans.ranked(
      best?.assignment ?? [Int](repeating: 0, count: features.rows))
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

  /// Some rows in their order, drawn without replacement.
  private static func sample(of data: Matrix, atLeast count: Int, seed: UInt64) -> Matrix {
    let size = max(sampleSize, count)
    guard data.rows > size else { return data }
    var generator = SplitMix64(seed: seed, stream: .max)
    let drawn = generator.shuffled(0..<data.rows).prefix(size).sorted()
    return Matrix(
      rows: size, columns: data.columns, elements: drawn.flatMap { Array(data.row($0)) })
  }

  private static func seeds(
    _ data: Matrix, _ count: Int, _ generator: inout SplitMix64
  ) -> Matrix {
    var chosen = [generator.index(below: data.rows)]
    var nearest = (0..<data.rows).map { data.squaredDistance($0, to: data, chosen[0]) }
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
        nearest[row] = min(nearest[row], data.squaredDistance(row, to: data, next))
      }
    }
    return Matrix(
      rows: chosen.count, columns: data.columns, elements: chosen.flatMap { Array(data.row($0)) })
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

extension Matrix {
  /// The squared distance of a row to a row of another matrix of the same width.
  func squaredDistance(_ row: Int, to other: Matrix, _ otherRow: Int) -> Double {
    let (width, first, second) = (columns, row * columns, otherRow * columns)
    return elements.withUnsafeBufferPointer { a in
      other.elements.withUnsafeBufferPointer { b in
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
}
