import DenseMath
import Ecosystem
import Formats
import Foundation
import Matter
import TestKit
import Testing

@Suite("Data audit")
struct DataAuditTests {
  private func audit(
    _ csv: String, _ configure: (inout AuditInput.Columns) -> Void = { _ in }
  ) throws -> DataAudit {
    var columns = AuditInput.Columns()
    configure(&columns)
    return try DataAudit(
      AuditInput(Table(Array(csv.utf8), file: "a.csv"), columns: columns))
  }

  @Test("Counts elements, arity, classes and crystals")
  func coverage() throws {
    let found = try audit(
      "formula,spg_num\nFe2O3,167\nFe4O6,2\nNiAl,221\nNaCl,225\nSi,227\nC6H6,61\nZnS,\nTiN,225\n")
    #expect(found.rows == 8 && found.distinctCompositions == 7)
    #expect(found.elementRows["O"] == 2 && found.elementRows["Fe"] == 2)
    #expect(found.arity.counts == ["1": 1, "2": 7])
    #expect(
      found.chemistry.counts == [
        "oxide": 2, "intermetallic": 1, "halide": 1, "element": 1, "organic": 1,
        "chalcogenide": 1, "nitride": 1,
      ])
    #expect(
      found.crystalSystems?.counts == [
        "trigonal": 1, "triclinic": 1, "cubic": 4, "orthorhombic": 1,
      ])
    #expect(found.crystalSystems?.unknown == 1)
    #expect(found.limits.contains { $0.contains("rare earths") })
    #expect(found.limits.contains("No row is monoclinic, tetragonal or hexagonal."))
    #expect(found.limits.contains("No row has more than 2 elements."))
  }

  @Test(
    "Names materials by their most electronegative nonmetal",
    arguments: [
      ("LiFePO4", ChemistryClass.oxide), ("KClO4", .oxide), ("WB2", .boride),
      ("MoS2", .chalcogenide),
      ("GaAs", .pnictide), ("CuZn", .intermetallic), ("Bi2Te3", .chalcogenide), ("SiC", .carbide),
      ("LaH10", .hydride), ("XeF2", .halide), ("Mg2Si", .silicide), ("He", .element),
      ("NH4Cl", .halide), ("CH3NH3PbI3", .organic),
    ])
  func classes(_ formula: String, _ expected: ChemistryClass) throws {
    #expect(try ChemistryClass(Composition(formula: formula)) == expected)
  }

  @Test("Imbalance: equal classes are even, one class alone is not uneven")
  func imbalance() throws {
    let even = try #require(Imbalance(["a": 5, "b": 5, "c": 5, "d": 5]))
    #expect(
      abs(even.effectiveNumber - 4) < 1e-12 && even.gini == 0 && abs(even.evenness - 1) < 1e-12)
    // Entropy of (0.7, 0.2, 0.1) in nats, and its Gini index: SciPy 1.17.1 stats.entropy; by hand
    // Σ|xᵢ − xⱼ| / (2 n² mean) = 2 (0.5 + 0.6 + 0.1) / (2 · 9 / 3) = 0.4.
    let uneven = try #require(Imbalance(["x": 70, "y": 20, "z": 10]))
    #expect(abs(uneven.entropy - 0.8018185525433372) < 1e-12)
    #expect(abs(uneven.gini - 0.4) < 1e-12 && uneven.largest == "x")
    #expect(Imbalance([:]) == nil)
    #expect(Imbalance(["a": 3])?.evenness == 1)
  }

  @Test("Repeats give the noise, contradictions first")
  func noise() throws {
    let found = try audit(
      "formula,gap (eV)\nFe2O3,2.0\nFe4O6,2.2\nTiO2,3.0\nTi2O4,3.4\nSi,1.1\nZnS,3.6\n"
    ) { $0.target = "gap (eV)" }
    let noise = try #require(found.labelNoise)
    // √((0.02 + 0.08) / 2): two pairs with one degree of freedom each.
    #expect(abs(noise.pooledStandardDeviation - 0.05.squareRoot()) < 1e-12)
    #expect(noise.repeatedRows == 4 && noise.repeatedCompositions == 2)
    #expect(noise.contradictions.map(\.formula) == ["TiO2", "Fe2O3"])
    #expect(noise.contradictions[0].identifiers == ["row 3", "row 4"])
    #expect(found.target?.median == 2.6 && found.target?.unit == "eV")
    #expect(found.limits.contains("No row lies below 1.1 eV or above 3.6 eV."))
  }

  @Test("Robust noise estimates a normal spread", arguments: UInt64(0)..<4)
  func noiseEstimates(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    var csv = "formula,y\n"
    for fe in 1...40 {
      for o in 1...10 {
        for _ in 0..<3 { csv += "Fe\(2 * fe + 1)O\(2 * o),\(10 + 0.5 * rng.normal())\n" }
      }
    }
    let noise = try #require(try audit(csv) { $0.target = "y" }.labelNoise)
    #expect(abs(noise.pooledStandardDeviation - 0.5) < 0.05)
    #expect(abs(noise.robustStandardDeviation - 0.5) < 0.12)
  }

  @Test("A value that does not fit its neighbors is found, with the reason")
  func outliers() throws {
    var csv = "formula,y\n"
    for (place, metal) in ["Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu"].enumerated() {
      for amount in 1...6 {
        let value = place == 4 && amount == 3 ? 40 : 2 + 0.1 * Double(place) + 0.03 * Double(amount)
        csv += "\(metal)\(amount)O7,\(value)\n"
      }
    }
    let found = try #require(try audit(csv) { $0.target = "y" }.outliers)
    #expect(found.count == 1 && found.examined == 48)
    let row = try #require(found.rows.first)
    #expect(row.formula == "Fe3O7" && row.value == 40 && row.neighborMaximum < 4 && row.score > 20)
  }

  /// SciPy 1.17.1: `ks_2samp(a, b, method="asymp")`, `energy_distance(a, b)`.
  @Test("Distances of two samples are those of SciPy")
  func twoSamples() {
    let a = (0..<40).map { (Double($0) * 0.7).truncatingRemainder(dividingBy: 3.1) }
    let b = (0..<25).map { (Double($0) * 1.3).truncatingRemainder(dividingBy: 4.2) + 0.5 }
    let found = TwoSamples(a, b)
    #expect(abs(found.kolmogorovSmirnov - 0.36) < 1e-12)
    #expect(abs(found.energyDistance - 0.6696267617113292) < 1e-12)
    #expect(abs(found.pValue - 0.030156662519381983) < 0.02)
    #expect(TwoSamples(a, a).energyDistance == 0 && TwoSamples(a, a).pValue == 1)
  }

  @Test("Sources are compared by values, by shared compositions and by elements")
  func drift() throws {
    var csv = "formula,y,origin\n"
    for amount in 1...20 {
      csv += "Fe\(amount)O,\(Double(amount) * 0.1),A\nFe\(amount)O,\(Double(amount) * 0.1 + 1),B\n"
    }
    for amount in 1...12 { csv += "La\(amount)N,9,B\n" }
    let found = try audit(csv) {
      $0.target = "y"
      $0.source = "origin"
    }
    let first = try #require(found.sourceDrift.first)
    #expect(first.source == "A" && first.sharedCompositions == 20)
    #expect(abs(try #require(first.medianDifference) + 1) < 1e-12)
    #expect(first.onlyElsewhere == ["N", "La"] && first.onlyHere.isEmpty)
    #expect(try #require(first.values).pValue < 0.01)
  }

  @Test("Is written as JSON and read back")
  func codable() throws {
    let found = try audit("formula,y\nFe2O3,1\nFe2O3,2\nSi,3\n") { $0.target = "y" }
    let data = try JSONEncoder().encode(found)
    #expect(try JSONDecoder().decode(DataAudit.self, from: data) == found)
  }
}
