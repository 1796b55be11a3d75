/// Products of small matrices in double precision.
struct SmallProduct {
  var rows: Int
  /// A multiple of 4.
  var columns: Int
  var terms: Int

  /// From row to row and from term to term of the left matrix.
  var leftRow: Int
  var leftTerm: Int
  /// From term to term of the right matrix, whose columns lie side by side.
  var rightTerm: Int
  /// From row to row of the result.
  var outRow: Int

  /// `out[i, j] = Σ_k left[i, k] right[k, j]`, or adds to what is there.
  ///
  /// Sums run over the terms in order, so results are equal on every run.
  @inline(__always)
  func callAsFunction(
    _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>,
    into out: UnsafeMutablePointer<Double>, adds: Bool = false
  ) {
    var column = 0
    while column + 8 <= columns {
      var row = 0
      while row + 2 <= rows {
        twoByEight(left + row * leftRow, right + column, out + row * outRow + column, adds)
        row += 2
      }
      if row < rows {
        oneByEight(left + row * leftRow, right + column, out + row * outRow + column, adds)
      }
      column += 8
    }
    guard column < columns else { return }
    for row in 0..<rows {
      oneByFour(left + row * leftRow, right + column, out + row * outRow + column, adds)
    }
  }

  @inline(__always)
  private func twoByEight(
    _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>,
    _ out: UnsafeMutablePointer<Double>, _ adds: Bool
  ) {
    var first = adds ? eight(out) : .zero
    var second = adds ? eight(out + outRow) : .zero
    var (l, r) = (left, right)
    for _ in 0..<terms {
      let values = eight(r)
      first += l[0] * values
      second += l[leftRow] * values
      l += leftTerm
      r += rightTerm
    }
    UnsafeMutableRawPointer(out).storeBytes(of: first, as: SIMD8<Double>.self)
    UnsafeMutableRawPointer(out + outRow).storeBytes(of: second, as: SIMD8<Double>.self)
  }

  @inline(__always)
  private func oneByEight(
    _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>,
    _ out: UnsafeMutablePointer<Double>, _ adds: Bool
  ) {
    var first = adds ? eight(out) : .zero
    var (l, r) = (left, right)
    for _ in 0..<terms {
      first += l[0] * eight(r)
      l += leftTerm
      r += rightTerm
    }
    UnsafeMutableRawPointer(out).storeBytes(of: first, as: SIMD8<Double>.self)
  }

  @inline(__always)
  private func oneByFour(
    _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>,
    _ out: UnsafeMutablePointer<Double>, _ adds: Bool
  ) {
    var first = adds ? four(out) : .zero
    var (l, r) = (left, right)
    for _ in 0..<terms {
      first += l[0] * four(r)
      l += leftTerm
      r += rightTerm
    }
    UnsafeMutableRawPointer(out).storeBytes(of: first, as: SIMD4<Double>.self)
  }

  @inline(__always)
  private func eight(_ pointer: UnsafePointer<Double>) -> SIMD8<Double> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Double>.self)
  }

  @inline(__always)
  private func four(_ pointer: UnsafePointer<Double>) -> SIMD4<Double> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Double>.self)
  }
}
