import Matter

/// The input of `pw.x` for one attempt at one task.
struct PlaneWaveInput {
  let text: String

  /// Ry in one eV.
  static let rydberg =
    2 * PhysicalConstants.elementaryCharge / PhysicalConstants.hartree

  /// Å in one bohr.
  static let bohr = PhysicalConstants.bohrRadius * 1e10

  /// - Parameters:
  ///   - attempt: From 1; each mixes half as much and takes twice the steps.
  ///   - isDriven: Whether positions will come over a socket: forces are then not symmetrized, since
  ///     the symmetry of the first structure is not that of the next.
  /// - Throws: ``EngineError`` for elements without a pseudopotential and strains that `pw.x` does
  ///   not know.
  init(
    _ task: EngineTask, _ settings: QuantumEspresso.Configuration,
    _ folder: PseudopotentialFolder, attempt: Int, isDriven: Bool = false
  ) throws(EngineError) {
    let files = try task.species.map { element throws(EngineError) in
      try folder.pseudopotential(of: element)
    }
    let (steps, mixing) = (1 << (attempt - 1), 0.7 / Double(1 << (attempt - 1)))
    let crystal = task.crystal
    let (a, b, c) = (crystal.lattice.a, crystal.lattice.b, crystal.lattice.c)
    let grid = Self.grid(crystal.lattice, spacing: settings.kPointSpacing)
    text = """
      &CONTROL
      \(Self.control(task, settings, folder, steps: steps))
      /
      &SYSTEM
      \(Self.system(task, settings, files))\(isDriven ? "\n  nosym = .true., noinv = .true." : "")
      /
      &ELECTRONS
        conv_thr = \(settings.convergenceRydberg), mixing_beta = \(mixing)
        electron_maxstep = \(settings.maximumIterations * steps)
      /
      \(try Self.motion(task.kind, settings))
      ATOMIC_SPECIES
      \(files.map { "\($0.element.symbol) \($0.element.mass) \($0.file)" }.joined(separator: "\n"))
      CELL_PARAMETERS angstrom
      \([a, b, c].map { "\($0.x) \($0.y) \($0.z)" }.joined(separator: "\n"))
      ATOMIC_POSITIONS crystal
      \(zip(task.elements, crystal.positions).map { "\($0.symbol) \($1.x) \($1.y) \($1.z)" }
        .joined(separator: "\n"))
      K_POINTS automatic
      \(grid.map { "\($0)" }.joined(separator: " ")) 0 0 0

      """
  }

  /// Divisions along the reciprocal vectors: at least 1 each.
  static func grid(_ lattice: Lattice, spacing: Double) -> [Int] {
    let (u, v, w) = lattice.reciprocal
    return [u, v, w].map {
      max(1, Int(min(1000, (2 * Double.pi * length($0) / spacing - 1e-6).rounded(.up))))
    }
  }

  private static func control(
    _ task: EngineTask, _ settings: QuantumEspresso.Configuration,
    _ folder: PseudopotentialFolder, steps: Int
  ) -> String {
    let calculation =
      switch task.kind {
      case .singlePoint: "scf"
      case .relaxation(.fixed): "relax"
      case .relaxation: "vc-relax"
      }
    let force = settings.tolerances.force * rydberg * bohr
    return """
        calculation = '\(calculation)', prefix = 'pw', outdir = './out', disk_io = 'none'
        pseudo_dir = '\(folder.path)'
        tprnfor = .true., tstress = .true.
        forc_conv_thr = \(force), etot_conv_thr = 1e-5
        nstep = \(settings.tolerances.maximumSteps * steps)
      """
  }

  private static func system(
    _ task: EngineTask, _ settings: QuantumEspresso.Configuration, _ files: [Pseudopotential]
  ) -> String {
    let isSoft = files.contains { $0.kind != .normConserving }
    let density = settings.densityCutoffRydberg ?? settings.cutoffRydberg * (isSoft ? 8 : 4)
    var lines = [
      "ibrav = 0, nat = \(task.crystal.siteCount), ntyp = \(files.count)",
      "ecutwfc = \(settings.cutoffRydberg), ecutrho = \(density)",
    ]
    if settings.smearing > 0 {
      lines.append(
        "occupations = 'smearing', smearing = 'mv', degauss = \(settings.smearing * rydberg)")
    } else {
      lines.append("occupations = 'fixed'")
    }
    if !settings.startingMagnetization.isEmpty {
      lines.append("nspin = 2")
      for (place, file) in files.enumerated() {
        let share = settings.startingMagnetization[file.element.symbol] ?? 0
        lines.append("starting_magnetization(\(place + 1)) = \(share)")
      }
    }
    return lines.map { "  " + $0 }.joined(separator: "\n")
  }

  private static func motion(
    _ kind: EngineTask.Kind, _ settings: QuantumEspresso.Configuration
  ) throws(EngineError) -> String {
    guard case .relaxation(let cell) = kind else { return "" }
    let ions = "&IONS\n/"
    let freedom: String
    switch cell {
    case .fixed: return ions
    case .volume: freedom = "volume"
    case .full: freedom = "all"
    case .axial:
      throw .invalid("pw.x is not asked to relax a cell axially; relax its volume or all of it.")
    }
    // kbar
    let pressure = settings.tolerances.stressGPa * 10
    return "\(ions)\n&CELL\n  cell_dofree = '\(freedom)', press_conv_thr = \(pressure)\n/"
  }
}
