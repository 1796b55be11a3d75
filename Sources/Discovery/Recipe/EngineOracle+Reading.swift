import Formats
import Foundation
import Matter
import Simulation

extension EngineOracle.Configuration {
  private enum Program: String, CaseIterable {
    case lammps
    case quantumEspresso = "quantum-espresso"
    case gpaw
    case ipi
  }

  private enum Relaxation: String, CaseIterable {
    case none, fixed, volume, axial, full

    var cell: CellFreedom? { CellFreedom(rawValue: rawValue) }
  }

  /// Reads the recipe's `engine`.
  init(_ mapping: RecipeMapping) throws(ReadingError) {
    _ = try mapping.string("program")
    let program = try mapping.choice("program", default: Program.lammps)
    let choice: EngineChoice
    switch program {
    case .lammps: choice = .lammps(try LAMMPSEngine.Configuration(mapping))
    case .quantumEspresso: choice = .quantumEspresso(try QuantumEspresso.Configuration(mapping))
    case .gpaw: choice = .gpaw(try GPAWEngine.Configuration(mapping))
    case .ipi: choice = .ipi(try IPIEngine.Configuration(mapping))
    }
    let usual: Relaxation = program == .ipi ? .fixed : .full
    self.init(choice, relaxation: try mapping.choice("relax", default: usual).cell)
    if let energies = try mapping.optionalMapping("references") {
      for symbol in energies.keys { references[symbol] = try energies.double(symbol) }
    }
    referenceStructures = try mapping.optionalString("referenceStructures")
  }
}

extension EngineTolerances {
  fileprivate mutating func read(_ mapping: RecipeMapping) throws(ReadingError) {
    force = try mapping.double("force", default: force)
    stressGPa = try mapping.double("stress", default: stressGPa)
    maximumSteps = try mapping.integer("maximumSteps", default: maximumSteps)
    guard force > 0, stressGPa > 0, (1...1_000_000).contains(maximumSteps) else {
      throw mapping.error(
        at: "force", "force (eV/Å), stress (GPa) and maximumSteps must be above 0.")
    }
  }
}

extension EngineLimits {
  fileprivate mutating func read(_ mapping: RecipeMapping) throws(ReadingError) {
    timeLimitSeconds = try mapping.seconds("timeLimit", default: timeLimitSeconds)
    memoryLimitMB = try mapping.optionalInteger("memoryMB")
    if let memory = memoryLimitMB, memory < 1 {
      throw mapping.error(at: "memoryMB", "it is \(memory); it must be at least 1.")
    }
    workplace = try mapping.optionalString("keep")
  }
}

extension RecipeMapping {
  fileprivate func attempts(default value: Int) throws(ReadingError) -> Int {
    let attempts = try integer("attempts", default: value)
    guard (1...10).contains(attempts) else {
      throw error(at: "attempts", "it is \(attempts); write a number from 1 to 10.")
    }
    return attempts
  }
}

extension LAMMPSEngine.Configuration {
  fileprivate init(_ mapping: RecipeMapping) throws(ReadingError) {
    let file = try mapping.optionalString("potential")
    switch (file, try mapping.optionalString("model")) {
    case (let file?, nil):
      self.init(
        .file(
          try mapping.choice("style", default: LAMMPSPotential.Style.embeddedAtomAlloy), file))
    case (nil, let model?): self.init(.model(model))
    default:
      throw mapping.error(
        at: "potential", "give a potential with its style, or a model of OpenKIM.")
    }
    program = try mapping.string("executable", default: program)
    attempts = try mapping.attempts(default: attempts)
    try tolerances.read(mapping)
    try limits.read(mapping)
  }
}

extension QuantumEspresso.Configuration {
  fileprivate init(_ mapping: RecipeMapping) throws(ReadingError) {
    self.init()
    program = try mapping.string("executable", default: program)
    functional = try mapping.choice("functional", default: functional)
    cutoffRydberg = try mapping.double("cutoff", default: cutoffRydberg)
    densityCutoffRydberg = try mapping.optionalDouble("densityCutoff")
    kPointSpacing = try mapping.double("kPointSpacing", default: kPointSpacing)
    smearing = try mapping.double("smearing", default: smearing)
    convergenceRydberg = try mapping.double("convergence", default: convergenceRydberg)
    maximumIterations = try mapping.integer("iterations", default: maximumIterations)
    pseudopotentialFolder = try mapping.string(
      "pseudopotentialFolder", default: pseudopotentialFolder)
    if let files = try mapping.optionalMapping("pseudopotentials") {
      for symbol in files.keys { pseudopotentials[symbol] = try files.string(symbol) }
    }
    if let shares = try mapping.optionalMapping("magnetization") {
      for symbol in shares.keys { startingMagnetization[symbol] = try shares.double(symbol) }
    }
    attempts = try mapping.attempts(default: attempts)
    try tolerances.read(mapping)
    try limits.read(mapping)
  }
}

extension GPAWEngine.Configuration {
  fileprivate init(_ mapping: RecipeMapping) throws(ReadingError) {
    self.init()
    program = try mapping.string("executable", default: program)
    functional = try mapping.choice("functional", default: functional)
    cutoff = try mapping.double("cutoff", default: cutoff)
    kPointSpacing = try mapping.double("kPointSpacing", default: kPointSpacing)
    smearing = try mapping.double("smearing", default: smearing)
    convergence = try mapping.double("convergence", default: convergence)
    maximumIterations = try mapping.integer("iterations", default: maximumIterations)
    setupFolder = try mapping.string("setupFolder", default: setupFolder)
    if let moments = try mapping.optionalMapping("magneticMoments") {
      for symbol in moments.keys { magneticMoments[symbol] = try moments.double(symbol) }
    }
    attempts = try mapping.attempts(default: attempts)
    try tolerances.read(mapping)
    try limits.read(mapping)
  }
}

extension IPIEngine.Configuration {
  private enum ClientProgram: String, CaseIterable {
    case lammps
    case quantumEspresso = "quantum-espresso"
  }

  fileprivate init(_ mapping: RecipeMapping) throws(ReadingError) {
    let command = try mapping.strings("command")
    if command.isEmpty {
      _ = try mapping.string("client")
      switch try mapping.choice("client", default: ClientProgram.lammps) {
      case .lammps: self.init(.lammps(try LAMMPSEngine.Configuration(mapping)))
      case .quantumEspresso:
        self.init(.quantumEspresso(try QuantumEspresso.Configuration(mapping)))
      }
    } else {
      self.init(.command(command, fidelity: try mapping.string("fidelity")))
    }
    try tolerances.read(mapping)
    try limits.read(mapping)
  }
}
