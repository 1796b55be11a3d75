/// Eigenvalues and eigenvectors of a real symmetric matrix, by cyclic Jacobi rotations.
///
/// Golub and Van Loan, Matrix Computations, 4th ed. (2013), section 8.5. Every eigenvalue is good to
/// a few units of rounding of the largest. O(n³) a sweep and some ten sweeps: meant for up to a few
/// hundred rows.
public struct SymmetricEigen: Hashable, Sendable {
  /// From the greatest to the least, `[n]`.
  public let values: [Double]

  /// Row `k` is the unit vector of value `k`, `[n, n]`; its component of the greatest size is
  /// positive, the first of those that are equal.
  public let vectors: Matrix

  /// - Parameter matrix: Square and finite; its upper triangle is read.
  public init(_ matrix: Matrix) {
    precondition(
      matrix.rows == matrix.columns, "\(matrix.rows) × \(matrix.columns) is not symmetric")
    var rotation = JacobiRotation(matrix)
    // Convergence is quadratic once it sets in; matrices of a few hundred rows need ten sweeps.
    for _ in 0..<60 where !rotation.isDone { rotation.sweep() }
    let order = matrix.diagonal.indices.sorted {
      (-rotation.matrix[$0, $0], $0) < (-rotation.matrix[$1, $1], $1)
    }
    values = order.map { rotation.matrix[$0, $0] }
    var vectors = rotation.vectors.rows(at: order)
    for row in 0..<vectors.rows where Self.isFlipped(vectors.row(row)) {
      for column in 0..<vectors.columns { vectors[row, column] = -vectors[row, column] }
    }
    self.vectors = vectors
  }

  private static func isFlipped(_ vector: ArraySlice<Double>) -> Bool {
    let largest = vector.reduce(0) { max($0, abs($1)) }
    // Rounding must not choose between components that are equal.
    return (vector.first { abs($0) >= largest * (1 - 1e-9) } ?? 0) < 0
  }
}

/// A matrix on its way to a diagonal, and the rotations that brought it there.
private struct JacobiRotation {
  var matrix: Matrix
  var vectors: Matrix

  /// Squares of all elements, which rotations keep.
  private let size: Double

  init(_ upper: Matrix) {
    matrix = upper
    for row in 0..<upper.rows {
      for column in 0..<row { matrix[row, column] = upper[column, row] }
    }
    vectors = Matrix(diagonal: [Double](repeating: 1, count: upper.rows))
    size = matrix.elements.reduce(0) { $0 + $1 * $1 }
  }

  var isDone: Bool {
    var off = 0.0
    for row in 0..<matrix.rows {
      for column in row + 1..<max(matrix.rows, row + 1) {
        off += matrix[row, column] * matrix[row, column]
      }
    }
    return off <= size * 1e-32
  }

  mutating func sweep() {
    for p in 0..<matrix.rows {
      for q in p + 1..<max(matrix.rows, p + 1) { rotate(p, q) }
    }
  }

  /// Makes the element at `p`, `q` vanish.
  private mutating func rotate(_ p: Int, _ q: Int) {
    let off = matrix[p, q]
    guard abs(off) > 1e-300 else { return }
    let ratio = (matrix[q, q] - matrix[p, p]) / (2 * off)
    let tangent =
      (ratio >= 0 ? 1.0 : -1.0) / (abs(ratio) + (ratio * ratio + 1).squareRoot())
    let cosine = 1 / (tangent * tangent + 1).squareRoot()
    let sine = tangent * cosine
    Self.turn(&matrix, p, q, cosine, sine)
    for row in 0..<matrix.rows {
      let (left, right) = (matrix[row, p], matrix[row, q])
      matrix[row, p] = cosine * left - sine * right
      matrix[row, q] = sine * left + cosine * right
    }
    Self.turn(&vectors, p, q, cosine, sine)
  }

  private static func turn(
    _ matrix: inout Matrix, _ p: Int, _ q: Int, _ cosine: Double, _ sine: Double
  ) {
    for column in 0..<matrix.columns {
      let (upper, lower) = (matrix[p, column], matrix[q, column])
      matrix[p, column] = cosine * upper - sine * lower
      matrix[q, column] = sine * upper + cosine * lower
    }
  }
}
