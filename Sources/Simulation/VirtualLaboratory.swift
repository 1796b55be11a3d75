public import Matter

/// Measures random solid solutions of sixteen metals by computation.
///
/// For each phase it deals the atoms of a composition to the sites of a block of primitive
/// cells, starts from the mean atomic volume of the pure metals in that phase (Zen's law), and
/// relaxes all positions together with the strains that keep the phase's symmetry (volume for
/// fcc and bcc, `a` and `c` for hcp): a solid solution is cubic or hexagonal on average, and an
/// unstable phase cannot turn into another one unnoticed. The phase of lowest mean energy is
/// then measured. Energies are those of ``EmbeddedAtomPotential`` at 0 K, without vibrations,
/// magnetism or short-range order.
///
/// **Screening.** The first random cell of every phase is relaxed. Only phases within
/// ``Configuration/screeningGap`` of the best go on to further cells: cells of one composition
/// scatter by a few meV/atom, so a phase beyond the gap would not win.
///
/// **Lost lattices.** Random solutions of very different atoms may have no minimum near the lattice
/// at all. Their relaxation ends when the distortion passes
/// ``Configuration/distortionLimit``; phases that keep their lattice go before them, and where
/// none does the measurement says so (``AlloyMeasurement/retainsLattice``).
///
/// Equal composition, seed and configuration give equal results, on any thread.
public struct VirtualLaboratory: Sendable {
  public struct Configuration: Codable, Hashable, Sendable {
    /// Atoms in a cell; a multiple of 20, so that 5 % steps are exact.
    public var atoms = 80
    /// Random cells of each phase.
    public var cells = 2
    /// The phases to choose from.
    public var phases = CrystalPhase.allCases
    /// Whether to measure C11, C12 and C44: six strains of every cell instead of one.
    public var elasticConstants = false
    /// A phase this far above the best after its first cell is dropped, eV/atom.
    public var screeningGap = 0.03
    /// The largest force component of a relaxed cell, eV/Å.
    public var forceTolerance = 5e-3
    /// The largest free stress of a relaxed cell, GPa.
    public var stressToleranceGPa = 0.05
    /// The most steps of one relaxation.
    public var maximumSteps = 400
    /// Beyond this lattice distortion atoms have left their sites and the relaxation ends
    /// (Lindemann's criterion puts melting between 0.1 and 0.15).
    public var distortionLimit = 0.15

    public init() {}
  }

  public let configuration: Configuration

  public init(configuration: Configuration = .init()) { self.configuration = configuration }

  /// The metals it can measure, in order of atomic number.
  public static let elements: [Element] = EmbeddedAtomPotential.supportedElements.sorted()

  /// Measures one composition.
  ///
  /// - Parameters:
  ///   - composition: Any amounts of the sixteen metals. Counts in the cell follow by largest
  ///     remainder; the result says what they are.
  ///   - seed: Deals the atoms. Each phase and cell has its own stream.
  /// - Throws: ``LaboratoryError`` when an element has no potential, the configuration is not
  ///   usable, or no cell comes to rest.
  public func measure(
    _ composition: Composition, seed: UInt64
  ) throws(LaboratoryError) -> AlloyMeasurement {
    try check(composition)
    let solution = RandomSolution(composition, atoms: configuration.atoms)
    let isPure = solution.elements.count == 1
    // A pure metal has one cell only, whatever the seed.
    let cells = isPure ? 1 : configuration.cells
    var trials: [PhaseTrial] = []
    for phase in configuration.phases {
      var trial = PhaseTrial(phase, solution, configuration)
      try trial.addCell(seed: seed, number: 0)
      trials.append(trial)
    }
    // Phases that keep their lattice go before those that do not.
    let lowest = trials.filter(\.retainsLattice).compactMap(\.meanEnergy).min() ?? 0
    for place in trials.indices where trials[place].retainsLattice {
      guard let energy = trials[place].meanEnergy, energy <= lowest + configuration.screeningGap
      else { continue }
      for number in 1..<max(cells, 1) { try trials[place].addCell(seed: seed, number: number) }
    }
    let standing = trials.filter { $0.meanEnergy != nil }
    let kept = standing.filter(\.retainsLattice)
    let candidates = kept.isEmpty ? standing : kept
    guard
      let best = candidates.min(by: { ($0.meanEnergy ?? 0) < ($1.meanEnergy ?? 0) })
    else {
      throw .notConverged(
        composition: Self.formula(composition), steps: configuration.maximumSteps)
    }
    return try best.measurement(
      energies: standing.compactMap { trial in
        trial.meanEnergy.map {
          AlloyMeasurement.PhaseEnergy(
            phase: trial.phase, formationEnergyPerAtom: $0, cells: trial.cells.count)
        }
      })
  }

  private func check(_ composition: Composition) throws(LaboratoryError) {
    try check(composition.elements)
    try configuration.check()
  }

  /// - Throws: ``LaboratoryError/unsupported(_:supported:)`` for the first that has no potential.
  public func check(_ elements: [Element]) throws(LaboratoryError) {
    for element in elements where !Self.elements.contains(element) {
      throw .unsupported(element, supported: Self.elements)
    }
  }

  private static func formula(_ composition: Composition) -> String {
    zip(composition.elements, composition.amounts).map { "\($0)\($1)" }.joined()
  }
}

extension VirtualLaboratory.Configuration {
  /// - Throws: ``LaboratoryError/invalidConfiguration(_:)`` for settings with which nothing can be
  ///   measured.
  public func check() throws(LaboratoryError) {
    let c = self
    guard c.atoms > 0 && c.atoms % 20 == 0 && c.atoms <= 20_000 else {
      throw .invalidConfiguration(
        "The virtual laboratory cannot use \(c.atoms) atoms; give a multiple of 20 up to 20000.")
    }
    guard c.cells >= 1 else {
      throw .invalidConfiguration(
        "The virtual laboratory needs at least 1 random cell, not \(c.cells).")
    }
    guard !c.phases.isEmpty, Set(c.phases).count == c.phases.count else {
      throw .invalidConfiguration(
        "The virtual laboratory needs at least one phase, and each once: fcc, bcc, hcp.")
    }
    guard c.forceTolerance > 0 && c.stressToleranceGPa > 0 && c.screeningGap >= 0 else {
      throw .invalidConfiguration(
        "The virtual laboratory needs tolerances greater than zero and a gap of at least zero.")
    }
    guard c.distortionLimit > 0 && c.maximumSteps > 0 else {
      throw .invalidConfiguration(
        "The virtual laboratory needs a distortion limit and a number of steps above zero.")
    }
  }
}
