/// Which strains of the cell a relaxation may use.
public enum CellFreedom: String, Codable, CaseIterable, Hashable, Sendable {
  /// The cell stays as it is.
  case fixed
  /// Equal strain in all directions: a cubic solid solution stays cubic.
  case volume
  /// Equal strain along x and y, another along z: hexagonal, `c` along z.
  case axial
  /// All six strains.
  case full

  /// The independent strains, as symmetric matrices by columns.
  var strains: [StrainMatrix] {
    switch self {
    case .fixed: []
    case .volume: [StrainMatrix(diagonal: SIMD3(1, 1, 1))]
    case .axial:
      [StrainMatrix(diagonal: SIMD3(1, 1, 0)), StrainMatrix(diagonal: SIMD3(0, 0, 1))]
    case .full: (0..<6).map(StrainMatrix.voigt)
    }
  }
}

/// A 3 × 3 matrix by columns: strains and deformations.
struct StrainMatrix: Hashable, Sendable {
  var x: SIMD3<Double>
  var y: SIMD3<Double>
  var z: SIMD3<Double>

  init(_ x: SIMD3<Double>, _ y: SIMD3<Double>, _ z: SIMD3<Double>) {
    self.x = x
    self.y = y
    self.z = z
  }

  init(diagonal d: SIMD3<Double>) {
    self.init(SIMD3(d.x, 0, 0), SIMD3(0, d.y, 0), SIMD3(0, 0, d.z))
  }

  static let identity = StrainMatrix(diagonal: SIMD3(repeating: 1))

  /// Unit strain of one of Voigt's components (shear: engineering strain 1, tensor strain ½).
  static func voigt(_ component: Int) -> StrainMatrix {
    var m = StrainMatrix(diagonal: .zero)
    switch component {
    case 0: m.x.x = 1
    case 1: m.y.y = 1
    case 2: m.z.z = 1
    case 3: (m.y.z, m.z.y) = (0.5, 0.5)
    case 4: (m.x.z, m.z.x) = (0.5, 0.5)
    default: (m.x.y, m.y.x) = (0.5, 0.5)
    }
    return m
  }

  static func + (a: StrainMatrix, b: StrainMatrix) -> StrainMatrix {
    StrainMatrix(a.x + b.x, a.y + b.y, a.z + b.z)
  }

  static func * (s: Double, m: StrainMatrix) -> StrainMatrix {
    StrainMatrix(s * m.x, s * m.y, s * m.z)
  }

  static func * (m: StrainMatrix, v: SIMD3<Double>) -> SIMD3<Double> {
    v.x * m.x + v.y * m.y + v.z * m.z
  }

  static func * (a: StrainMatrix, b: StrainMatrix) -> StrainMatrix {
    StrainMatrix(a * b.x, a * b.y, a * b.z)
  }

  var transposed: StrainMatrix {
    StrainMatrix(SIMD3(x.x, y.x, z.x), SIMD3(x.y, y.y, z.y), SIMD3(x.z, y.z, z.z))
  }

  var determinant: Double {
    x.x * (y.y * z.z - y.z * z.y) - y.x * (x.y * z.z - x.z * z.y) + z.x * (x.y * y.z - x.z * y.y)
  }

  /// The inverse of the transpose: cofactors over the determinant.
  var inverseTransposed: StrainMatrix {
    func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
      SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
    }
    let s = 1 / determinant
    return StrainMatrix(s * cross(y, z), s * cross(z, x), s * cross(x, y))
  }

  /// Σ a_ij b_ij.
  func contracted(_ b: StrainMatrix) -> Double { (x * b.x + y * b.y + z * b.z).sum() }
}

extension Stress {
  var matrix: StrainMatrix {
    StrainMatrix(SIMD3(xx, xy, xz), SIMD3(xy, yy, yz), SIMD3(xz, yz, zz))
  }
}
