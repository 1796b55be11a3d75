public import Matter

/// The constants of one metal in the embedded-atom model of Zhou, Johnson and Wadley.
///
/// Phys. Rev. B 69, 144113 (2004), equations 1–13. Letters are those of the paper; `α β κ λ η`
/// and the factors are dimensionless.
public struct ZhouParameters: Sendable {
  public let element: Element
  /// u.
  public let mass: Double
  /// Equilibrium distance of nearest neighbors, Å.
  public let re: Double
  /// Scale of the electron density, arbitrary units that only ratios of metals see.
  public let fe: Double
  /// Electron density at equilibrium and scale of the last embedding piece, units of `fe`.
  public let rhoE: Double
  public let rhoS: Double
  public let alpha: Double
  public let beta: Double
  /// Repulsive and attractive pair strength, eV.
  public let a: Double
  public let b: Double
  public let kappa: Double
  public let lambda: Double
  /// Embedding coefficients below and around the equilibrium density, eV.
  public let fn: SIMD4<Double>
  public let f: SIMD4<Double>
  public let eta: Double
  /// `F_e`, scale of the embedding energy at high density, eV.
  public let fEnd: Double
  /// Where the pieces of the embedding function meet, in units of `rhoE`.
  public let lower: Double
  public let upper: Double

  init(
    atomicNumber: Int, mass: Double, re: Double, fe: Double, rhoE: Double, rhoS: Double,
    alpha: Double, beta: Double, a: Double, b: Double, kappa: Double, lambda: Double,
    fn: (Double, Double, Double, Double), f: (Double, Double, Double, Double), eta: Double,
    fEnd: Double, lower: Double, upper: Double
  ) {
    guard let element = Element(atomicNumber: atomicNumber) else {
      preconditionFailure("\(atomicNumber) is not an atomic number")
    }
    self.element = element
    self.mass = mass
    self.re = re
    self.fe = fe
    self.rhoE = rhoE
    self.rhoS = rhoS
    self.alpha = alpha
    self.beta = beta
    self.a = a
    self.b = b
    self.kappa = kappa
    self.lambda = lambda
    self.fn = SIMD4(fn.0, fn.1, fn.2, fn.3)
    self.f = SIMD4(f.0, f.1, f.2, f.3)
    self.eta = eta
    self.fEnd = fEnd
    self.lower = lower
    self.upper = upper
  }

  /// The constants of one metal, `nil` outside the sixteen.
  public static func of(_ element: Element) -> ZhouParameters? {
    all.first { $0.element == element }
  }
}
