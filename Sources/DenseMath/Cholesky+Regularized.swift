import Foundation

extension Cholesky {
  /// Factors what should be positive semidefinite, whatever rounding or its maker did to it; always
  /// answers.
  ///
  /// First adds 0, then 1e-10, 1e-9, … 1e-4 times the mean of the diagonal to it. If it cannot be factored
  /// even then, it is not what it should be: eigenvalues below 1e-8 of the greatest are raised to that
  /// (up to ``mostEigenvalues`` rows), or ever more is added to the diagonal. Numbers that are not finite
  /// leave a diagonal matrix, which says that nothing is related.
  ///
  /// - Parameter matrix: Square; its lower triangle is read.
  public init(regularizing matrix: Matrix) {
    if let factor = try? Cholesky(addingJitterTo: matrix) {
      self = factor
      return
    }
    guard (0..<matrix.rows).allSatisfy({ matrix.row($0).prefix($0 + 1).allSatisfy(\.isFinite) })
    else {
      let diagonal = matrix.diagonal.map { $0.isFinite && $0 > 0 ? $0 : 1 }
      self.init(lower: Matrix(diagonal: diagonal.map { $0.squareRoot() }), jitter: 0)
      return
    }
    if matrix.rows <= Cholesky.mostEigenvalues, let factor = Cholesky(raisingEigenvaluesOf: matrix)
    {
      self = factor
      return
    }
    self = Cholesky.withGrowingJitter(matrix)
  }

  /// Beyond, eigenvalues take too long.
  static let mostEigenvalues = 200

  private init?(raisingEigenvaluesOf matrix: Matrix) {
    let order = matrix.rows
    var upper = matrix
    for row in 0..<order {
      for column in 0..<row { upper[column, row] = matrix[row, column] }
    }
    let eigen = SymmetricEigen(upper)
    guard let largest = eigen.values.first, largest > 0 else { return nil }
    var roots = eigen.vectors.transposed
    for (column, value) in eigen.values.enumerated() {
      let root = max(value, 1e-8 * largest).squareRoot()
      for row in 0..<order { roots[row, column] *= root }
    }
    guard let factor = try? Cholesky(roots.multiplied(byTransposeOf: roots)) else { return nil }
    let raised = eigen.values.reduce(0) { max($0, 1e-8 * largest - $1) }
    self.init(lower: factor.lower, jitter: raised)
  }

  /// Ends once the diagonal outweighs every row, if not before.
  private static func withGrowingJitter(_ matrix: Matrix) -> Cholesky {
    let largest = matrix.elements.reduce(0) { max($0, abs($1)) }
    var relative = 1e-4
    let scale = largest > 0 ? largest : 1
    while relative < 4 * Double(matrix.rows + 1) {
      if let factor = try? Cholesky(matrix, jitter: relative * scale) { return factor }
      relative *= 10
    }
    let root = (2 * scale).squareRoot()
    return Cholesky(
      lower: Matrix(diagonal: [Double](repeating: root, count: matrix.rows)), jitter: scale)
  }
}

extension Cholesky {
  /// An estimate of `‖A⁻¹‖₁`, as a rule exact and never above it; O(n²).
  ///
  /// Hager, SIAM J. Sci. Stat. Comput. 5, 311 (1984), with the alternative start of Higham, ACM Trans.
  /// Math. Softw. 14, 381 (1988).
  public var inverseNormEstimate: Double {
    let order = order
    guard order > 0 else { return 0 }
    var x = [Double](repeating: 1 / Double(order), count: order)
    var estimate = 0.0
    var before = -1
    for _ in 0..<5 {
      let y = solve(x)
      let size = y.reduce(0) { $0 + abs($1) }
      guard size > estimate else { break }
      estimate = size
      let z = solve(y.map { $0 < 0 ? -1 : 1 })
      var place = 0
      for index in 0..<order where abs(z[index]) > abs(z[place]) { place = index }
      let along = zip(z, x).reduce(0) { $0 + $1.0 * $1.1 }
      guard abs(z[place]) > along, place != before else { break }
      x = [Double](repeating: 0, count: order)
      x[place] = 1
      before = place
    }
    let last = Double(max(order - 1, 1))
    let alternating = (0..<order).map { place -> Double in
      let size = 1 + Double(place) / last
      return place % 2 == 0 ? size : -size
    }
    let size = solve(alternating).reduce(0) { $0 + abs($1) }
    return max(estimate, 2 * size / (3 * Double(order)))
  }

  /// The factor of a matrix that has more rows than this one's; O(n² k), where forming it anew is O(n³).
  ///
  /// - Parameters:
  ///   - cross: `[k, n]`, the new rows below the old columns.
  ///   - own: `[k, k]`; its lower triangle is read. It is regularized where the rows say nearly the same.
  public func appending(cross: Matrix, own: Matrix) -> Cholesky {
    precondition(
      cross.columns == order && cross.rows == own.rows && own.rows == own.columns,
      "\(cross.rows) × \(cross.columns) and \(own.rows) × \(own.columns) below order \(order)")
    let below = solveLower(rows: cross)
    var rest = own
    let explained = below.multiplied(byTransposeOf: below)
    for place in rest.elements.indices { rest.elements[place] -= explained.elements[place] }
    // What rounding leaves of a variance that is explained to the last bit.
    let least = own.diagonal.reduce(0) { max($0, abs($1)) } * 1e-14
    for row in 0..<own.rows { rest[row, row] = max(rest[row, row], least) }
    let corner = Cholesky(regularizing: rest)
    let (old, new) = (order, cross.rows)
    var elements: [Double] = []
    elements.reserveCapacity((old + new) * (old + new))
    let zeros = [Double](repeating: 0, count: new)
    for row in 0..<old {
      elements += lower.row(row)
      elements += zeros
    }
    for row in 0..<new {
      elements += below.row(row)
      elements += corner.lower.row(row)
    }
    return Cholesky(
      lower: Matrix(rows: old + new, columns: old + new, elements: elements),
      jitter: max(jitter, corner.jitter))
  }
}
