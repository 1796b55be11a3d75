/// A 3×3 matrix of integers: a rotation in crystal axes, a change of basis, a supercell.
///
/// Products wrap around on overflow and never trap; entries of crystallographic matrices are small.
public struct IntegerMatrix: Hashable, Sendable {
  /// The rows.
  public let x, y, z: SIMD3<Int>

  public init(_ x: SIMD3<Int>, _ y: SIMD3<Int>, _ z: SIMD3<Int>) {
    self.x = x
    self.y = y
    self.z = z
  }

  public init(diagonal: SIMD3<Int>) {
    self.init(SIMD3(diagonal.x, 0, 0), SIMD3(0, diagonal.y, 0), SIMD3(0, 0, diagonal.z))
  }

  public static let identity = IntegerMatrix(diagonal: SIMD3(1, 1, 1))

  public var determinant: Int {
    x.x &* cofactor(y.y, y.z, z.y, z.z) &- x.y &* cofactor(y.x, y.z, z.x, z.z)
      &+ x.z &* cofactor(y.x, y.y, z.x, z.y)
  }

  public var transpose: IntegerMatrix {
    IntegerMatrix(SIMD3(x.x, y.x, z.x), SIMD3(x.y, y.y, z.y), SIMD3(x.z, y.z, z.z))
  }

  /// The matrix whose product with this one is ``determinant`` times the identity.
  public var adjugate: IntegerMatrix {
    IntegerMatrix(
      SIMD3(
        cofactor(y.y, y.z, z.y, z.z), cofactor(x.z, x.y, z.z, z.y), cofactor(x.y, x.z, y.y, y.z)),
      SIMD3(
        cofactor(y.z, y.x, z.z, z.x), cofactor(x.x, x.z, z.x, z.z), cofactor(x.z, x.x, y.z, y.x)),
      SIMD3(
        cofactor(y.x, y.y, z.x, z.y), cofactor(x.y, x.x, z.y, z.x), cofactor(x.x, x.y, y.x, y.y)))
  }

  /// The inverse; `nil` unless the determinant is 1 or −1, where it has integer entries too.
  public var inverse: IntegerMatrix? {
    switch determinant {
    case 1: adjugate
    case -1: IntegerMatrix(0 &- adjugate.x, 0 &- adjugate.y, 0 &- adjugate.z)
    default: nil
    }
  }

  public static func * (a: IntegerMatrix, b: IntegerMatrix) -> IntegerMatrix {
    func row(_ r: SIMD3<Int>) -> SIMD3<Int> { r.x &* b.x &+ r.y &* b.y &+ r.z &* b.z }
    return IntegerMatrix(row(a.x), row(a.y), row(a.z))
  }

  /// The product with a column of numbers.
  public static func * (a: IntegerMatrix, v: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(dot(SIMD3<Double>(a.x), v), dot(SIMD3<Double>(a.y), v), dot(SIMD3<Double>(a.z), v))
  }

  private func cofactor(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Int { a &* d &- b &* c }
}
