public import Matter

/// The frontier of the atomic orbitals, and what it costs atoms to gain and lose electrons.
///
/// The electrons of a formula fill the orbitals of its free atoms from below: the last that takes
/// one is the HOMO, the first with room is the LUMO, the same where it is not full. Energies of
/// density-functional theory in eV (``AtomicOrbitalTable``); the idea and the result are those of
/// pymatgen's `MolecularOrbitals`, which asks for whole amounts. Then the six statistics of the
/// electron affinity (kJ/mol), the first two ionization energies (eV) and the polarizability (Å³).
public struct OrbitalDescriptor: FixedDescriptor {
  public let name = "orbital"
  public let version = 1
  public let columns: [String]

  private static let names = [
    "ElectronAffinity", "FirstIonizationEnergy", "SecondIonizationEnergy", "Polarizability",
  ]
  private static let table = PropertyTable.joined([
    ElementConstants.electronAffinity, ElementConstants.firstIonizationEnergy,
    ElementConstants.secondIonizationEnergy, ElementConstants.polarizability,
  ])
  private static let tableHash: UInt64 = {
    var hash = StableHash()
    hash.add(table)
    hash.add(AtomicOrbitalTable.offsets)
    hash.add(AtomicOrbitalTable.energies)
    hash.add(AtomicOrbitalTable.angularMomenta)
    return hash.value
  }()

  public var constantsHash: UInt64 { Self.tableHash }

  public init() {
    let kinds = ["s", "p", "d", "f"]
    columns =
      ["HOMO energy", "LUMO energy", "orbital gap"] + kinds.map { "HOMO is \($0)" }
      + kinds.map { "LUMO is \($0)" }
      + ElementStatistics.columns(of: Self.names, prefix: "atomic")
  }

  public func rows(_ compositions: [Composition]) throws(DescriptorError) -> [Double] {
    let width = columns.count
    let properties = Self.names.count
    var rows = [Double](repeating: 0, count: compositions.count * width)
    var statistics = ElementStatistics(Self.table, properties: properties)
    var span = rows.mutableSpan
    for (index, composition) in compositions.enumerated() {
      let start = index * width
      let frontier = OrbitalFrontier(composition)
      span[start] = frontier?.highest.energy ?? .nan
      span[start + 1] = frontier?.lowest?.energy ?? .nan
      span[start + 2] = span[start + 1] - span[start]
      for kind in 0..<4 {
        span[start + 3 + kind] = Self.flag(frontier?.highest, kind)
        span[start + 7 + kind] = Self.flag(frontier?.lowest, kind)
      }
      statistics.write(composition, into: &span, at: start + 11)
    }
    return rows
  }

  private static func flag(_ orbital: OrbitalFrontier.Orbital?, _ kind: Int) -> Double {
    orbital.map { $0.angularMomentum == kind ? 1 : 0 } ?? .nan
  }
}

/// Properties side by side.
enum PropertyTable {
  /// Element by element the values of all columns.
  static func joined(_ columns: [[Double]]) -> [Double] {
    (0..<Element.count).flatMap { element in columns.map { $0[element] } }
  }
}
