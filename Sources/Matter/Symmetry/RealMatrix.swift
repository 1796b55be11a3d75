/// A 3×3 matrix by its rows.
struct RealMatrix: Hashable, Sendable {
  let x, y, z: SIMD3<Double>

  init(_ x: SIMD3<Double>, _ y: SIMD3<Double>, _ z: SIMD3<Double>) {
    self.x = x
    self.y = y
    self.z = z
  }

  init(_ rows: SpglibMatrix) { self.init(SIMD3(rows.0), SIMD3(rows.1), SIMD3(rows.2)) }

  var transpose: RealMatrix {
    RealMatrix(SIMD3(x.x, y.x, z.x), SIMD3(x.y, y.y, z.y), SIMD3(x.z, y.z, z.z))
  }

  var determinant: Double { dot(x, cross(y, z)) }

  /// Entries are not finite where the determinant is 0.
  var inverse: RealMatrix {
    let d = determinant
    return RealMatrix(cross(y, z) / d, cross(z, x) / d, cross(x, y) / d).transpose
  }

  static func * (m: RealMatrix, n: IntegerMatrix) -> RealMatrix {
    func row(_ r: SIMD3<Double>) -> SIMD3<Double> {
      r.x * SIMD3<Double>(n.x) + r.y * SIMD3<Double>(n.y) + r.z * SIMD3<Double>(n.z)
    }
    return RealMatrix(row(m.x), row(m.y), row(m.z))
  }

  static func * (m: RealMatrix, v: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(dot(m.x, v), dot(m.y, v), dot(m.z, v))
  }
}
