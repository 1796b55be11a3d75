public import Matter

/// What the virtual laboratory found out about one composition.
///
/// Each property is a mean over random cells with its standard deviation over them; the standard
/// error of the mean is `spread / √cells`.
public struct AlloyMeasurement: Codable, Hashable, Sendable {
  /// The phase with the lowest mean energy.
  public let phase: CrystalPhase

  /// Random cells of that phase behind each mean.
  public let cells: Int

  /// What the cells hold: elements in order of atomic number, and atoms of each in one cell.
  public let elements: [Element]
  public let counts: [Int]

  /// eV/atom against the pure metals in their own ground states under the same potential.
  public let formationEnergyPerAtom: Estimate

  /// Å: the edge of the conventional cube, for hcp the shorter edge `a`.
  public let latticeParameter: Estimate

  /// c/a, for hcp only.
  public let axialRatio: Estimate?

  /// g/cm³.
  public let density: Estimate

  /// GPa, with relaxed ions.
  public let bulkModulusGPa: Estimate

  /// Cubic averages of the elastic constants, GPa, with relaxed ions; `nil` for hcp and when the
  /// laboratory was not asked for them.
  public let c11GPa: Estimate?
  public let c12GPa: Estimate?
  public let c44GPa: Estimate?

  /// Root mean square of the atoms' displacements from the ideal sites over the distance of
  /// nearest neighbors, dimensionless.
  public let latticeDistortion: Estimate

  /// Whether the atoms came to rest on their sites.
  ///
  /// Where they did not, no phase of the random solution is mechanically stable. The search ended
  /// when ``latticeDistortion`` passed ``VirtualLaboratory/Configuration/distortionLimit``: it is
  /// then a lower bound, the formation energy an upper bound, and the bulk modulus that of clamped
  /// ions.
  public let retainsLattice: Bool

  /// Mean formation energy of every phase looked at, eV/atom.
  public let phaseEnergies: [PhaseEnergy]

  public struct PhaseEnergy: Codable, Hashable, Sendable {
    public let phase: CrystalPhase
    public let formationEnergyPerAtom: Double
    public let cells: Int
  }

  /// Atomic fractions that the cells really hold, in the order of ``elements``.
  public var achievedFractions: [Double] {
    let total = Double(counts.reduce(0, +))
    return counts.map { Double($0) / total }
  }
}

/// Why a measurement was not made.
public enum LaboratoryError: Error, Hashable, Sendable, CustomStringConvertible {
  case unsupported(Element, supported: [Element])
  case invalidConfiguration(String)
  /// No cell of any phase came to rest.
  case notConverged(composition: String, steps: Int)
  case potential(PotentialError)

  public var description: String {
    switch self {
    case .unsupported(let element, let supported):
      "The virtual laboratory has no potential for \(element); it can measure alloys of "
        + supported.map(\.symbol).joined(separator: " ") + "."
    case .invalidConfiguration(let reason):
      reason
    case .notConverged(let composition, let steps):
      "No random cell of \(composition) came to rest within \(steps) relaxation steps; "
        + "raise maximumSteps or leave the composition out."
    case .potential(let error):
      error.description
    }
  }
}
