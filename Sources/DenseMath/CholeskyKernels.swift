// Triangular kernels on row-major storage, in blocks of columns: products with the columns before a block
// take nearly all the time, and `accumulateProducts` does them.

private let blockWidth = 64

private func blocks(_ order: Int) -> [Range<Int>] {
  stride(from: 0, to: order, by: blockWidth).map { $0..<min($0 + blockWidth, order) }
}

/// Replaces the lower triangle by its Cholesky factor and clears the upper one.
///
/// - Returns: The row of the first pivot that is not above `smallestPivot`, or `nil`.
func factorInPlace(
  _ a: UnsafeMutablePointer<Double>, order: Int, smallestPivot: Double
) -> Int? {
  for block in blocks(order) {
    accumulateProducts(
      into: a, stride: order, sign: -1,
      left: a, leftStride: order, leftRows: block.lowerBound..<order,
      right: a, rightStride: order, rightRows: block, terms: 0..<block.lowerBound)
    if let failed = factorBlock(a, order: order, block, smallestPivot: smallestPivot) {
      return failed
    }
    solveColumns(
      block, lower: a, order: order, rows: a + block.upperBound * order,
      count: order - block.upperBound)
  }
  for row in 0..<order {
    for column in row + 1..<max(order, row + 1) { a[row * order + column] = 0 }
  }
  return nil
}

private func factorBlock(
  _ a: UnsafeMutablePointer<Double>, order: Int, _ block: Range<Int>, smallestPivot: Double
) -> Int? {
  guard let (first, second) = halves(block) else {
    return factorLeaf(a, order: order, block, smallestPivot: smallestPivot)
  }
  if let failed = factorBlock(a, order: order, first, smallestPivot: smallestPivot) {
    return failed
  }
  solveColumns(
    first, lower: a, order: order, rows: a + second.lowerBound * order, count: second.count)
  accumulateProducts(
    into: a, stride: order, sign: -1,
    left: a, leftStride: order, leftRows: second,
    right: a, rightStride: order, rightRows: second, terms: first)
  return factorBlock(a, order: order, second, smallestPivot: smallestPivot)
}

private func halves(_ block: Range<Int>) -> (Range<Int>, Range<Int>)? {
  guard block.count > 16 else { return nil }
  let middle = block.lowerBound + (block.count + 7) / 16 * 8
  return (block.lowerBound..<middle, middle..<block.upperBound)
}

private func factorLeaf(
  _ a: UnsafeMutablePointer<Double>, order: Int, _ block: Range<Int>, smallestPivot: Double
) -> Int? {
  let start = block.lowerBound
  for row in block {
    let own = a + row * order
    for column in start..<row {
      let other = a + column * order
      let sum = dotOne(own + start, other + start, column - start)
      own[column] = (own[column] - sum) / other[column]
    }
    let pivot = own[row] - dotOne(own + start, own + start, row - start)
    guard pivot > smallestPivot, pivot.isFinite else { return row }
    own[row] = pivot.squareRoot()
  }
  return nil
}

/// Solves `L x = b` for each row of `rows`, in place. A row's solution does not depend on the
/// others, bit for bit.
func solveLowerRows(
  _ lower: UnsafePointer<Double>, order: Int, rows: UnsafeMutablePointer<Double>, count: Int
) {
  for block in blocks(order) {
    accumulateProducts(
      into: rows, stride: order, sign: -1,
      left: rows, leftStride: order, leftRows: 0..<count,
      right: lower, rightStride: order, rightRows: block, terms: 0..<block.lowerBound)
    solveColumns(block, lower: lower, order: order, rows: rows, count: count)
  }
}

/// Rows of `inverse` become the columns of `L⁻¹`, which is to say `(L⁻¹)ᵀ`.
///
/// - Parameter inverse: `order` × `order` zeros.
func invertLower(
  _ lower: UnsafePointer<Double>, into inverse: UnsafeMutablePointer<Double>, order: Int
) {
  for k in 0..<order { inverse[k * order + k] = 1 }
  let blocks = blocks(order)
  for (place, block) in blocks.enumerated() {
    for earlier in blocks[..<place] {
      accumulateProducts(
        into: inverse, stride: order, sign: -1,
        left: inverse, leftStride: order, leftRows: earlier,
        right: lower, rightStride: order, rightRows: block,
        terms: earlier.lowerBound..<block.lowerBound)
    }
    solveColumns(block, lower: lower, order: order, rows: inverse, count: block.upperBound)
  }
}

/// `result = T Tᵀ` for an upper triangular `T`.
func multiplyUpper(
  _ upper: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>, order: Int
) {
  for block in blocks(order) {
    accumulateProducts(
      into: result, stride: order, sign: 1,
      left: upper, leftStride: order, leftRows: block,
      right: upper, rightStride: order, rightRows: 0..<block.upperBound,
      terms: block.lowerBound..<order)
  }
  for row in 0..<order {
    for column in row + 1..<max(order, row + 1) {
      result[row * order + column] = result[column * order + row]
    }
  }
}

/// Solves `L x = b` in the columns of a block, for rows from which the products with all columns before it
/// were subtracted.
private func solveColumns(
  _ block: Range<Int>, lower: UnsafePointer<Double>, order: Int,
  rows: UnsafeMutablePointer<Double>, count: Int
) {
  if let (first, second) = halves(block) {
    solveColumns(first, lower: lower, order: order, rows: rows, count: count)
    accumulateProducts(
      into: rows, stride: order, sign: -1,
      left: rows, leftStride: order, leftRows: 0..<count,
      right: lower, rightStride: order, rightRows: second, terms: first)
    solveColumns(second, lower: lower, order: order, rows: rows, count: count)
    return
  }
  var row = 0
  while row + 4 <= count {
    solveFour(lower, order: order, block, rows: rows + row * order)
    row += 4
  }
  while row < count {
    solveOne(lower, order: order, block, row: rows + row * order)
    row += 1
  }
}

private func solveFour(
  _ lower: UnsafePointer<Double>, order: Int, _ block: Range<Int>,
  rows: UnsafeMutablePointer<Double>
) {
  let start = block.lowerBound
  for k in block {
    let own = lower + k * order
    let sums = dotFour(own + start, rows + start, stride: order, k - start)
    let pivot = own[k]
    for lane in 0..<4 {
      rows[lane * order + k] = (rows[lane * order + k] - sums[lane]) / pivot
    }
  }
}

private func solveOne(
  _ lower: UnsafePointer<Double>, order: Int, _ block: Range<Int>,
  row: UnsafeMutablePointer<Double>
) {
  let start = block.lowerBound
  for k in block {
    let own = lower + k * order
    row[k] = (row[k] - dotOne(own + start, row + start, k - start)) / own[k]
  }
}
