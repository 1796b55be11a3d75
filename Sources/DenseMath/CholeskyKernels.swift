// Triangular kernels on row-major storage. Each reads and writes rows from left to right.

private let blockWidth = 32

/// Replaces the lower triangle by its Cholesky factor and clears the upper one.
///
/// - Returns: The row of the first pivot that is not above `smallestPivot`, or `nil`.
func factorInPlace(
  _ a: UnsafeMutablePointer<Double>, order: Int, smallestPivot: Double
) -> Int? {
  var start = 0
  while start < order {
    let end = min(start + blockWidth, order)
    accumulateProducts(
      into: a, stride: order, sign: -1,
      left: a, leftStride: order, leftRows: start..<order,
      right: a, rightStride: order, rightRows: start..<end, terms: 0..<start)
    for row in start..<order {
      let own = a + row * order
      for column in start..<min(row, end) {
        let other = a + column * order
        let sum = dot(own + start, other + start, column - start)
        own[column] = (own[column] - sum) / other[column]
      }
      guard row < end else { continue }
      let pivot = own[row] - dot(own + start, own + start, row - start)
      guard pivot > smallestPivot, pivot.isFinite else { return row }
      own[row] = pivot.squareRoot()
    }
    start = end
  }
  for row in 0..<order {
    for column in row + 1..<max(order, row + 1) { a[row * order + column] = 0 }
  }
  return nil
}

/// Solves `L x = b` for each row of `rows`, in place. A row's solution does not depend on the
/// others, bit for bit.
func solveLowerRows(
  _ lower: UnsafePointer<Double>, order: Int, rows: UnsafeMutablePointer<Double>, count: Int
) {
  var row = 0
  while row + 4 <= count {
    solveFour(lower, order: order, rows: rows + row * order, from: 0)
    row += 4
  }
  while row < count {
    solveOne(lower, order: order, row: rows + row * order, from: 0)
    row += 1
  }
}

/// Rows of `inverse` become the columns of `L⁻¹`, which is to say `(L⁻¹)ᵀ`.
///
/// - Parameter inverse: `order` × `order` zeros.
func invertLower(
  _ lower: UnsafePointer<Double>, into inverse: UnsafeMutablePointer<Double>, order: Int
) {
  for k in 0..<order { inverse[k * order + k] = 1 }
  var row = 0
  while row + 4 <= order {
    solveFour(lower, order: order, rows: inverse + row * order, from: row)
    row += 4
  }
  while row < order {
    solveOne(lower, order: order, row: inverse + row * order, from: row)
    row += 1
  }
}

/// `result = T Tᵀ` for an upper triangular `T`.
func multiplyUpper(
  _ upper: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>, order: Int
) {
  var start = 0
  while start < order {
    let end = min(start + 8, order)
    accumulateProducts(
      into: result, stride: order, sign: 1,
      left: upper, leftStride: order, leftRows: start..<end,
      right: upper, rightStride: order, rightRows: 0..<end, terms: start..<order)
    start = end
  }
  for row in 0..<order {
    for column in row + 1..<max(order, row + 1) {
      result[row * order + column] = result[column * order + row]
    }
  }
}

private func solveFour(
  _ lower: UnsafePointer<Double>, order: Int, rows: UnsafeMutablePointer<Double>, from first: Int
) {
  for k in first..<order {
    let own = lower + k * order
    let sums = dotFour(own + first, rows + first, stride: order, k - first)
    let pivot = own[k]
    for lane in 0..<4 {
      rows[lane * order + k] = (rows[lane * order + k] - sums[lane]) / pivot
    }
  }
}

private func solveOne(
  _ lower: UnsafePointer<Double>, order: Int, row: UnsafeMutablePointer<Double>, from first: Int
) {
  for k in first..<order {
    let own = lower + k * order
    row[k] = (row[k] - dotOne(own + first, row + first, k - first)) / own[k]
  }
}
