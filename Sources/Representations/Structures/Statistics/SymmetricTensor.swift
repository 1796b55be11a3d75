internal import DenseMath
internal import Matter

/// A sum of weighted `n nᵀ`.
struct SymmetricTensor {
  private var elements = [Double](repeating: 0, count: 9)

  mutating func add(_ vector: SIMD3<Double>, _ weight: Double) {
    for i in 0..<3 {
      for j in 0..<3 { elements[3 * i + j] += weight * vector[i] * vector[j] }
    }
  }

  var trace: Double { elements[0] + elements[4] + elements[8] }

  /// From the greatest to the least; NaN where the tensor is not finite.
  var eigenvalues: [Double] {
    guard elements.allSatisfy(\.isFinite) else { return [.nan, .nan, .nan] }
    return SymmetricEigen(Matrix(rows: 3, columns: 3, elements: elements)).values
  }
}
