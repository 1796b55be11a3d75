import Foundation
public import Matter

/// The density, pair and embedding functions of one metal, from the formulas of the paper.
///
/// Zhou, Johnson and Wadley, Phys. Rev. B 69, 144113 (2004). With `x = r / r_e`:
///
///     f(r)  = f_e exp(−β(x − 1)) / (1 + (x − λ)²⁰)
///     φ(r)  = A exp(−α(x − 1)) / (1 + (x − κ)²⁰) − B exp(−β(x − 1)) / (1 + (x − λ)²⁰)
///     φ_ab  = ½ (f_b / f_a · φ_aa + f_a / f_b · φ_bb)
///
/// **Cutoff.** These functions decay but never vanish. The authors' own generator of tables cuts
/// them off abruptly at √5 r_e of the largest metal in the set, so a metal's energy depends on
/// its company. Here each metal has its own cutoff, where `f` has fallen to 10⁻⁶ `f_e` (1.9 r_e
/// for bcc, 2.2–2.4 r_e for fcc and hcp metals), and a fifth-order step with two continuous
/// derivatives takes `f` and `φ` to zero from the place where `f` is 10⁻⁵ `f_e`. The step cancels
/// in `φ / f`, so the alloy rule holds unchanged for the smoothed functions. Against the
/// untruncated sums the energy changes by less than 10⁻⁴ eV an atom.
///
/// **Embedding.** The printed coefficients join to within 5·10⁻⁷ eV; the outer pieces are shifted
/// by that much, so that the energy has no steps.
public struct EmbeddedAtomFunctions: Sendable {
  public let parameters: ZhouParameters
  /// Beyond this distance, Å, density and pair energy are exactly zero.
  public let cutoff: Double
  /// Where the smooth step to zero begins, Å.
  public let smoothingStart: Double
  private let lowerShift: Double
  private let upperShift: Double

  init(_ parameters: ZhouParameters) {
    self.parameters = parameters
    cutoff = parameters.re * Self.reduced(parameters, falling: 1e-6)
    smoothingStart = parameters.re * Self.reduced(parameters, falling: 1e-5)
    let low = parameters.lower * parameters.rhoE
    let high = parameters.upper * parameters.rhoE
    lowerShift =
      Self.middle(parameters, low).energy - Self.below(parameters, low).energy
    upperShift =
      Self.middle(parameters, high).energy - Self.above(parameters, high).energy
  }

  /// The reduced distance at which the density has fallen to a share of `f_e`, by bisection.
  private static func reduced(_ p: ZhouParameters, falling share: Double) -> Double {
    var (low, high) = (1.2, 4.0)
    for _ in 0..<60 {
      let x = (low + high) / 2
      let density = exp(-p.beta * (x - 1)) / (1 + pow(x - p.lambda, 20))
      if density > share { low = x } else { high = x }
    }
    return (low + high) / 2
  }

  /// Electron density at a distance, Å, with its derivatives, cut off smoothly.
  func density(_ r: Jet) -> Jet {
    guard r.value < cutoff else { return .constant(0) }
    return bareDensity(r) * step(r)
  }

  /// `φ / f` at a distance, Å, the same with and without the smooth cutoff.
  func pairPerDensity(_ r: Jet) -> Jet { barePair(r) / bareDensity(r) }

  /// Electron density without a cutoff.
  func bareDensity(_ r: Jet) -> Jet {
    decay(r, parameters.fe, parameters.beta, parameters.lambda)
  }

  /// Pair energy without a cutoff, eV.
  func barePair(_ r: Jet) -> Jet {
    decay(r, parameters.a, parameters.alpha, parameters.kappa)
      - decay(r, parameters.b, parameters.beta, parameters.lambda)
  }

  private func decay(_ r: Jet, _ scale: Double, _ rate: Double, _ center: Double) -> Jet {
    let x = (1 / parameters.re) * r
    let exponent = -rate * (x - .constant(1))
    return scale * exponent.exponential / (.constant(1) + (x - .constant(center)).power(20))
  }

  /// 1 before ``smoothingStart``, 0 after ``cutoff``, `1 − 10u³ + 15u⁴ − 6u⁵` between.
  private func step(_ r: Jet) -> Jet {
    guard r.value > smoothingStart else { return .constant(1) }
    let u = (1 / (cutoff - smoothingStart)) * (r - .constant(smoothingStart))
    let polynomial = .constant(10) - 15 * u + 6 * (u * u)
    return .constant(1) - u * u * u * polynomial
  }

  /// Embedding energy, eV, and its derivative by the density.
  public func embedding(_ density: Double) -> (energy: Double, slope: Double) {
    if density < parameters.lower * parameters.rhoE {
      let piece = Self.below(parameters, density)
      return (piece.energy + lowerShift, piece.slope)
    }
    if density < parameters.upper * parameters.rhoE { return Self.middle(parameters, density) }
    let piece = Self.above(parameters, density)
    return (piece.energy + upperShift, piece.slope)
  }

  private static func below(
    _ p: ZhouParameters, _ density: Double
  ) -> (energy: Double, slope: Double) {
    cubic(p.fn, density, p.lower * p.rhoE)
  }

  private static func middle(
    _ p: ZhouParameters, _ density: Double
  ) -> (energy: Double, slope: Double) {
    cubic(p.f, density, p.rhoE)
  }

  private static func above(
    _ p: ZhouParameters, _ density: Double
  ) -> (energy: Double, slope: Double) {
    let logarithm = log(density / p.rhoS)
    let power = exp(p.eta * logarithm)
    return (
      p.fEnd * (1 - p.eta * logarithm) * power,
      -p.fEnd * p.eta * p.eta * logarithm * power / density
    )
  }

  private static func cubic(
    _ c: SIMD4<Double>, _ density: Double, _ scale: Double
  ) -> (energy: Double, slope: Double) {
    let t = density / scale - 1
    return (((c.w * t + c.z) * t + c.y) * t + c.x, ((3 * c.w * t + 2 * c.z) * t + c.y) / scale)
  }

  /// The pair energy between two metals, eV, smoothed; 0 beyond the longer cutoff.
  static func pair(
    _ a: EmbeddedAtomFunctions, _ b: EmbeddedAtomFunctions, _ r: Jet
  ) -> Jet {
    0.5 * (b.density(r) * a.pairPerDensity(r) + a.density(r) * b.pairPerDensity(r))
  }

  /// Electron density of one atom at a distance, Å.
  public func density(at distance: Double) -> Double { density(.constant(distance)).value }

  /// The pair energy, eV, with another metal at a distance, Å.
  public func pairEnergy(with other: EmbeddedAtomFunctions, at distance: Double) -> Double {
    Self.pair(self, other, .constant(distance)).value
  }

  /// The functions of each of the sixteen metals, in the order of ``ZhouParameters/all``.
  public static let all: [EmbeddedAtomFunctions] = ZhouParameters.all.map(Self.init)

  /// The functions of one metal, `nil` outside the sixteen.
  public static func of(_ element: Element) -> EmbeddedAtomFunctions? {
    all.first { $0.parameters.element == element }
  }
}
