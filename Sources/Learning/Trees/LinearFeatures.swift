internal import DenseMath

/// How features are brought to a common scale for linear models.
///
/// Missing values become the mean of the training rows; each feature is centered and divided by its
/// standard deviation. Features that are constant or missing in all training rows weigh nothing.
struct LinearFeatures: Hashable, Codable, Sendable {
  let means: [Double]

  /// 1 / standard deviation; 0 for features that weigh nothing.
  let factors: [Double]

  init(_ rows: Matrix, weights: [Double]) {
    var (means, factors): ([Double], [Double]) = ([], [])
    for feature in 0..<rows.columns {
      var (total, sum, squares) = (0.0, 0.0, 0.0)
      for row in 0..<rows.rows where !rows[row, feature].isNaN {
        total += weights[row]
        sum += weights[row] * rows[row, feature]
      }
      let mean = total > 0 ? sum / total : 0
      for row in 0..<rows.rows where !rows[row, feature].isNaN {
        squares += weights[row] * (rows[row, feature] - mean) * (rows[row, feature] - mean)
      }
      let deviation = total > 0 ? (squares / total).squareRoot() : 0
      means.append(mean)
      let isVaried = deviation.isFinite && deviation > 1e-12 * abs(mean)
      factors.append(isVaried ? 1 / deviation : 0)
    }
    self.means = means
    self.factors = factors
  }

  func callAsFunction(_ rows: Matrix) -> Matrix {
    var result = rows
    for row in 0..<rows.rows {
      for feature in 0..<rows.columns {
        let value = rows[row, feature]
        result[row, feature] = value.isNaN ? 0 : (value - means[feature]) * factors[feature]
      }
    }
    return result
  }

  static func checked(_ rows: Matrix, expecting columns: Int) throws(TreeError) -> Matrix {
    _ = try FeatureRows(rows, expecting: columns)
    return rows
  }
}
