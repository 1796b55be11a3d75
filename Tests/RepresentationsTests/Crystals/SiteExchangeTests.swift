import DenseMath
import Foundation
import Matter
import Testing
import Torch

@testable import Representations

@Suite("Exchange among all sites of a crystal")
struct SiteExchangeTests {
  typealias Architecture = CrystalEncoder.Architecture

  func encoder(_ architecture: Architecture, exchanges: Bool = true) throws -> CrystalEncoder {
    var configuration = CrystalEncoder.Configuration.small(architecture)
    configuration.isLongRange = exchanges
    var generator = SplitMix64(seed: 4)
    return try CrystalEncoder(configuration, using: &generator)
  }

  @Test("Neither cell, order, place nor direction matters", arguments: Architecture.allCases)
  func invariance(architecture: Architecture) throws {
    let encoder = try encoder(architecture)
    let crystal = try CrystalFixture.hexagonal.crystal
    func row(_ crystal: Crystal) throws -> [Float] {
      try encoder(try encoder.configuration.packed([crystal])).floats()
    }
    let expected = try row(crystal)
    for (name, saying) in try crystal.sayings {
      let difference = largestDifference(expected, try row(saying))
      #expect(difference < 2e-5, "\(name): \(difference)")
    }
  }

  @Test("A folded graph gives the row of the whole", arguments: Architecture.allCases)
  func folding(architecture: Architecture) throws {
    let encoder = try encoder(architecture)
    let crystals = try CrystalFixture.allCases.map { try $0.crystal }
    let rows = try [false, true].map { folds in
      try encoder(try encoder.configuration.packed(crystals, folds: folds)).floats()
    }
    #expect(largestDifference(rows[0], rows[1]) < 1e-5)
  }

  /// Two pairs of atoms, 30 Å apart: no message crosses that.
  @Test("Sites far away are heard of", arguments: [false, true])
  func distance(exchanges: Bool) throws {
    var configuration = CrystalEncoder.Configuration(.compact)
    configuration.rule = .radius(5)
    configuration.isLongRange = exchanges
    var generator = SplitMix64(seed: 4)
    let encoder = try CrystalEncoder(configuration, using: &generator)
    func first(_ far: String) throws -> [Float] {
      let crystal = try Crystal(
        lattice: try Lattice(a: SIMD3(60, 0, 0), b: SIMD3(0, 6, 0), c: SIMD3(0, 0, 6)),
        elements: try ["Na", "Cl", far, "Cl"].map { try #require(Element(symbol: $0)) },
        positions: [
          SIMD3(0, 0, 0), SIMD3(0.04, 0, 0), SIMD3(0.5, 0, 0), SIMD3(0.54, 0, 0),
        ])
      let nodes = try encoder.nodes(try encoder.configuration.packed([crystal]))
      return Array(try nodes.floats().prefix(configuration.width))
    }
    let difference = largestDifference(try first("K"), try first("Rb"))
    #expect(exchanges ? difference > 1e-4 : difference == 0, "\(difference)")
  }

  @Test("Settings of files without the word have no exchange; those with it keep it")
  func settings() throws {
    var configuration = CrystalEncoder.Configuration(.compact)
    let plain = try JSONEncoder().encode(configuration)
    #expect(!String(decoding: plain, as: UTF8.self).contains("exchanges"))
    #expect(
      try !JSONDecoder().decode(CrystalEncoder.Configuration.self, from: plain).isLongRange)
    configuration.isLongRange = true
    let decoded = try JSONDecoder().decode(
      CrystalEncoder.Configuration.self, from: try JSONEncoder().encode(configuration))
    #expect(decoded == configuration && decoded.isLongRange)
  }
}
