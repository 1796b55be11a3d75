/// Three vectors that span a crystal's cell, Å; right-handed or not, never flat.
public struct Lattice: Hashable, Sendable {
  public let a: SIMD3<Double>
  public let b: SIMD3<Double>
  public let c: SIMD3<Double>

  /// - Throws: ``LatticeError`` when a component is not finite or the cell has no volume.
  public init(a: SIMD3<Double>, b: SIMD3<Double>, c: SIMD3<Double>) throws(LatticeError) {
    self.a = a
    self.b = b
    self.c = c
    let lengths = length(a) * length(b) * length(c)
    guard lengths.isFinite else { throw .notFinite }
    guard abs(dot(a, cross(b, c))) > 1e-9 * lengths else { throw .noVolume }
  }

  /// Å³, positive.
  public var volume: Double { abs(dot(a, cross(b, c))) }

  /// Cartesian position, Å, of a point given in fractions of the cell vectors.
  public func cartesian(_ fractional: SIMD3<Double>) -> SIMD3<Double> {
    fractional.x * a + fractional.y * b + fractional.z * c
  }

  /// The inverse of ``cartesian(_:)``.
  public func fractional(_ cartesian: SIMD3<Double>) -> SIMD3<Double> {
    let (u, v, w) = reciprocal
    return SIMD3(dot(cartesian, u), dot(cartesian, v), dot(cartesian, w))
  }

  /// Vectors u, v, w with u·a = 1, u·b = u·c = 0 and so on (no factor 2π), 1/Å.
  public var reciprocal: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>) {
    let volume = dot(a, cross(b, c))
    return (cross(b, c) / volume, cross(c, a) / volume, cross(a, b) / volume)
  }
}

/// Why three vectors are not a lattice.
public enum LatticeError: Error, Hashable, Sendable, CustomStringConvertible {
  case notFinite
  case noVolume

  public var description: String {
    switch self {
    case .notFinite: "A cell vector has a component that is not a finite number."
    case .noVolume: "The three cell vectors lie in one plane, so the cell has no volume."
    }
  }
}

@inlinable
public func dot(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
  a.x * b.x + a.y * b.y + a.z * b.z
}

@inlinable
public func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
  SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
}

@inlinable
public func length(_ a: SIMD3<Double>) -> Double {
  dot(a, a).squareRoot()
}
