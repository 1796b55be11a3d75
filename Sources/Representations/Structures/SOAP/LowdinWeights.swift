/// The weights that make overlapping functions orthonormal while they change as little as possible.
///
/// `S^(−1/2)` of their overlaps `S` (Löwdin, J. Chem. Phys. 18, 365, 1950) by Jacobi rotations in
/// double-double arithmetic, since overlaps of radial functions have conditions up to 10²⁰.
struct LowdinWeights {
  /// Row `n` holds the weights of function `n`, `[count × count]`.
  let weights: [DoubleDouble]

  /// - Parameters:
  ///   - count: How many functions there are.
  ///   - mostCancellation: How many times greater than their sum weighted functions may be.
  ///   - overlap: Of functions `i` and `j`.
  /// - Returns: `nil` where the functions depend on each other so much that little is left of them
  ///   but rounding.
  init?(
    count: Int, mostCancellation: Double, overlap: (Int, Int) -> DoubleDouble
  ) {
    // From great to small, so that rotations keep the digits of the small ones.
    let order = (0..<count).sorted { overlap($0, $0).high > overlap($1, $1).high }
    var matrix = (0..<count * count).map { overlap(order[$0 / count], order[$0 % count]) }
    var vectors = (0..<count * count).map { DoubleDouble($0 / count == $0 % count ? 1 : 0) }
    for _ in 0..<60 where !Self.isDiagonal(matrix, count) {
      for p in 0..<count {
        for q in p + 1..<max(count, p + 1) { Self.rotate(&matrix, &vectors, p, q, count) }
      }
    }
    let values = (0..<count).map { matrix[$0 * count + $0] }
    guard values.allSatisfy({ $0.high > 0 }) else { return nil }
    let factors = values.map { DoubleDouble(1) / $0.squareRoot() }
    var weights = [DoubleDouble](repeating: DoubleDouble(0), count: count * count)
    for i in 0..<count {
      var cancellation = 0.0
      for j in 0..<count {
        var sum = DoubleDouble(0)
        for k in 0..<count {
          sum = sum + vectors[k * count + i] * factors[k] * vectors[k * count + j]
        }
        weights[order[i] * count + order[j]] = sum
        cancellation += abs(sum.high) * overlap(order[j], order[j]).high.squareRoot()
      }
      guard cancellation < mostCancellation else { return nil }
    }
    self.weights = weights
  }

  private static func isDiagonal(_ matrix: [DoubleDouble], _ count: Int) -> Bool {
    for p in 0..<count {
      for q in 0..<p {
        let scale = abs(matrix[p * count + p].high * matrix[q * count + q].high)
        let off = matrix[q * count + p].high
        if off * off > 1e-60 * scale { return false }
      }
    }
    return true
  }

  /// Makes the element at `p`, `q` vanish; Golub and Van Loan, Matrix Computations, section 8.5.
  private static func rotate(
    _ matrix: inout [DoubleDouble], _ vectors: inout [DoubleDouble], _ p: Int, _ q: Int,
    _ count: Int
  ) {
    let off = matrix[p * count + q]
    guard off.high != 0 else { return }
    let one = DoubleDouble(1)
    let ratio = (matrix[q * count + q] - matrix[p * count + p]) / (off + off)
    let size = ratio.high < 0 ? -ratio : ratio
    let slope = one / (size + (ratio * ratio + one).squareRoot())
    let tangent = ratio.high < 0 ? -slope : slope
    let cosine = one / (tangent * tangent + one).squareRoot()
    let sine = tangent * cosine
    for k in 0..<count {
      turn(&matrix, p * count + k, q * count + k, cosine, sine)
    }
    for k in 0..<count {
      turn(&matrix, k * count + p, k * count + q, cosine, sine)
      turn(&vectors, p * count + k, q * count + k, cosine, sine)
    }
    matrix[p * count + q] = DoubleDouble(0)
    matrix[q * count + p] = DoubleDouble(0)
  }

  private static func turn(
    _ values: inout [DoubleDouble], _ first: Int, _ second: Int, _ cosine: DoubleDouble,
    _ sine: DoubleDouble
  ) {
    let (a, b) = (values[first], values[second])
    values[first] = cosine * a - sine * b
    values[second] = sine * a + cosine * b
  }
}
