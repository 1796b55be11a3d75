import DenseMath
import Matter
import Simulation
import Testing

@Suite("Relaxation and dynamics")
struct RelaxationTests {
  private func alloy(_ symbols: [String], seed: UInt64, size: Int = 2) throws -> Crystal {
    var rng = SplitMix64(seed: seed)
    let elements = symbols.compactMap { Element(symbol: $0) }
    let frame = try CrystalPhase.fcc.conventionalCrystal(
      of: elements[0], latticeParameter: 3.7, size: size)
    return try Crystal(
      lattice: frame.lattice,
      elements: (0..<frame.siteCount).map { _ in elements[rng.index(below: elements.count)] },
      positions: frame.positions.map {
        $0 + 0.01 * SIMD3(rng.uniform() - 0.5, rng.uniform() - 0.5, rng.uniform() - 0.5)
      })
  }

  @Test("Every freedom of the cell ends at rest", arguments: CellFreedom.allCases)
  func relaxes(_ cell: CellFreedom) throws {
    let system = try EmbeddedAtomSystem(alloy(["Cu", "Ni", "Au"], seed: 2))
    system.evaluate()
    let before = (energy: system.energy, lattice: system.lattice)
    var configuration = Relaxation.Configuration()
    configuration.cell = cell
    configuration.forceTolerance = 1e-5
    configuration.stressToleranceGPa = 1e-4
    let outcome = try Relaxation(configuration: configuration).relax(system)
    #expect(outcome.isConverged)
    #expect(outcome.energy < before.energy && outcome.energy == system.energy)
    // Forces in the frame of the strained cell differ by the strain at most.
    for force in system.forces { #expect(length(force) < 4e-5) }
    let stress = system.stress.voigt.map { $0 * Stress.gigapascals }
    let limit = 2e-4
    switch cell {
    case .fixed: #expect(system.lattice == before.lattice)
    case .volume: #expect(abs(system.stress.pressure) * Stress.gigapascals < limit)
    case .axial:
      #expect(abs(stress[0] + stress[1]) < 2 * limit && abs(stress[2]) < limit)
    case .full: #expect(stress.allSatisfy { abs($0) < limit })
    }
    // A relaxed system is left alone.
    let again = try Relaxation(configuration: configuration).relax(system)
    #expect(again.steps == 0 && again.isConverged)
  }

  @Test("A stretched crystal returns to its lattice parameter", arguments: [0.94, 1.07])
  func findsLatticeParameter(_ stretch: Double) throws {
    let nickel = try #require(Element(symbol: "Ni"))
    let system = try EmbeddedAtomSystem(
      CrystalPhase.fcc.conventionalCrystal(
        of: nickel, latticeParameter: 3.52 * stretch, size: 2))
    let outcome = try Relaxation().relax(system)
    #expect(outcome.isConverged)
    #expect(abs(length(system.lattice.a) / 2 - 3.52) < 1e-3)
  }

  @Test("The bulk modulus of an alloy is the curvature of its relaxed energy")
  func bulkModulusIsCurvature() throws {
    let system = try EmbeddedAtomSystem(alloy(["Cu", "Ag", "Ni"], seed: 8))
    var tight = Relaxation.Configuration()
    tight.forceTolerance = 1e-5
    tight.stressToleranceGPa = 1e-4
    _ = try Relaxation(configuration: tight).relax(system)
    var response = ElasticResponse()
    response.forceTolerance = 1e-4
    let bulk = try response.bulkModulusGPa(system)
    let (places, lattice) = (system.positions, system.lattice)
    tight.cell = .fixed
    func energy(_ strain: Double) throws -> Double {
      let f = 1 + strain
      try system.move(
        to: places.map { f * $0 },
        lattice: Lattice(a: f * lattice.a, b: f * lattice.b, c: f * lattice.c))
      return try Relaxation(configuration: tight).relax(system).energy
    }
    // E = E₀ + (9/2) B V ε² along isotropic strain.
    let h = 4e-3
    let curvature = try (energy(h) - 2 * energy(0) + energy(-h)) / (h * h)
    let expected = curvature / (9 * lattice.volume) * Stress.gigapascals
    #expect(abs(bulk / expected - 1) < 5e-3)
    response.relaxesIons = false
    try system.move(to: places, lattice: lattice)
    #expect(try response.bulkModulusGPa(system) > bulk)
  }

  @Test("Ends early when atoms leave their sites")
  func endsEarly() throws {
    let system = try EmbeddedAtomSystem(alloy(["Mg", "W", "Pb"], seed: 4))
    var configuration = Relaxation.Configuration()
    configuration.displacementLimit = 0.1
    let outcome = try Relaxation(configuration: configuration).relax(system)
    #expect(outcome.hasLeftSites && !outcome.isConverged)
    let squares = outcome.displacements.reduce(0) { $0 + dot($1, $1) }
    #expect((squares / Double(system.count)).squareRoot() > 0.09)
  }

  @Test("Says so when the steps do not suffice")
  func reportsFailure() throws {
    let system = try EmbeddedAtomSystem(alloy(["Mg", "W"], seed: 4))
    var configuration = Relaxation.Configuration()
    configuration.maximumSteps = 2
    let outcome = try Relaxation(configuration: configuration).relax(system)
    #expect(!outcome.isConverged && outcome.steps == 2)
    #expect(outcome.energy.isFinite)
  }

  @Test("Dynamics conserve energy and momentum, and the error falls with the step's square")
  func conserves() throws {
    func drift(_ timeStep: Double) throws -> Double {
      let system = try EmbeddedAtomSystem(alloy(["Cu", "Pd"], seed: 6, size: 3), skin: 0.5)
      _ = try Relaxation().relax(system)
      var dynamics = MolecularDynamics(
        system, temperature: 600, timeStep: timeStep, seed: 1)
      #expect(abs(dynamics.temperature - 600) < 1e-9)
      let start = dynamics.totalEnergy
      var worst = 0.0
      for _ in 0..<20 {
        try dynamics.run(steps: Int((20 / timeStep).rounded()))
        worst = max(worst, abs(dynamics.totalEnergy - start))
      }
      #expect(dynamics.temperature > 150 && dynamics.temperature < 500)
      return worst
    }
    let (coarse, fine) = (try drift(4), try drift(2))
    #expect(fine < 0.02)  // 108 atoms with 8 eV of kinetic energy
    #expect(fine < coarse / 2.5)
  }
}
