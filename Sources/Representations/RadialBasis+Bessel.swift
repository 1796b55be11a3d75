import Foundation

/// Spherical Bessel functions of order zero that vanish at the cutoff,
/// `√(2/c) sin(nπr/c)/r` for n = 1 … count, times an envelope.
///
/// Gasteiger, Groß and Günnemann, ICLR 2020, arXiv:2003.03123, equations 7 and 8; the same functions
/// are the radial basis of MACE.
public struct BesselBasis: RadialBasis, Hashable {
  /// Å.
  public let cutoff: Double

  public let count: Int

  public let envelope: Envelope

  /// - Parameters:
  ///   - cutoff: Å; positive.
  ///   - count: 1 or more.
  public init(cutoff: Double, count: Int, envelope: Envelope = .polynomial(order: 6)) {
    precondition(cutoff > 0 && cutoff.isFinite, "A cutoff is finite and greater than zero.")
    precondition(count > 0, "A basis needs at least one function.")
    self.cutoff = cutoff
    self.count = count
    self.envelope = envelope
  }

  public func values(at distance: Double) -> [Double] {
    let factor = envelope.value(at: distance / cutoff)
    return plain(at: distance).map { $0.value * factor }
  }

  public func slopes(at distance: Double) -> [Double] {
    let factor = envelope.value(at: distance / cutoff)
    let slope = envelope.slope(at: distance / cutoff) / cutoff
    return plain(at: distance).map { $0.slope * factor + $0.value * slope }
  }

  /// The functions without the envelope, and their derivatives.
  private func plain(at distance: Double) -> [(value: Double, slope: Double)] {
    let norm = (2 / cutoff).squareRoot()
    return (1...count).map { n in
      let frequency = Double(n) * .pi / cutoff
      let x = frequency * distance
      // Near zero the quotients lose their digits; their series do not.
      guard x > 1e-4 else {
        return (norm * frequency * (1 - x * x / 6), -norm * frequency * frequency * x / 3)
      }
      let (sine, cosine) = (sin(x), cos(x))
      return (norm * sine / distance, norm * (x * cosine - sine) / (distance * distance))
    }
  }
}

/// A factor that falls from 1 to 0 over the cutoff, so that neighbors come and go smoothly.
public enum Envelope: Hashable, Sendable {
  /// 1 everywhere within the cutoff.
  case none

  /// `½ (1 + cos πx)`, Behler and Parrinello, Phys. Rev. Lett. 98, 146401 (2007).
  case cosine

  /// `1 − (p+1)(p+2)/2 xᵖ + p(p+2) xᵖ⁺¹ − p(p+1)/2 xᵖ⁺²`: also its first two derivatives vanish at
  /// the cutoff (arXiv:2003.03123, equation 8).
  case polynomial(order: Int)

  /// - Parameter x: The distance in units of the cutoff; 0 or more.
  public func value(at x: Double) -> Double {
    guard x < 1 else { return 0 }
    switch self {
    case .none: return 1
    case .cosine: return 0.5 * (1 + cos(.pi * x))
    case .polynomial(let order):
      let p = Double(order)
      return 1
        + pow(x, p) * (-(p + 1) * (p + 2) / 2 + x * (p * (p + 2) - x * (p * (p + 1) / 2)))
    }
  }

  /// The derivative by `x`.
  public func slope(at x: Double) -> Double {
    guard x < 1 else { return 0 }
    switch self {
    case .none: return 0
    case .cosine: return -0.5 * .pi * sin(.pi * x)
    case .polynomial(let order):
      let p = Double(order)
      // −p(p+1)(p+2)/2 xᵖ⁻¹ (1 − x)²
      return -p * (p + 1) * (p + 2) / 2 * pow(x, p - 1) * (1 - x) * (1 - x)
    }
  }
}
