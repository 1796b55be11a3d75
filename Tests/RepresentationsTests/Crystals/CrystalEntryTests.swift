import DenseMath
import Foundation
import Matter
import Testing
import Torch

@testable import Representations

@Suite("What enters a crystal encoder")
struct CrystalEntryTests {
  private func encoder(_ architecture: CrystalEncoder.Architecture) throws -> CrystalEncoder {
    var generator = SplitMix64(seed: 3)
    return try CrystalEncoder(.small(architecture), using: &generator)
  }

  @Test("A batch's own entry gives its rows", arguments: CrystalEncoder.Architecture.allCases)
  func own(architecture: CrystalEncoder.Architecture) throws {
    let encoder = try encoder(architecture)
    let batch = try encoder.configuration.packed(
      try CrystalFixture.allCases.map { try $0.crystal }, folds: true)
    let expected = try encoder(batch).floats()
    let found = try encoder.encode(batch, entry: try encoder.entry(batch)).floats()
    #expect(largestDifference(expected, found) < 1e-6)
  }

  @Test(
    "With an average element everywhere, crystals of one structure are alike",
    arguments: CrystalEncoder.Architecture.allCases)
  func average(architecture: CrystalEncoder.Architecture) throws {
    let encoder = try encoder(architecture)
    let (own, other) = (try CrystalFixture.perovskite.crystal, ["Ba", "Zr", "F", "F", "F"])
    let crystals = [
      own,
      try Crystal(
        lattice: own.lattice, elements: other.compactMap { Element(symbol: $0) },
        positions: own.positions),
    ]
    let batch = try encoder.configuration.packed(crystals, folds: true)
    var weights = [Float](repeating: 0, count: 118)
    for place in [7, 21, 37] { weights[place] = 1.0 / 3 }
    let rows = try encoder.encode(
      batch, entry: try encoder.averageEntry(batch, weights: weights)
    ).floats()
    let half = rows.count / 2
    #expect(largestDifference(Array(rows[..<half]), Array(rows[half...])) < 1e-5)
    let plain = try encoder(batch).floats()
    #expect(largestDifference(Array(plain[..<half]), Array(plain[half...])) > 1e-3)
  }

  @Test(
    "Gradients by what enters agree with finite differences",
    arguments: CrystalEncoder.Architecture.allCases)
  func gradients(architecture: CrystalEncoder.Architecture) throws {
    let encoder = try encoder(architecture)
    let batch = try encoder.configuration.packed(
      [CrystalFixture.random, .perovskite].map { try $0.crystal }, folds: true)
    var generator = SplitMix64(seed: 8)
    let entry = try encoder.entry(batch)
    let width = encoder.configuration.outputWidth
    let weights = try Tensor(
      (0..<2 * width).map { _ in Float(generator.normal()) }, shape: [2, width])
    func copy(_ tensor: Tensor, _ direction: [Float], _ step: Float) throws -> Tensor {
      try Tensor(zip(try tensor.floats(), direction).map { $0 + step * $1 }, shape: tensor.shape)
    }
    let parts = [entry.occupants, entry.edges] + (entry.wholes.map { [$0] } ?? [])
    let directions = parts.map { part in (0..<part.count).map { _ in Float(generator.normal()) } }
    func value(_ step: Float, tracked: Bool = false) throws -> (Tensor, [Tensor]) {
      let moved = try zip(parts, directions).map { try copy($0, $1, step) }
      if tracked { for tensor in moved { try tensor.setRequiresGradient() } }
      let own = CrystalEntry(
        occupants: moved[0], edges: moved[1], wholes: moved.count > 2 ? moved[2] : nil)
      return (try encoder.encode(batch, entry: own).multiplied(by: weights).sum(), moved)
    }
    let (sum, leaves) = try value(0, tracked: true)
    try sum.backward()
    var analytic = 0.0
    for (leaf, direction) in zip(leaves, directions) {
      let gradient = try #require(try leaf.gradient()).floats()
      analytic += zip(gradient, direction).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    }
    var error = Double.infinity
    for step in [Float(1e-2), 3e-3, 1e-3, 3e-4] {
      let (up, down) = (try value(step).0.item(), try value(-step).0.item())
      error = min(error, abs((up - down) / Double(2 * step) - analytic))
    }
    #expect(error < 2e-2 * max(1, abs(analytic)), "\(error) of \(analytic)")
  }

  @Test("Each occupant is its part of the element of the whole")
  func wholes() throws {
    let crystal = try CrystalFixture.perovskite.crystal
    let graph = try CrystalGraph(of: crystal, GraphSettings(edges: .radius(3)))
    let parts = CrystalBatch([graph, graph]).wholeOccupants()
    // O, Ti, Sr of each, one node each.
    #expect(parts.map { $0.map(\.occupant) } == [[2], [1], [0], [5], [4], [3]])
    #expect(parts.allSatisfy { abs($0.reduce(0) { $0 + $1.part } - 1) < 1e-12 })
    let pair = CrystalBatch([
      try CrystalGraph(of: try Self.mixed(), GraphSettings(edges: .radius(3)))
    ])
    for (row, share) in zip(pair.wholeOccupants(), [0.25 / 1.25, 1]) {
      #expect(abs(row[0].part - share) < 1e-6)
    }
  }

  /// Fe at 0.25 beside Co on one site, Fe alone on the other.
  private static func mixed() throws -> Crystal {
    let iron = Species(try #require(Element(symbol: "Fe")))
    let cobalt = Species(try #require(Element(symbol: "Co")))
    return try Crystal(
      lattice: try Lattice(a: SIMD3(3, 0, 0), b: SIMD3(0, 3.4, 0), c: SIMD3(0, 0, 3.9)),
      occupants: [
        Occupant(iron, occupancy: 0.25), Occupant(cobalt, occupancy: 0.75), Occupant(iron),
      ],
      counts: [2, 1], positions: [.zero, SIMD3(repeating: 0.5)])
  }
}
