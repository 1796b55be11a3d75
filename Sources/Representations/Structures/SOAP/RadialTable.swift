/// Functions of a distance, tabulated as interpolating splines of degree 5.
///
/// B-splines on a uniform grid (de Boor, A Practical Guide to Splines, 2001; weights of the
/// interpolation after Unser, Aldroubi and Eden, IEEE Trans. Signal Process. 41, 821, 1993): four
/// times continuously differentiable, with an error of the sixth power of the spacing. The grid goes
/// on beyond both ends, so that the ends are as good as the middle.
struct RadialTable: Sendable {
  /// Functions, a multiple of 4 with some that are 0.
  let width: Int

  /// Å.
  let spacing: Double

  /// Row `k` holds the weights of the B-spline that ends at grid point `k + 1` … `[knots, width]`;
  /// at a distance between grid points `k` and `k + 1` rows `k` to `k + 5` count.
  let weights: [Double]

  /// Beyond the ends: what is cut off there has died out in the table (0.43 per point).
  private static let margin = 42

  /// - Parameters:
  ///   - end: The greatest distance that will be asked for, Å.
  ///   - values: The functions at a distance of 0 or more, `[width]`.
  ///   - isOdd: Which functions change their sign with the distance, `[width]`.
  init(
    width: Int, end: Double, spacing: Double, isOdd: [Bool], values: (Double) -> [Double]
  ) {
    let margin = Self.margin
    let points = Int((end / spacing).rounded(.up)) + 2
    let rows = points + 2 * margin
    var grid = [Double](repeating: 0, count: rows * width)
    for point in 0..<points + margin {
      let row = values(Double(point) * spacing)
      for column in 0..<width {
        grid[(margin + point) * width + column] = row[column]
        if point > 0, point <= margin {
          grid[(margin - point) * width + column] = isOdd[column] ? -row[column] : row[column]
        }
      }
    }
    Self.solve(&grid, rows: rows, width: width)
    self.width = width
    self.spacing = spacing
    weights = Array(grid[(margin - 2) * width..<(margin + points + 3) * width])
  }

  /// Solves `(c[k−2] + 26 c[k−1] + 66 c[k] + 26 c[k+1] + c[k+2]) / 120 = f[k]` for all columns.
  private static func solve(_ grid: inout [Double], rows: Int, width: Int) {
    var pivots = [Double](repeating: 0, count: rows)
    var first = [Double](repeating: 0, count: rows + 2)
    var second = [Double](repeating: 0, count: rows + 2)
    for k in 0..<rows {
      second[k] = k >= 2 ? 1 / pivots[k - 2] : 0
      let beside = k >= 2 ? second[k] * pivots[k - 2] * first[k - 1] : 0
      first[k] = k >= 1 ? (26 - beside) / pivots[k - 1] : 0
      pivots[k] = 66
      if k >= 1 { pivots[k] -= first[k] * first[k] * pivots[k - 1] }
      if k >= 2 { pivots[k] -= second[k] * second[k] * pivots[k - 2] }
    }
    for k in 1..<rows {
      for column in 0..<width {
        grid[k * width + column] -= first[k] * grid[(k - 1) * width + column]
        if k >= 2 { grid[k * width + column] -= second[k] * grid[(k - 2) * width + column] }
      }
    }
    for k in stride(from: rows - 1, through: 0, by: -1) {
      for column in 0..<width {
        var value = 120 * grid[k * width + column] / pivots[k]
        if k + 1 < rows { value -= first[k + 1] * grid[(k + 1) * width + column] }
        if k + 2 < rows { value -= second[k + 2] * grid[(k + 2) * width + column] }
        grid[k * width + column] = value
      }
    }
  }

  /// The six B-splines at a place between two grid points, `0 ≤ t < 1`.
  @inline(__always)
  static func splines(
    _ t: Double
  ) -> (Double, Double, Double, Double, Double, Double) {
    let u = 1 - t
    let (t2, u2) = (t * t, u * u)
    let (t4, u4) = (t2 * t2, u2 * u2)
    let scale = 1.0 / 120
    return (
      u4 * u * scale,
      (26 - 50 * t + 20 * t2 + 20 * t2 * t - 20 * t4 + 5 * t4 * t) * scale,
      (66 - 60 * t2 + 30 * t4 - 10 * t4 * t) * scale,
      (66 - 60 * u2 + 30 * u4 - 10 * u4 * u) * scale,
      (26 - 50 * u + 20 * u2 + 20 * u2 * u - 20 * u4 + 5 * u4 * u) * scale,
      t4 * t * scale
    )
  }

  /// Their derivatives by `t`.
  @inline(__always)
  static func slopes(
    _ t: Double
  ) -> (Double, Double, Double, Double, Double, Double) {
    let u = 1 - t
    let (t2, u2) = (t * t, u * u)
    let (t4, u4) = (t2 * t2, u2 * u2)
    let scale = 1.0 / 120
    return (
      -5 * u4 * scale,
      (-50 + 40 * t + 60 * t2 - 80 * t2 * t + 25 * t4) * scale,
      (-120 * t + 120 * t2 * t - 50 * t4) * scale,
      (120 * u - 120 * u2 * u + 50 * u4) * scale,
      (50 - 40 * u - 60 * u2 + 80 * u2 * u - 25 * u4) * scale,
      5 * t4 * scale
    )
  }
}
