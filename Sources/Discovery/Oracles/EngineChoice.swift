import Formats
import Matter
public import Simulation

/// Which engine computes, with its settings.
public enum EngineChoice: Codable, Hashable, Sendable {
  case lammps(LAMMPSEngine.Configuration)
  case quantumEspresso(QuantumEspresso.Configuration)
  case gpaw(GPAWEngine.Configuration)
  case ipi(IPIEngine.Configuration)

  public var engine: any ExternalEngine {
    switch self {
    case .lammps(let settings): LAMMPSEngine(settings)
    case .quantumEspresso(let settings): QuantumEspresso(settings)
    case .gpaw(let settings): GPAWEngine(settings)
    case .ipi(let settings): IPIEngine(settings) { Self.extendedXYZ($0) }
    }
  }

  /// Gives every file a place.
  mutating func locate(_ place: (String) -> String) {
    switch self {
    case .lammps(var settings):
      Self.locate(&settings, place)
      self = .lammps(settings)
    case .quantumEspresso(var settings):
      Self.locate(&settings, place)
      self = .quantumEspresso(settings)
    case .gpaw(var settings):
      settings.program = place(settings.program)
      settings.setupFolder = place(settings.setupFolder)
      self = .gpaw(settings)
    case .ipi(var settings):
      switch settings.client {
      case .lammps(var client):
        Self.locate(&client, place)
        settings.client = .lammps(client)
      case .quantumEspresso(var client):
        Self.locate(&client, place)
        settings.client = .quantumEspresso(client)
      case .command(let command, let fidelity):
        settings.client = .command(command.map(place), fidelity: fidelity)
      }
      self = .ipi(settings)
    }
  }

  private static func locate(
    _ settings: inout LAMMPSEngine.Configuration, _ place: (String) -> String
  ) {
    settings.program = place(settings.program)
    if case .file(let style, let path) = settings.potential {
      settings.potential = .file(style, place(path))
    }
  }

  private static func locate(
    _ settings: inout QuantumEspresso.Configuration, _ place: (String) -> String
  ) {
    settings.program = place(settings.program)
    settings.pseudopotentialFolder = place(settings.pseudopotentialFolder)
  }

  private static func extendedXYZ(_ crystal: Crystal) -> String {
    let lattice = crystal.lattice
    let symbols = (crystal.elements ?? []).map(\.symbol)
    let frame = AtomicFrame(
      symbols: symbols, positions: crystal.cartesianPositions,
      cell: AtomicFrame.Cell(a: lattice.a, b: lattice.b, c: lattice.c))
    return ExtendedXYZ.text([frame])
  }
}
