import DenseMath
import Foundation
import Matter
import Simulation
import Synchronization
import Testing

@Suite("Virtual laboratory")
struct VirtualLaboratoryTests {
  private func composition(_ amounts: [String: Double]) throws -> Composition {
    var result: [Element: Double] = [:]
    for (symbol, amount) in amounts {
      result[try #require(Element(symbol: symbol))] = amount
    }
    return try Composition(result)
  }

  @Test("A pure metal is itself", arguments: VirtualLaboratory.elements)
  func measuresPureMetals(_ element: Element) throws {
    let metal = try #require(PureMetal.of(element)).groundState
    let result = try VirtualLaboratory().measure(Composition([element: 3]), seed: 9)
    #expect(result.phase == metal.phase)
    #expect(abs(result.formationEnergyPerAtom.mean) < 1e-6)
    #expect(result.formationEnergyPerAtom.spread == 0 && result.cells == 1)
    #expect(result.latticeDistortion.mean < 1e-9)
    #expect(abs(result.latticeParameter.mean / metal.latticeParameter - 1) < 2e-4)
    #expect(result.retainsLattice && result.counts == [80])
  }

  @Test("Copper has its handbook density and elastic constants")
  func measuresCopper() throws {
    var configuration = VirtualLaboratory.Configuration()
    configuration.elasticConstants = true
    let laboratory = VirtualLaboratory(configuration: configuration)
    let copper = try laboratory.measure(composition(["Cu": 1]), seed: 1)
    #expect(abs(copper.density.mean - 8.935) < 0.01)  // 4 · 63.546 u / (3.615 Å)³
    #expect(abs(try #require(copper.c11GPa).mean - 170) < 2)
    #expect(abs(try #require(copper.c12GPa).mean - 122.5) < 1.5)
    #expect(abs(try #require(copper.c44GPa).mean - 75.8) < 1)
    #expect(abs(copper.bulkModulusGPa.mean - 138) < 1.5)
  }

  @Test("Random alloys have sound, scattered, consistent properties")
  func measuresAlloys() throws {
    var configuration = VirtualLaboratory.Configuration()
    configuration.elasticConstants = true
    configuration.cells = 3
    let laboratory = VirtualLaboratory(configuration: configuration)
    let alloy = try laboratory.measure(composition(["Cu": 0.5, "Ni": 0.5]), seed: 3)
    #expect(alloy.phase == .fcc && alloy.cells == 3 && alloy.counts == [40, 40])
    // Between the metals, close to Vegard's rule, and a good deal less than 1 % apart.
    #expect(abs(alloy.latticeParameter.mean - (3.615 + 3.52) / 2) < 0.02)
    #expect(alloy.bulkModulusGPa.mean > 120 && alloy.bulkModulusGPa.mean < 180)
    #expect(alloy.latticeDistortion.mean > 0.003 && alloy.latticeDistortion.mean < 0.03)
    #expect(alloy.formationEnergyPerAtom.spread > 0)
    #expect(alloy.formationEnergyPerAtom.spread < 0.01)
    let (c11, c12) = (try #require(alloy.c11GPa), try #require(alloy.c12GPa))
    #expect(abs((c11.mean + 2 * c12.mean) / 3 - alloy.bulkModulusGPa.mean) < 1e-9)
    #expect(c11.mean > c12.mean && (alloy.c44GPa?.mean ?? 0) > 0)
    // Large misfit distorts more.
    let misfit = try laboratory.measure(composition(["Cu": 0.5, "Au": 0.5]), seed: 3)
    #expect(misfit.latticeDistortion.mean > alloy.latticeDistortion.mean)
  }

  @Test("Says when no phase of a random solution keeps its lattice")
  func flagsLostLattices() throws {
    let alloy = try composition(["Fe": 0.2, "Pd": 0.4, "Pb": 0.4])
    let result = try VirtualLaboratory().measure(alloy, seed: 7)
    #expect(!result.retainsLattice)
    #expect(result.latticeDistortion.mean > 0.15 && result.latticeDistortion.mean < 0.3)
    let values = [
      result.formationEnergyPerAtom, result.latticeParameter, result.density,
      result.bulkModulusGPa,
    ]
    #expect(values.allSatisfy { $0.mean.isFinite && $0.spread.isFinite })
    #expect(result.density.mean > 5 && result.density.mean < 15)
  }

  @Test("Equal seeds agree on any thread, other seeds differ")
  func isDeterministic() throws {
    let laboratory = VirtualLaboratory()
    let alloy = try composition(["Fe": 0.4, "Co": 0.35, "Pd": 0.25])
    let reference = try laboratory.measure(alloy, seed: 5)
    let results = Mutex<[AlloyMeasurement?]>([nil, nil, nil, nil])
    DispatchQueue.concurrentPerform(iterations: 4) { worker in
      let result = try? laboratory.measure(alloy, seed: 5)
      results.withLock { $0[worker] = result }
    }
    for result in results.withLock({ $0 }) { #expect(result == reference) }
    let other = try laboratory.measure(alloy, seed: 6)
    #expect(other.formationEnergyPerAtom != reference.formationEnergyPerAtom)
    let bytes = try JSONEncoder().encode(reference)
    #expect(try JSONDecoder().decode(AlloyMeasurement.self, from: bytes) == reference)
  }

  @Test("Screening of phases does not change the phase found")
  func screensPhases() throws {
    var thorough = VirtualLaboratory.Configuration()
    thorough.screeningGap = 10
    let alloys = [["W": 0.6, "Ta": 0.4], ["Ni": 0.5, "Pd": 0.5], ["Mg": 0.8, "Zr": 0.2]]
    for amounts in alloys {
      let alloy = try composition(amounts)
      let quick = try VirtualLaboratory().measure(alloy, seed: 2)
      let full = try VirtualLaboratory(configuration: thorough).measure(alloy, seed: 2)
      #expect(quick.phase == full.phase)
      #expect(quick.formationEnergyPerAtom == full.formationEnergyPerAtom)
    }
  }

  @Test("Names an element without a potential and those it knows")
  func refusesOthers() throws {
    do {
      _ = try VirtualLaboratory().measure(composition(["Fe": 1, "Cr": 1]), seed: 1)
      Issue.record("chromium was measured")
    } catch let error as LaboratoryError {
      #expect(error.description.contains("no potential for Cr"))
      #expect(error.description.contains("Mg Al Ti Fe Co Ni Cu Zr Mo Pd Ag Ta W Pt Au Pb"))
    }
    var configuration = VirtualLaboratory.Configuration()
    configuration.atoms = 70
    #expect(throws: LaboratoryError.self) {
      try VirtualLaboratory(configuration: configuration)
        .measure(composition(["Fe": 1]), seed: 1)
    }
  }

  @Test(
    "Apportions atoms by largest remainder",
    arguments: [
      (["Cu": 1.0, "Ni": 1.0, "Fe": 1.0], 20, ["Fe": 7, "Ni": 7, "Cu": 6]),
      (["Cu": 0.05, "Ni": 0.95], 80, ["Ni": 76, "Cu": 4]),
      (["Cu": 0.15, "Ni": 0.35, "Fe": 0.5], 80, ["Fe": 40, "Ni": 28, "Cu": 12]),
      (["Cu": 0.001, "Ni": 0.999], 20, ["Ni": 20]),
    ])
  func apportions(amounts: [String: Double], atoms: Int, expected: [String: Int]) throws {
    let solution = RandomSolution(try composition(amounts), atoms: atoms)
    let counts = Dictionary(
      uniqueKeysWithValues: zip(solution.elements.map(\.symbol), solution.counts))
    #expect(counts == expected)
    var rng = SplitMix64(seed: 1)
    #expect(solution.deal(using: &rng).count == atoms)
  }
}
