import DenseMath
import Formats
import Foundation
import Matter
import TestKit
import Testing

@Suite("CIF text")
struct CIFTextTests {
  /// A crystal with shared sites, charges, isotopes, labels and moments, in a cell of any orientation.
  static func arbitrary(_ seed: UInt64) throws -> Crystal {
    var rng = SplitMix64(seed: seed)
    func vector(_ scale: Double) -> SIMD3<Double> {
      scale * SIMD3(rng.uniform() - 0.5, rng.uniform() - 0.5, rng.uniform() - 0.5)
    }
    let lattice = try Lattice(
      a: SIMD3(5, 0, 0) + vector(3), b: SIMD3(0, 6, 0) + vector(3), c: SIMD3(0, 0, 7) + vector(3))
    let count = 1 + rng.index(below: 12)
    let positions = (0..<count).map {
      SIMD3(Double($0) / 12, 0, 0) + vector(0.9) * SIMD3(0.05, 1, 2)
    }
    var (occupants, counts) = ([Occupant](), [Int]())
    for _ in 0..<count {
      let shared = 1 + rng.index(below: 3)
      counts.append(shared)
      for index in 0..<shared {
        let isHydrogen = rng.index(below: 8) == 0
        let number = isHydrogen && index == 0 ? 1 : 2 + 3 * rng.index(below: 30) + index
        let states: [Double?] = [nil, 3, -2, 2.5, 1.0 / 3, 0]
        let species = Species(
          try #require(Element(atomicNumber: number)), oxidationState: states[rng.index(below: 6)],
          massNumber: number == 1 ? [nil, 1, 2, 3][rng.index(below: 4)] : number == 6 ? 13 : nil)
        let isFull = shared == 1 && rng.index(below: 2) == 0
        occupants.append(Occupant(species, occupancy: isFull ? 1 : rng.uniform() / 3 + 1e-3))
      }
    }
    let labels = ["A1", "O1'", "a b", "Fe", "Fe", "", "?", "x_y", "é", "'q\"", "loop_", ";"]
    return try Crystal(
      lattice: lattice, occupants: occupants, counts: counts, positions: positions,
      labels: seed % 3 == 0
        ? nil : seed % 3 == 1 ? Array(labels.prefix(count)) : (0..<count).map { "L\($0)" },
      magneticMoments: seed % 2 == 0 ? positions : nil)
  }

  @Test("Reads back to the same value", arguments: UInt64(0)..<60)
  func roundTrips(seed: UInt64) throws {
    let crystal = try Self.arbitrary(seed)
    let names = [nil, "plain", "with blanks & 'quotes'", "ünï"]
    let entry = StructureEntry(name: names[Int(seed % 4)], arrangement: .crystal(crystal))
    let text = CIF.text([entry, entry])
    let back = try CIF.structures(Array(text.utf8), file: "t.cif")
    #expect(back.count == 2)
    #expect(back[0].crystal == crystal && back[1].crystal == crystal, "\(text)")
    #expect(back[0].name == entry.name)
    #expect(back[0].declaredSpaceGroup == 1)
  }
}
