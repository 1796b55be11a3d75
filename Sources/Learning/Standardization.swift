public import DenseMath

/// Columns shifted to mean 0 and divided by their standard deviation, without those that are
/// constant.
///
/// A missing value (NaN) counts as the column's mean, which is 0 afterwards. A column that was
/// constant in training stays out for good, even where it varies later.
public struct FeatureStandardization: Codable, Hashable, Sendable {
  /// How many columns come in.
  public let width: Int

  /// The columns that are kept, ascending.
  public let columns: [Int]

  /// Of the kept columns.
  public let means: [Double]
  public let scales: [Double]

  public init(width: Int, columns: [Int], means: [Double], scales: [Double]) {
    self.width = width
    self.columns = columns
    self.means = means
    self.scales = scales
  }

  /// - Parameter features: `[n, width]`; infinite values count as missing.
  public init(fitting features: Matrix) {
    var (columns, means, scales) = ([Int](), [Double](), [Double]())
    for column in 0..<features.columns {
      let values = features.column(column).filter(\.isFinite)
      let mean = Statistics.mean(values)
      let spread = Statistics.standardDeviation(values)
      // A spread that rounding could have made is none.
      guard spread > 1e-9 * abs(mean), spread > 1e-30 else { continue }
      columns.append(column)
      means.append(mean)
      scales.append(spread)
    }
    self.init(width: features.columns, columns: columns, means: means, scales: scales)
  }

  /// The same columns, the first ones of which share one scale, so that the ratios of their differences
  /// stay as they are.
  ///
  /// Together these then count as much as they would with scales of their own, and so does each of the
  /// others.
  ///
  /// - Parameter count: How many of the incoming columns share.
  func sharingScale(first count: Int) -> FeatureStandardization {
    let sharing = columns.indices.filter { columns[$0] < count }
    let root = Double(max(sharing.count, 1)).squareRoot()
    let common = sharing.reduce(0) { $0 + scales[$1] } / root
    return FeatureStandardization(
      width: width, columns: columns, means: means,
      scales: columns.indices.map { columns[$0] < count ? common : scales[$0] / root })
  }

  /// - Parameter features: `[n, width]`.
  /// - Returns: `[n, columns.count]`.
  public func callAsFunction(_ features: Matrix) -> Matrix {
    precondition(features.columns == width, "\(features.columns) features, but \(width) expected")
    var result = Matrix(rows: features.rows, columns: columns.count)
    for row in 0..<features.rows {
      for (place, column) in columns.enumerated() {
        let value = features[row, column]
        result[row, place] = value.isFinite ? (value - means[place]) / scales[place] : 0
      }
    }
    return result
  }
}

/// Targets shifted to mean 0 and divided by their standard deviation.
public struct TargetStandardization: Codable, Hashable, Sendable {
  public let mean: Double
  public let scale: Double

  public init(mean: Double, scale: Double) {
    self.mean = mean
    self.scale = scale
  }

  /// A constant target keeps scale 1.
  public init(fitting targets: [Double]) {
    mean = Statistics.mean(targets)
    let spread = Statistics.standardDeviation(targets)
    scale = spread > 1e-12 * abs(mean) && spread > 1e-300 ? spread : 1
  }

  /// - Parameter weights: 0 or more, one for each target, not all 0. Equal weights give what no
  ///   weights give.
  public init(fitting targets: [Double], weights: [Double]) {
    let total = weights.reduce(0, +)
    let mean = zip(weights, targets).reduce(0) { $0 + $1.0 / total * $1.1 }
    let variance = zip(weights, targets).reduce(0) {
      $0 + $1.0 / total * ($1.1 - mean) * ($1.1 - mean)
    }
    let spread = variance.squareRoot()
    self.mean = mean
    scale = spread > 1e-12 * abs(mean) && spread > 1e-300 ? spread : 1
  }

  public func callAsFunction(_ targets: [Double]) -> [Double] {
    targets.map { ($0 - mean) / scale }
  }
}
