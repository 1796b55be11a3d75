import Foundation

extension Lattice {
  /// Lengths and angles of a cell, the form in which most sources give it.
  public struct Parameters: Hashable, Sendable {
    /// Å.
    public var a, b, c: Double

    /// Radians; `alpha` lies between b and c, `beta` between a and c, `gamma` between a and b.
    public var alpha, beta, gamma: Double

    public init(
      a: Double, b: Double, c: Double, alpha: Double, beta: Double, gamma: Double
    ) {
      self.a = a
      self.b = b
      self.c = c
      self.alpha = alpha
      self.beta = beta
      self.gamma = gamma
    }
  }

  /// Right-handed, with a along x and b in the xy plane.
  ///
  /// Angles of exactly 90° or 120° (to 1e-12) give exact components.
  ///
  /// - Throws: ``LatticeError`` when a length is not positive or the angles enclose no volume.
  public init(_ parameters: Parameters) throws(LatticeError) {
    let p = parameters
    for length in [p.a, p.b, p.c] where !(length > 0) { throw .noVolume }
    for angle in [p.alpha, p.beta, p.gamma] where !(angle > 0 && angle < .pi) { throw .noVolume }
    let (cosAlpha, cosBeta) = (Self.cosine(p.alpha), Self.cosine(p.beta))
    let (cosGamma, sinGamma) = (Self.cosine(p.gamma), sin(p.gamma))
    let y = (cosAlpha - cosBeta * cosGamma) / sinGamma
    let z = 1 - cosBeta * cosBeta - y * y
    guard z > 0 else { throw .noVolume }
    try self.init(
      a: SIMD3(p.a, 0, 0),
      b: SIMD3(p.b * cosGamma, p.b * sinGamma, 0),
      c: SIMD3(p.c * cosBeta, p.c * y, p.c * z.squareRoot()))
  }

  /// Lengths and angles.
  public var parameters: Parameters {
    Parameters(
      a: length(a), b: length(b), c: length(c),
      alpha: Self.angle(b, c), beta: Self.angle(a, c), gamma: Self.angle(a, b))
  }

  private static func cosine(_ angle: Double) -> Double {
    let value = cos(angle)
    if abs(value) < 1e-12 { return 0 }
    return abs(abs(value) - 0.5) < 1e-12 ? (value > 0 ? 0.5 : -0.5) : value
  }

  private static func angle(_ u: SIMD3<Double>, _ v: SIMD3<Double>) -> Double {
    atan2(length(cross(u, v)), dot(u, v))
  }
}
