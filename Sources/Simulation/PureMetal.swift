public import Matter

/// What the potential says of a pure metal, phase by phase.
public struct PureMetal: Sendable {
  /// One relaxed structure.
  public struct Structure: Hashable, Sendable {
    public let phase: CrystalPhase
    /// eV.
    public let energyPerAtom: Double
    /// Å³.
    public let volumePerAtom: Double
    /// Å.
    public let latticeParameter: Double
    /// c/a, for hcp only.
    public let axialRatio: Double?
  }

  public let element: Element

  /// The relaxed fcc, bcc and hcp structures, in the order of ``CrystalPhase``.
  public let structures: [Structure]

  /// The structure of lowest energy under this potential.
  public var groundState: Structure {
    structures.reduce(structures[0]) { $1.energyPerAtom < $0.energyPerAtom ? $1 : $0 }
  }

  public func structure(_ phase: CrystalPhase) -> Structure {
    // Every phase is relaxed when the metal is made.
    structures.first { $0.phase == phase } ?? groundState
  }

  /// All sixteen metals, in the order of the paper; computed on first use.
  public static let all: [PureMetal] = EmbeddedAtomFunctions.all.map(PureMetal.init)

  /// `nil` outside the sixteen.
  public static func of(_ element: Element) -> PureMetal? { all.first { $0.element == element } }

  private init(_ functions: EmbeddedAtomFunctions) {
    let element = functions.parameters.element
    self.element = element
    structures = CrystalPhase.allCases.map { phase in
      do {
        return try Self.relaxed(element, phase, neighborDistance: functions.parameters.re)
      } catch {
        preconditionFailure("\(element) \(phase): \(error)")  // tested for all 48
      }
    }
  }

  private static func relaxed(
    _ element: Element, _ phase: CrystalPhase, neighborDistance: Double
  ) throws -> Structure {
    let a =
      neighborDistance
      / phase.neighborDistance(
        volumePerAtom: phase.volumePerAtom(latticeParameter: 1))
    let system = try EmbeddedAtomSystem(
      phase.crystal(of: element, latticeParameter: a), skin: 0.3)
    var configuration = Relaxation.Configuration()
    configuration.cell = phase.cellFreedom
    configuration.forceTolerance = 1e-8
    configuration.stressToleranceGPa = 1e-6
    _ = try Relaxation(configuration: configuration).relax(system)
    let volume = system.lattice.volume / Double(system.count)
    let ratio = phase == .hcp ? length(system.lattice.c) / length(system.lattice.a) : nil
    return Structure(
      phase: phase, energyPerAtom: system.energy / Double(system.count), volumePerAtom: volume,
      latticeParameter: phase.latticeParameter(
        volumePerAtom: volume, axialRatio: ratio ?? CrystalPhase.idealAxialRatio),
      axialRatio: ratio)
  }
}

extension CrystalPhase {
  /// The strains that keep the phase's symmetry.
  var cellFreedom: CellFreedom { self == .hcp ? .axial : .volume }
}
