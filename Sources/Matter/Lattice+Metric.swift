/// Scalar products of the cell vectors, Å².
public struct LatticeMetric: Hashable, Sendable {
  public let aa, bb, cc, bc, ac, ab: Double

  /// The squared length of a vector given in fractions, Å².
  public func squaredLength(_ v: SIMD3<Double>) -> Double {
    v.x * (v.x * aa + 2 * v.y * ab + 2 * v.z * ac) + v.y * (v.y * bb + 2 * v.z * bc)
      + v.z * v.z * cc
  }
}

extension Lattice {
  /// Scalar products of the cell vectors.
  public var metric: LatticeMetric {
    LatticeMetric(
      aa: dot(a, a), bb: dot(b, b), cc: dot(c, c), bc: dot(b, c), ac: dot(a, c), ab: dot(a, b))
  }

  /// Whether a, b, c turn as x, y, z do.
  public var isRightHanded: Bool { dot(a, cross(b, c)) > 0 }

  /// Distances between the faces of the cell, Å: those spanned by b and c, a and c, a and b.
  public var faceDistances: SIMD3<Double> {
    let (u, v, w) = reciprocal
    return SIMD3(1 / length(u), 1 / length(v), 1 / length(w))
  }

  /// Vectors that are sums of these.
  ///
  /// - Parameter matrix: Row by row, the new vectors in steps of the old ones.
  /// - Throws: ``LatticeError`` when they lie in a plane.
  public func transformed(by matrix: IntegerMatrix) throws(LatticeError) -> Lattice {
    func vector(_ row: SIMD3<Int>) -> SIMD3<Double> { cartesian(SIMD3<Double>(row)) }
    return try Lattice(a: vector(matrix.x), b: vector(matrix.y), c: vector(matrix.z))
  }
}
