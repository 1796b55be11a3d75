import DenseMath
import Foundation
import Matter
import Testing

@testable import Simulation

/// A random alloy of a phase: strained in six directions, with displaced atoms.
func perturbedAlloy(
  _ symbols: [String], _ phase: CrystalPhase, atoms: Int, latticeParameter: Double, seed: UInt64
) throws -> Crystal {
  var rng = SplitMix64(seed: seed)
  let elements = symbols.compactMap { Element(symbol: $0) }
  let frame = try phase.crystal(
    of: elements[0], latticeParameter: latticeParameter, repeats: phase.repeats(holding: atoms))
  func random() -> Double { rng.uniform() - 0.5 }
  let strain = StrainMatrix(
    SIMD3(1 + 0.06 * random(), 0.03 * random(), 0.03 * random()),
    SIMD3(0.03 * random(), 1 + 0.06 * random(), 0.03 * random()),
    SIMD3(0.03 * random(), 0.03 * random(), 1 + 0.06 * random()))
  let lattice = try Lattice(
    a: strain * frame.lattice.a, b: strain * frame.lattice.b, c: strain * frame.lattice.c)
  return try Crystal(
    lattice: lattice,
    elements: (0..<frame.siteCount).map { _ in elements[rng.index(below: elements.count)] },
    positions: frame.positions.map {
      $0 + lattice.fractional(0.3 * SIMD3(random(), random(), random()))
    })
}

@Suite("Embedded-atom potential")
struct PotentialTests {
  @Test("Forces are minus the slopes of the energy", arguments: UInt64(0)..<6)
  func forcesMatchDifferences(seed: UInt64) throws {
    let phase = CrystalPhase.allCases[Int(seed % 3)]
    let a = [3.8, 3.0, 2.7][Int(seed % 3)]
    let crystal = try perturbedAlloy(
      ["Cu", "Al", "W", "Pb", "Co"], phase, atoms: 20, latticeParameter: a, seed: seed)
    let system = try EmbeddedAtomSystem(crystal)
    system.evaluate()
    let (start, forces) = (system.positions, system.forces)
    let h = 1e-4
    for atom in [0, 7, 19] {
      for axis in 0..<3 {
        func energy(_ shift: Double) throws -> Double {
          var moved = start
          moved[atom][axis] += shift
          try system.move(to: moved)
          system.evaluate()
          return system.energy
        }
        // Fourth order: the step's own error is far below the tolerance.
        let slope =
          try (8 * (energy(h) - energy(-h)) - (energy(2 * h) - energy(-2 * h))) / (12 * h)
        #expect(abs(forces[atom][axis] + slope) < 1e-6 * max(1, abs(slope)))
      }
    }
    let total = forces.reduce(.zero, +)
    #expect(length(total) < 1e-10)
  }

  @Test("Stress is the slope of the energy by strain over volume", arguments: UInt64(0)..<3)
  func stressMatchesDifferences(seed: UInt64) throws {
    let phase = CrystalPhase.allCases[Int(seed)]
    let crystal = try perturbedAlloy(
      ["Ni", "Ti", "Mo", "Mg"], phase, atoms: 20, latticeParameter: [3.7, 3.0, 2.7][Int(seed)],
      seed: seed)
    let system = try EmbeddedAtomSystem(crystal, skin: 0)
    system.evaluate()
    let (stress, start, lattice) = (system.stress.voigt, system.positions, system.lattice)
    for component in 0..<6 {
      func energy(_ amount: Double) throws -> Double {
        let f = StrainMatrix.identity + amount * StrainMatrix.voigt(component)
        try system.move(
          to: start.map { f * $0 },
          lattice: Lattice(a: f * lattice.a, b: f * lattice.b, c: f * lattice.c))
        system.evaluate()
        return system.energy
      }
      let h = 2e-5
      let slope =
        try (8 * (energy(h) - energy(-h)) - (energy(2 * h) - energy(-2 * h))) / (12 * h)
      #expect(abs(stress[component] - slope / lattice.volume) < 1e-7)
    }
  }

  @Test("Rotation, translation and repetition change nothing", arguments: UInt64(0)..<4)
  func isInvariant(seed: UInt64) throws {
    let crystal = try perturbedAlloy(
      ["Fe", "Zr", "Au"], .bcc, atoms: 20, latticeParameter: 3.1, seed: seed)
    let potential = try EmbeddedAtomPotential((crystal.elements ?? []).uniqued)
    let reference = try potential.evaluate(crystal)
    let (s, c) = (sin(0.7), cos(0.7))
    func turn(_ v: SIMD3<Double>) -> SIMD3<Double> {
      SIMD3(c * v.x - s * v.y, s * v.x + c * v.y, v.z)
    }
    let l = crystal.lattice
    let turned = try potential.evaluate(
      Crystal(
        lattice: Lattice(a: turn(l.a), b: turn(l.b), c: turn(l.c)),
        elements: crystal.elements ?? [],
        positions: crystal.positions.map { $0 + SIMD3(0.3, -7.1, 2.2) }))
    #expect(abs(turned.energy - reference.energy) < 1e-9)
    for (a, b) in zip(turned.forces, reference.forces) { #expect(length(a - turn(b)) < 1e-9) }
    #expect(abs(turned.stress.pressure - reference.stress.pressure) < 1e-11)
    let doubled = try potential.evaluate(
      Crystal(
        lattice: Lattice(a: l.a, b: 2 * l.b, c: l.c),
        elements: (crystal.elements ?? []) + (crystal.elements ?? []),
        positions: crystal.positions.map { $0 * SIMD3(1, 0.5, 1) }
          + crystal.positions.map { ($0 + SIMD3(0, 1, 0)) * SIMD3(1, 0.5, 1) }))
    #expect(abs(doubled.energy - 2 * reference.energy) < 1e-9)
    #expect(abs(doubled.stress.xy - reference.stress.xy) < 1e-11)
  }

  @Test("A badly skewed cell of the same lattice has the same energy", arguments: [3.0, 4000])
  func skewDoesNotMatter(_ skew: Double) throws {
    let crystal = try perturbedAlloy(
      ["Al", "Ti"], .fcc, atoms: 20, latticeParameter: 4, seed: 9)
    let l = crystal.lattice
    let lattice = try Lattice(a: l.a, b: l.b + skew * l.a, c: l.c - (skew - 1) * l.b)
    let skewed = try Crystal(
      lattice: lattice, elements: crystal.elements ?? [],
      positions: crystal.cartesianPositions.map(lattice.fractional))
    let potential = try EmbeddedAtomPotential((crystal.elements ?? []).uniqued)
    let (a, b) = (try potential.evaluate(crystal), try potential.evaluate(skewed))
    #expect(abs(a.energy - b.energy) < 1e-6)
    for (f, g) in zip(a.forces, b.forces) { #expect(length(f - g) < 1e-5) }
  }

  @Test("Energies do not depend on the age of the neighbor list")
  func listAgeDoesNotMatter() throws {
    var crystal = try perturbedAlloy(
      ["Cu", "Ag"], .fcc, atoms: 40, latticeParameter: 3.9, seed: 3)
    let system = try EmbeddedAtomSystem(crystal, skin: 0.6)
    var rng = SplitMix64(seed: 5)
    for step in 1...12 {
      // Also the cell changes: the list must notice either.
      let f = StrainMatrix.identity + 0.003 * StrainMatrix.voigt(step % 6)
      let l = crystal.lattice
      crystal = try Crystal(
        lattice: Lattice(a: f * l.a, b: f * l.b, c: f * l.c), elements: crystal.elements ?? [],
        positions: crystal.positions.map {
          $0 + 0.006 * SIMD3(rng.uniform() - 0.5, rng.uniform() - 0.5, rng.uniform() - 0.5)
        })
      let wrapped = crystal.positions.map { crystal.lattice.cartesian($0) }
      try system.move(to: wrapped, lattice: crystal.lattice)
      system.evaluate()
      let fresh = try EmbeddedAtomSystem(crystal, skin: 0)
      fresh.evaluate()
      #expect(abs(system.energy - fresh.energy) < 1e-10 * abs(fresh.energy))
    }
    #expect(system.listBuilds < 12)
  }

  @Test("The tables agree with the formulas", arguments: EmbeddedAtomFunctions.all.indices)
  func tablesMatchFormulas(metal: Int) {
    let table = EmbeddedAtomTable.shared
    let functions = EmbeddedAtomFunctions.all[metal]
    let p = functions.parameters
    var worst = 0.0
    for step in 0..<4000 {
      let r = 1.8 + Double(step) / 4000 * (functions.cutoff - 1.8)
      let position = r * r / EmbeddedAtomTable.width
      let piece = position.rounded()
      let start =
        metal * table.stride + Int(piece) * EmbeddedAtomTable.coefficientsPerPiece
      var value = SIMD2<Double>.zero
      for power in (0..<6).reversed() {
        value = value * (position - piece) + table.coefficients[start + power]
      }
      let exact = functions.density(at: r)
      worst = max(worst, abs(value.x - exact) / max(p.fe, exact))
      let ratio = functions.pairPerDensity(.constant(r)).value
      worst = max(worst, abs(value.y - ratio) / max(p.b / p.fe, abs(ratio)))
    }
    #expect(worst < 1e-9, "\(p.element): \(worst)")
  }

  @Test("Cutting off changes the energy of a metal by less than 10⁻⁴ eV an atom")
  func cutoffIsFar() throws {
    for functions in EmbeddedAtomFunctions.all {
      let metal = try #require(PureMetal.of(functions.parameters.element)).groundState
      let crystal = try metal.phase.crystal(
        of: functions.parameters.element, latticeParameter: metal.latticeParameter,
        axialRatio: metal.axialRatio ?? CrystalPhase.idealAxialRatio)
      let list = try NeighborList(of: crystal, cutoff: 14)
      var density = 0.0
      var pairs = 0.0
      let displacements = list.displacements(in: crystal)
      for pair in list.row(0) {
        let r = Jet.constant(length(displacements[pair]))
        density += functions.bareDensity(r).value
        pairs += functions.barePair(r).value / 2
      }
      let energy = functions.embedding(density).energy + pairs
      #expect(abs(energy - metal.energyPerAtom) < 1e-4, "\(functions.parameters.element)")
    }
  }

  @Test("The embedding function is continuous and its slope is its derivative")
  func embeddingIsSmooth() {
    for functions in EmbeddedAtomFunctions.all {
      let p = functions.parameters
      for joint in [p.lower * p.rhoE, p.upper * p.rhoE] {
        let (below, above) = (
          functions.embedding(joint * (1 - 1e-13)), functions.embedding(joint * (1 + 1e-13))
        )
        #expect(abs(below.energy - above.energy) < 1e-12)
        #expect(abs(below.slope - above.slope) < 5e-6)
      }
      for multiple in [0.1, 0.5, 0.9, 1.1, 1.5, 4] {
        let (x, h) = (multiple * p.rhoE, 1e-4 * p.rhoE)
        let slope =
          (functions.embedding(x + h).energy - functions.embedding(x - h).energy) / (2 * h)
        #expect(abs(slope - functions.embedding(x).slope) < 1e-6)
      }
    }
  }

  @Test("Names a metal that it does not know")
  func refusesOthers() throws {
    let iron = try #require(Element(symbol: "Fe"))
    let chromium = try #require(Element(symbol: "Cr"))
    #expect(throws: PotentialError.duplicate(iron)) { try EmbeddedAtomPotential([iron, iron]) }
    #expect(throws: PotentialError.noElements) { try EmbeddedAtomPotential([]) }
    do {
      _ = try EmbeddedAtomPotential([iron, chromium])
      Issue.record("chromium was accepted")
    } catch {
      #expect(error.description.contains("for Cr; it knows Cu Ag Au"))
    }
  }
}

extension Array where Element: Hashable {
  /// Each element once, in order of first appearance.
  var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
