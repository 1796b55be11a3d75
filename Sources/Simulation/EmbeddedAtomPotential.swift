public import Matter

/// The embedded-atom potential of Zhou, Johnson and Wadley for any of its sixteen metals.
///
///     E = Σ_i F_i(ρ_i) + Σ_{i<j} φ_ij(r_ij),   ρ_i = Σ_{j≠i} f_j(r_ij)
///
/// Phys. Rev. B 69, 144113 (2004), doi:10.1103/PhysRevB.69.144113. The functions, their cutoff
/// and their smoothing are those of ``EmbeddedAtomFunctions``. The cross terms come from the
/// pure metals by Johnson's rule, not from alloy data: trends between alloys are physical,
/// single values are those of this model.
public struct EmbeddedAtomPotential: Sendable {
  /// The metals of the potential, each once, as given.
  public let elements: [Element]

  /// The longest distance at which two of the metals interact, Å.
  public let cutoff: Double

  /// The sixteen metals, in the order of the paper.
  public static let supportedElements: [Element] = ZhouParameters.all.map(\.element)

  /// - Throws: ``PotentialError`` when an element is not one of the sixteen, appears twice, or
  ///   none is given.
  public init(_ elements: [Element]) throws(PotentialError) {
    guard !elements.isEmpty else { throw .noElements }
    var longest = 0.0
    for (place, element) in elements.enumerated() {
      guard let functions = EmbeddedAtomFunctions.of(element) else {
        throw .unsupported(element, supported: Self.supportedElements)
      }
      guard !elements[..<place].contains(element) else { throw .duplicate(element) }
      longest = max(longest, functions.cutoff)
    }
    self.elements = elements
    cutoff = longest
  }

  /// The functions of each metal, in the order of ``elements``.
  public var functions: [EmbeddedAtomFunctions] {
    elements.compactMap(EmbeddedAtomFunctions.of)
  }

  /// Energy, forces and stress of a crystal.
  ///
  /// Makes a new neighbor list; for many evaluations of one system keep an
  /// ``EmbeddedAtomSystem``.
  ///
  /// - Throws: ``PotentialError`` when the crystal holds an element outside ``elements``.
  public func evaluate(_ crystal: Crystal) throws(PotentialError) -> Evaluation {
    for element in try Self.elements(of: crystal) where !elements.contains(element) {
      throw .unsupported(element, supported: elements)
    }
    let system = try EmbeddedAtomSystem(crystal, skin: 0)
    system.evaluate()
    return Evaluation(
      energy: system.energy, forces: system.forces, stress: system.stress)
  }
}

extension EmbeddedAtomPotential {
  /// The element on each site.
  ///
  /// - Throws: ``PotentialError`` when a site is shared or partly vacant.
  static func elements(of crystal: Crystal) throws(PotentialError) -> [Element] {
    guard let elements = crystal.elements else { throw .disordered }
    return elements
  }
}

/// Energy and its derivatives for one crystal.
public struct Evaluation: Hashable, Sendable {
  /// eV for the whole cell.
  public let energy: Double
  /// Minus the derivative by each Cartesian position, eV/Å, `[sites]`.
  public let forces: [SIMD3<Double>]
  /// Derivative of the energy by strain over volume, eV/Å³; positive under tension.
  public let stress: Stress
}

/// A symmetric stress, eV/Å³, positive under tension; 1 eV/Å³ is 160.2177 GPa.
public struct Stress: Hashable, Sendable {
  public var xx, yy, zz, yz, xz, xy: Double

  /// GPa in one eV/Å³: 10²¹ times the elementary charge in coulomb (exact, SI 2019).
  public static let gigapascals = 160.217_663_4

  /// Minus a third of the trace, eV/Å³.
  public var pressure: Double { -(xx + yy + zz) / 3 }

  /// Minus a third of the trace, GPa: positive under compression.
  public var pressureGPa: Double { pressure * Self.gigapascals }

  /// The six components in Voigt's order: xx, yy, zz, yz, xz, xy.
  public var voigt: [Double] { [xx, yy, zz, yz, xz, xy] }

  /// The largest absolute component, eV/Å³.
  public var largest: Double { voigt.reduce(0) { max($0, abs($1)) } }
}

/// Why a potential cannot be used.
public enum PotentialError: Error, Hashable, Sendable, CustomStringConvertible {
  case noElements
  case unsupported(Element, supported: [Element])
  case duplicate(Element)
  case disordered
  case neighbors(NeighborListError)

  public var description: String {
    switch self {
    case .noElements:
      "A potential needs at least one element."
    case .unsupported(let element, let supported):
      "There is no embedded-atom potential for \(element); it knows "
        + supported.map(\.symbol).joined(separator: " ") + "."
    case .duplicate(let element):
      "\(element) is listed twice; name each element once."
    case .disordered:
      "A site of the crystal is shared or partly vacant; a potential needs one atom on each site."
    case .neighbors(let error):
      error.description
    }
  }
}
