import DenseMath
import Matter

/// The random cells of one composition in one phase.
struct PhaseTrial {
  /// One relaxed cell.
  struct Cell {
    let system: EmbeddedAtomSystem
    let formationEnergyPerAtom: Double
    let volumePerAtom: Double
    let axialRatio: Double?
    let distortion: Double
    /// Whether the atoms came to rest on their sites.
    let retainsLattice: Bool
  }

  let phase: CrystalPhase
  private(set) var cells: [Cell] = []
  private let solution: RandomSolution
  private let configuration: VirtualLaboratory.Configuration
  /// Mean energy of the pure metals in their ground states, eV/atom.
  private let reference: Double

  init(
    _ phase: CrystalPhase, _ solution: RandomSolution,
    _ configuration: VirtualLaboratory.Configuration
  ) {
    self.phase = phase
    self.solution = solution
    self.configuration = configuration
    reference = solution.mean { PureMetal.of($0)?.groundState.energyPerAtom ?? 0 }
  }

  /// eV/atom over the cells that came to rest, `nil` without any.
  var meanEnergy: Double? {
    cells.isEmpty ? nil : Estimate(cells.map(\.formationEnergyPerAtom)).mean
  }

  /// Whether all cells stand on their lattice.
  var retainsLattice: Bool { !cells.isEmpty && cells.allSatisfy(\.retainsLattice) }

  /// Deals and relaxes one cell; one that does not come to rest is left out.
  mutating func addCell(seed: UInt64, number: Int) throws(LaboratoryError) {
    let place = CrystalPhase.allCases.firstIndex(of: phase) ?? 0
    var generator = SplitMix64(seed: seed, stream: UInt64(number * 3 + place))
    let volume = solution.mean { PureMetal.of($0)?.structure(phase).volumePerAtom ?? 0 }
    let ratio = solution.mean {
      PureMetal.of($0)?.structure(phase).axialRatio ?? CrystalPhase.idealAxialRatio
    }
    do {
      let crystal = try phase.crystal(
        elements: solution.deal(using: &generator),
        latticeParameter: phase.latticeParameter(volumePerAtom: volume, axialRatio: ratio),
        axialRatio: ratio, repeats: phase.repeats(holding: configuration.atoms))
      let system = try EmbeddedAtomSystem(crystal)
      if let cell = try relaxed(system) { cells.append(cell) }
    } catch let error as PotentialError {
      throw .potential(error)
    } catch {
      throw .invalidConfiguration("\(error)")
    }
  }

  private func relaxed(_ system: EmbeddedAtomSystem) throws(PotentialError) -> Cell? {
    var settings = Relaxation.Configuration()
    settings.cell = phase.cellFreedom
    settings.forceTolerance = configuration.forceTolerance
    settings.stressToleranceGPa = configuration.stressToleranceGPa
    settings.maximumSteps = configuration.maximumSteps
    let startVolume = system.lattice.volume / Double(system.count)
    settings.displacementLimit =
      configuration.distortionLimit * phase.neighborDistance(volumePerAtom: startVolume)
    let outcome = try Relaxation(configuration: settings).relax(system)
    guard outcome.isConverged || outcome.hasLeftSites, outcome.energy.isFinite else { return nil }
    let count = Double(system.count)
    let volume = system.lattice.volume / count
    let center = outcome.displacements.reduce(.zero, +) / count
    let squares = outcome.displacements.reduce(0) {
      let off = $1 - center
      return $0 + dot(off, off)
    }
    let repeats = phase.repeats(holding: configuration.atoms)
    let ratio =
      length(system.lattice.c) / Double(repeats.z)
      / (length(system.lattice.a) / Double(repeats.x))
    let formation = outcome.energy / count - reference
    return Cell(
      // What is smaller than the relaxation resolves is the zero of a pure metal.
      system: system, formationEnergyPerAtom: abs(formation) < 1e-9 ? 0 : formation,
      volumePerAtom: volume, axialRatio: phase == .hcp ? ratio : nil,
      distortion: (squares / count).squareRoot() / phase.neighborDistance(volumePerAtom: volume),
      retainsLattice: !outcome.hasLeftSites)
  }

  /// The properties of the cells, with elastic ones measured now.
  func measurement(
    energies: [AlloyMeasurement.PhaseEnergy]
  ) throws(LaboratoryError) -> AlloyMeasurement {
    var bulk: [Double] = []
    var constants: [CubicConstants] = []
    let isElastic = configuration.elasticConstants && phase != .hcp && retainsLattice
    do throws(PotentialError) {
      for cell in cells {
        var response = ElasticResponse()
        response.relaxesIons = cell.retainsLattice
        if isElastic {
          let cubic = CubicConstants(averaging: try response.stiffnessGPa(cell.system))
          constants.append(cubic)
          bulk.append(cubic.bulkModulus)
        } else {
          bulk.append(try response.bulkModulusGPa(cell.system))
        }
      }
    } catch {
      throw .potential(error)
    }
    let mass = solution.mean { ZhouParameters.of($0)?.mass ?? 0 }
    return AlloyMeasurement(
      phase: phase, cells: cells.count, elements: solution.elements, counts: solution.counts,
      formationEnergyPerAtom: Estimate(cells.map(\.formationEnergyPerAtom)),
      latticeParameter: Estimate(
        cells.map {
          phase.latticeParameter(
            volumePerAtom: $0.volumePerAtom,
            axialRatio: $0.axialRatio ?? CrystalPhase.idealAxialRatio)
        }),
      axialRatio: phase == .hcp ? Estimate(cells.compactMap(\.axialRatio)) : nil,
      density: Estimate(cells.map { mass / $0.volumePerAtom * Self.gramsPerCubicCentimeter }),
      bulkModulusGPa: Estimate(bulk),
      c11GPa: isElastic ? Estimate(constants.map(\.c11)) : nil,
      c12GPa: isElastic ? Estimate(constants.map(\.c12)) : nil,
      c44GPa: isElastic ? Estimate(constants.map(\.c44)) : nil,
      latticeDistortion: Estimate(cells.map(\.distortion)), retainsLattice: retainsLattice,
      phaseEnergies: energies)
  }

  /// One u/Å³ in g/cm³ (CODATA 2018).
  private static let gramsPerCubicCentimeter = 1.660_539_066_60
}
