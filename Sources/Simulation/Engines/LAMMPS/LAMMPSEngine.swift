public import Matter

/// LAMMPS as an engine: Thompson et al., Comput. Phys. Commun. 271, 108171 (2022).
///
/// Relaxation is by conjugate gradients with `fix box/relax`; rounds that begin from the cell reached
/// follow until force and stress are within tolerance, since the strain energy of the fix refers to
/// the cell at its start. Whether they are is judged from forces and stress of the last structure.
public struct LAMMPSEngine: ExternalEngine {
  public struct Configuration: Codable, Hashable, Sendable {
    public var potential: LAMMPSPotential
    public var program = "lmp"
    public var tolerances = EngineTolerances()
    public var limits = EngineLimits()

    /// Each has twice the steps of the one before and goes on where it ended.
    public var attempts = 3

    public init(_ potential: LAMMPSPotential) { self.potential = potential }
  }

  public let configuration: Configuration

  public init(_ configuration: Configuration) { self.configuration = configuration }

  public var fidelity: String { "LAMMPS \(configuration.potential.name)" }

  public func check(_ elements: [Element]) throws(EngineError) {
    try EngineProgram.require(configuration.program, package: "lammps")
    try configuration.potential.check(elements)
  }

  public func compute(_ task: EngineTask) throws(EngineError) -> EngineResult {
    let tolerances = configuration.tolerances
    return try converge(
      task, attempts: configuration.attempts, remedy: "maximumSteps or the tolerances"
    ) { task, attempt throws(EngineError) in
      let report = try run(task, steps: tolerances.maximumSteps << (attempt - 1))
      var missing: String?
      if case .relaxation(let cell) = task.kind, !tolerances.areMet(by: report.evaluation, cell) {
        missing = "LAMMPS did not bring the atoms to rest"
      }
      return EngineAttempt(
        crystal: report.crystal, evaluation: report.evaluation, version: report.version,
        missing: missing)
    }
  }

  private func run(_ task: EngineTask, steps: Int) throws(EngineError) -> LAMMPSReport {
    let species = task.species
    let data = try Self.data(task)
    return try EngineRun.inFolder(configuration.program, configuration.limits) {
      run throws(EngineError) in
      try run.write(data.text, to: "data")
      try run.write(input(task, species, steps: steps), to: "in")
      let (text, ending) = try run.output(["-in", "in", "-log", "none"])
      if let error = LAMMPSReport.error(in: text + run.text("errors.txt"), potential: fidelity) {
        throw error
      }
      guard ending == .exit(0) else { throw run.failure(ending) }
      return try LAMMPSReport(output: text, dump: run.text("atoms"), of: task.crystal, data)
    }
  }

  static func data(_ task: EngineTask) throws(EngineError) -> LAMMPSData {
    do throws(PotentialError) {
      return try LAMMPSData(task.crystal, elements: task.species)
    } catch {
      throw .invalid(error.description)
    }
  }

  private func input(_ task: EngineTask, _ species: [Element], steps: Int) -> String {
    """
    \(Self.opening(configuration.potential, species))
    compute virial all pressure NULL virial
    thermo_style custom step pe lx ly lz xy xz yz c_virial[1] c_virial[2] c_virial[3] \
    c_virial[4] c_virial[5] c_virial[6]
    thermo_modify format float %.16g
    thermo 1000000
    \(relaxation(task.kind, steps: steps))
    dump atoms all custom 1 atoms id xs ys zs fx fy fz
    dump_modify atoms sort id format float %.16g
    run 0

    """
  }

  /// From the first command to the interactions; the crystal is in `data`.
  static func opening(_ potential: LAMMPSPotential, _ species: [Element]) -> String {
    let commands = potential.commands(species)
    return """
      \(commands.before)
      atom_style atomic
      atom_modify map array
      boundary p p p
      box tilt large
      read_data data
      \(commands.after)
      """
  }

  private func relaxation(_ kind: EngineTask.Kind, steps: Int) -> String {
    guard case .relaxation(let cell) = kind else { return "" }
    let tolerances = configuration.tolerances
    let minimize =
      "minimize 0 \(tolerances.force * 0.3) \(steps) \(10 * steps)"
    let head = "min_style cg\nmin_modify line quadratic norm max"
    guard let box = Self.boxRule(cell) else { return "\(head)\n\(minimize)" }
    return """
      \(head)
      variable round loop 5
      label again
      fix box all box/relax \(box) vmax 0.01
      \(minimize)
      unfix box
      next round
      jump SELF again
      """
  }

  /// The strains that `fix box/relax` may use; in the file's frame c of a hexagonal cell is along z.
  private static func boxRule(_ cell: CellFreedom) -> String? {
    switch cell {
    case .fixed: nil
    case .volume: "iso 0.0"
    case .axial: "x 0.0 y 0.0 z 0.0 couple xy"
    case .full: "tri 0.0"
    }
  }
}
