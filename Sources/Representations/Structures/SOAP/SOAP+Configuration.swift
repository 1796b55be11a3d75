extension SOAP {
  /// The radial functions that the density is expanded in.
  public enum Basis: String, Codable, CaseIterable, Hashable, Sendable {
    /// Orthonormalized `r^l exp(−α r²)`, which have fallen to 10⁻³ at radii evenly spaced from 1 Å
    /// to the cutoff; they reach beyond the cutoff.
    case gto
    /// Orthonormalized `(cutoff − r)^(n + 2)`, zero from the cutoff on.
    case polynomial
  }

  /// How the features of pairs of elements are thinned out.
  ///
  /// Darby, Kermode and Csányi, npj Comput. Mater. 8, 166 (2022).
  public enum Compression: String, Codable, CaseIterable, Hashable, Sendable {
    /// Every pair of elements.
    case off
    /// One density for all elements, each by its ``Configuration/elementWeights``.
    case mu2
    /// The density of each element against the sum of all.
    case mu1nu1
    /// Only pairs of an element with itself.
    case crossover
  }

  /// How much an atom counts by its distance from the center.
  ///
  /// Lengths in Å. The formulas are those of DScribe 2.1.
  public enum Weighting: Codable, Hashable, Sendable {
    /// `scale (1 + 2 (r/radius)³ − 3 (r/radius)²)^exponent` up to the radius, 0 beyond it.
    /// Caro, Phys. Rev. B 100, 024112 (2019).
    case polynomial(scale: Double, radius: Double, exponent: Double)
    /// `scale / (offset + (r/radius)^exponent)`. Willatt, Musil and Ceriotti, Phys. Chem. Chem.
    /// Phys. 20, 29661 (2018).
    case power(scale: Double, offset: Double, radius: Double, exponent: Double)
    /// `scale / (offset + exp(−r/radius))`: grows with the distance where the radius is positive,
    /// falls where it is negative.
    case exponential(scale: Double, offset: Double, radius: Double)
  }

  /// How the centers of a structure are averaged.
  public enum Average: String, Codable, CaseIterable, Hashable, Sendable {
    /// The expansions are averaged, then made a power spectrum.
    case inner
    /// The power spectra are averaged.
    case outer
  }

  /// What the density is expanded around.
  public enum Centers: Hashable, Sendable {
    /// Every site of the structure.
    case allSites
    /// Some sites, by their places.
    case sites([Int])
    /// Points in space, Cartesian, Å; they stay where they are when atoms move.
    case positions([SIMD3<Double>])
  }

  /// Everything but the elements.
  public struct Configuration: Codable, Hashable, Sendable {
    /// Where the radial functions end, Å. Atoms count up to ``SOAP/reach``, which is farther.
    public var cutoff = 6.0

    /// Radial functions.
    public var nMax = 8

    /// Greatest degree of the spherical harmonics.
    public var lMax = 6

    /// Standard deviation of the Gaussians that stand for atoms, Å.
    public var sigma = 0.5

    public var basis = Basis.gto

    /// `nil`: every atom counts 1.
    public var weighting: Weighting?

    /// What an atom counts that sits on the center; `nil`: what the weighting says at distance 0.
    public var centralWeight: Double?

    public var compression = Compression.off

    /// What atoms of each element count, in the order of ``SOAP/elements``; `nil`: 1 each.
    public var elementWeights: [Double]?

    /// Over how many Å up to ``SOAP/reach`` atoms fade out. With 0 they count fully up to there
    /// and not at all beyond, as in DScribe: features then jump by some 10⁻³ (Gaussian type
    /// orbitals) or 10⁻⁶ (polynomials) of what a close atom does.
    public var taper = 0.0

    public init() {}
  }
}

extension SOAP.Configuration {
  /// - Throws: ``SOAPError`` naming the first setting that is not usable.
  func validate(elements: Int) throws(SOAPError) {
    let least = basis == .gto ? 1.0 : 0
    guard cutoff.isFinite, cutoff > least, cutoff <= SOAP.greatestCutoff else {
      throw .invalidCutoff(cutoff, least: least)
    }
    guard SOAP.radialCounts.contains(nMax) else {
      throw .invalidCount(name: "n-max", value: nMax, range: SOAP.radialCounts)
    }
    guard SOAP.degrees.contains(lMax) else {
      throw .invalidCount(name: "l-max", value: lMax, range: SOAP.degrees)
    }
    guard sigma.isFinite, sigma >= SOAP.leastWidth * cutoff, sigma < cutoff else {
      throw .invalidWidth(sigma, least: SOAP.leastWidth * cutoff)
    }
    if let centralWeight, !centralWeight.isFinite || centralWeight < 0 {
      throw .invalidWeighting("what the central atom counts must be 0 or more.")
    }
    guard taper.isFinite, taper >= 0, taper <= cutoff else { throw .invalidTaper(taper) }
    try weighting?.validate(hasCentralWeight: centralWeight != nil)
    if let elementWeights,
      elementWeights.count != elements || !elementWeights.allSatisfy(\.isFinite)
    {
      throw .elementWeights(count: elementWeights.count, elements: elements)
    }
  }
}
