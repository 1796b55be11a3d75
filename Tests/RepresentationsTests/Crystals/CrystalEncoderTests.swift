import DenseMath
import Foundation
import Matter
import Testing
import Torch

@testable import Representations

@Suite("Crystal encoders")
struct CrystalEncoderTests {
  typealias Configuration = CrystalEncoder.Configuration

  func encoder(_ configuration: Configuration, seed: UInt64 = 3) throws -> CrystalEncoder {
    var generator = SplitMix64(seed: seed)
    return try CrystalEncoder(configuration, using: &generator)
  }

  func row(_ encoder: CrystalEncoder, _ crystal: Crystal, folds: Bool = false) throws -> [Float] {
    try encoder(try encoder.configuration.packed([crystal], folds: folds)).floats()
  }

  /// Sizes of the published networks. CGCNN: its public code, 92 bits of an element and 41 of a
  /// distance. MEGNet: matgl's, 189,521 with vectors for 89 elements, of which here are 118. ALIGNN:
  /// its public code, 4.03 million in the paper.
  @Test(
    "As many numbers are learned as in the publications",
    arguments: [
      (CrystalEncoder.Architecture.cgcnn, 80_833), (.megnet, 189_521 + 29 * 16),
      (.alignn, 4_026_753),
    ])
  func parameterCounts(architecture: CrystalEncoder.Architecture, count: Int) throws {
    var generator = SplitMix64(seed: 1)
    let network = try CrystalNetwork(
      Configuration(architecture), stateWidth: architecture == .megnet ? 2 : 0, using: &generator)
    #expect(network.parameterCount == count)
  }

  /// Five blocks of 131,840 (edge network 384 → 128 and four of 128 → 128, node network 128 → 128),
  /// the layer before them 32 → 128 and the head; elements differ from the publication.
  @Test("coGN has its five deep blocks")
  func cognCount() throws {
    var generator = SplitMix64(seed: 1)
    let network = try CrystalNetwork(Configuration(.cogn), using: &generator)
    let elements = network.parameters.filter { $0.name.hasPrefix("encoder.elements.") }
      .reduce(0) { $0 + $1.value.count }
    #expect(network.parameterCount - elements == 5 * 131_840 + 32 * 128 + 128 + 129)
  }

  @Test(
    "Neither cell, order, place nor direction matters",
    arguments: CrystalEncoder.Architecture.allCases,
    [CrystalFixture.perovskite, .hexagonal, .random])
  func invariance(architecture: CrystalEncoder.Architecture, fixture: CrystalFixture) throws {
    let encoder = try encoder(.small(architecture))
    let crystal = try fixture.crystal
    let expected = try row(encoder, crystal)
    #expect(expected.allSatisfy { $0.isFinite })
    for (name, saying) in try crystal.sayings {
      let difference = largestDifference(expected, try row(encoder, saying))
      #expect(difference < 2e-5, "\(name): \(difference)")
    }
  }

  @Test(
    "A folded graph gives the row of the whole, in training as well",
    arguments: CrystalEncoder.Architecture.allCases, [false, true])
  func folding(architecture: CrystalEncoder.Architecture, isTraining: Bool) throws {
    let encoder = try encoder(.small(architecture))
    let crystals = try CrystalFixture.allCases.map { try $0.crystal }
    let whole = try encoder.configuration.packed(crystals)
    let folded = try encoder.configuration.packed(crystals, folds: true)
    #expect(folded.batch.nodeCount < whole.batch.nodeCount)
    let expected = try encoder(whole, isTraining: isTraining).floats()
    let difference = largestDifference(
      expected, try encoder(folded, isTraining: isTraining).floats())
    #expect(difference < 1e-5, "\(difference)")
  }

  @Test(
    "A row does not depend on the other crystals", arguments: CrystalEncoder.Architecture.allCases)
  func company(architecture: CrystalEncoder.Architecture) throws {
    let encoder = try encoder(.small(architecture))
    let crystals = try CrystalFixture.allCases.map { try $0.crystal }
    let together = try noGrad { () throws in
      try encoder(try encoder.configuration.packed(crystals)).floats()
    }
    let alone = try noGrad { () throws in try crystals.flatMap { try row(encoder, $0) } }
    #expect(largestDifference(together, alone) < 1e-6)
    // These are made of fused operations alone.
    if [.cogn, .alignn].contains(architecture) { #expect(together == alone) }
  }

  @Test(
    "Networks tell elements, distances and structures apart",
    arguments: CrystalEncoder.Architecture.allCases)
  func distinguishes(architecture: CrystalEncoder.Architecture) throws {
    let encoder = try encoder(.small(architecture))
    let rows = try CrystalFixture.allCases.map { try row(encoder, try $0.crystal) }
    for (place, one) in rows.enumerated() {
      for other in rows[..<place] { #expect(largestDifference(one, other) > 1e-4) }
    }
    let crystal = try CrystalFixture.rockSalt.crystal
    let wider = try Crystal(
      lattice: try Lattice(
        a: crystal.lattice.a * 1.2, b: crystal.lattice.b * 1.2, c: crystal.lattice.c * 1.2),
      elements: try #require(crystal.elements), positions: crystal.positions)
    let difference = largestDifference(try row(encoder, crystal), try row(encoder, wider))
    // Ranks of neighbors do not change with the size of the cell.
    #expect(architecture == .cgat ? difference < 1e-6 : difference > 1e-5)
  }

  @Test(
    "Gradients agree with finite differences",
    arguments: CrystalEncoder.Architecture.allCases, [false, true])
  func gradients(architecture: CrystalEncoder.Architecture, isTraining: Bool) throws {
    let encoder = try encoder(.small(architecture))
    let batch = try encoder.configuration.packed(
      [CrystalFixture.random, .perovskite].map { try $0.crystal })
    var generator = SplitMix64(seed: 5)
    let size = 2 * encoder.configuration.outputWidth
    let weights = try Tensor(
      (0..<size).map { _ in Float(generator.normal()) },
      shape: [2, encoder.configuration.outputWidth])
    func loss() throws -> Tensor {
      try encoder(batch, isTraining: isTraining).multiplied(by: weights).sum()
    }
    try loss().backward()
    for parameter in encoder.parameters where parameter.value.requiresGradient {
      let direction = (0..<parameter.value.count).map { _ in Float(generator.normal()) }
      let gradient =
        try parameter.value.gradient()?.floats()
        ?? [Float](
          repeating: 0, count: direction.count)
      let analytic = zip(gradient, direction).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      let start = try parameter.value.floats()
      func value(_ step: Float) throws -> Double {
        let moved = zip(start, direction).map { $0 + step * $1 }
        try parameter.value.blend(with: try Tensor(moved, shape: parameter.value.shape))
        return try loss().item()
      }
      // A step may cross the kink of an activation; a smaller one then does not.
      var error = Double.infinity
      for step: Float in [1e-3, 2e-4, 5e-5] where error > 0.03 * max(1, abs(analytic)) {
        error = abs((try value(step) - value(-step)) / Double(2 * step) - analytic)
      }
      _ = try value(0)
      #expect(
        error < 0.03 * max(1, abs(analytic)),
        "\(parameter.name): off by \(error) from \(analytic)")
    }
  }

  @Test("With fading, nothing jumps as an atom crosses the cutoff", arguments: [false, true])
  func smoothness(isSmooth: Bool) throws {
    for architecture in [CrystalEncoder.Architecture.megnet, .cgcnn, .alignn, .cogn] {
      var configuration = Configuration.small(architecture)
      configuration.rule = .radius(4)
      configuration.isSmooth = isSmooth
      let encoder = try encoder(configuration)
      func row(at distance: Double) throws -> [Float] {
        let lattice = try Lattice(a: SIMD3(9, 0, 0), b: SIMD3(0, 9, 0), c: SIMD3(0, 0, 9))
        return try self.row(
          encoder,
          try Crystal(
            lattice: lattice,
            elements: ["Na", "Cl", "K"].compactMap(Element.init(symbol:)),
            positions: [SIMD3(0, 0, 0), SIMD3(2.5 / 9, 0, 0), SIMD3(0, distance / 9, 0)]))
      }
      let jump = largestDifference(try row(at: 3.9999), try row(at: 4.0001))
      #expect(isSmooth ? jump < 1e-5 : jump > 1e-4, "\(architecture): \(jump)")
    }
  }

  @Test(
    "Shared sites enter as mixtures, and a vacancy is seen",
    arguments: CrystalEncoder.Architecture.allCases)
  func disorder(architecture: CrystalEncoder.Architecture) throws {
    let encoder = try encoder(.small(architecture))
    let lattice = try CrystalFixture.rockSalt.crystal.lattice
    func row(_ occupants: [(String, Double)]) throws -> [Float] {
      let shared = try occupants.map { symbol, share in
        Occupant(Species(try #require(Element(symbol: symbol))), occupancy: share)
      }
      let oxygen = Occupant(Species(try #require(Element(symbol: "O"))))
      return try self.row(
        encoder,
        try Crystal(
          lattice: lattice, occupants: shared + [oxygen], counts: [shared.count, 1],
          positions: [SIMD3(0, 0, 0), SIMD3(0.5, 0.5, 0.5)]))
    }
    let mixture = try row([("Mg", 0.5), ("Fe", 0.5)])
    #expect(largestDifference(mixture, try row([("Fe", 0.5), ("Mg", 0.5)])) < 1e-6)
    #expect(largestDifference(mixture, try row([("Mg", 1)])) > 1e-4)
    #expect(largestDifference(try row([("Mg", 0.6)]), try row([("Mg", 1)])) > 1e-4)
  }

  @Test("Odd crystals give numbers", arguments: CrystalEncoder.Architecture.allCases)
  func oddities(architecture: CrystalEncoder.Architecture) throws {
    var configuration = Configuration.small(architecture)
    configuration.rule = .radius(3)
    let encoder = try encoder(configuration)
    let wide = try Lattice(a: SIMD3(12, 0, 0), b: SIMD3(0, 12, 0), c: SIMD3(0, 0, 12))
    let argon = try #require(Element(symbol: "Ar"))
    let rare = try #require(Element(symbol: "Og"))
    let half = Occupant(Species(argon), occupancy: 0.5)
    let crystals = [
      // Nobody near.
      try Crystal(lattice: wide, elements: [argon], positions: [SIMD3(0, 0, 0)]),
      try Crystal(
        lattice: wide, elements: [argon, rare], positions: [SIMD3(0, 0, 0), SIMD3(0.5, 0, 0)]),
      // Two halves of an atom in one place.
      try Crystal(
        lattice: wide, occupants: [half, half], positions: [SIMD3(0, 0, 0), SIMD3(0, 0, 0)]),
    ]
    for isTraining in [false, true] {
      for group in [crystals] + crystals.map({ [$0] }) {
        let rows = try encoder(try configuration.packed(group), isTraining: isTraining).floats()
        #expect(rows.count == group.count * configuration.outputWidth)
        #expect(rows.allSatisfy { $0.isFinite })
      }
    }
    let batch = try configuration.packed(crystals)
    try encoder(batch, isTraining: true).sum().backward()
    for parameter in encoder.parameters {
      #expect(try parameter.value.gradient()?.floats().allSatisfy { $0.isFinite } ?? true)
    }
    #expect(try encoder.dirichletEnergies(batch).allSatisfy { $0.isFinite })
  }

  @Test("A state of each crystal enters its row")
  func state() throws {
    var generator = SplitMix64(seed: 2)
    let encoder = try CrystalEncoder(.small(.megnet), stateWidth: 2, using: &generator)
    let crystal = try CrystalFixture.perovskite.crystal
    let batch = try encoder.configuration.packed([crystal, crystal])
    let rows = try encoder(batch, state: try Tensor([0, 1, 2, 1] as [Float], shape: [2, 2]))
    let width = encoder.configuration.outputWidth
    let numbers = try rows.floats()
    #expect(largestDifference(Array(numbers[..<width]), Array(numbers[width...])) > 1e-3)
  }

  @Test("Dirichlet energies tell how unlike neighbors are")
  func energies() throws {
    let encoder = try encoder(.small(.cogn))
    let batch = try encoder.configuration.packed(
      try [CrystalFixture.rockSalt, .diamond].map { try $0.crystal })
    let energies = try encoder.dirichletEnergies(batch)
    #expect(energies.count == 3)
    #expect(energies.allSatisfy { $0 > 0 })
    // One kind of site: all nodes are alike.
    let alike = try encoder.configuration.packed([try CrystalFixture.diamond.crystal])
    #expect(try encoder.dirichletEnergies(alike) == [0, 0, 0])
  }

  @Test("Settings are stored, and impossible ones are known")
  func settings() throws {
    for architecture in CrystalEncoder.Architecture.allCases {
      let configuration = Configuration(architecture)
      #expect(configuration.isPossible)
      let stored = try JSONEncoder().encode(configuration)
      #expect(try JSONDecoder().decode(Configuration.self, from: stored) == configuration)
      for break_ in [\Configuration.width, \.hidden, \.heads, \.depth, \.edgeWidth] {
        var broken = configuration
        broken[keyPath: break_] = 0
        #expect(!broken.isPossible)
      }
    }
    var faces = Configuration(.cogn)
    faces.areas = 32
    #expect(!faces.isPossible)
    faces.rule = .voronoi
    #expect(faces.isPossible)
    let row = try row(try encoder(faces), try CrystalFixture.diamond.crystal)
    #expect(row.allSatisfy { $0.isFinite })
  }

  @Test("Elements are told apart by their bits")
  func bits() {
    let rows = stride(from: 0, to: ElementBits.table.count, by: ElementBits.count).map {
      Array(ElementBits.table[$0..<$0 + ElementBits.count])
    }
    #expect(rows.count == 118)
    // Nine groups; some values of the heaviest are unknown.
    #expect(rows[..<86].allSatisfy { (7...9).contains(Int($0.reduce(0, +))) })
    #expect(Set(rows[..<57]).count == 57)
    // Sodium: group 1, period 3, electronegativity 0.93 in 0.85 … 1.2, one valence electron, s.
    let sodium = rows[10].indices.filter { rows[10][$0] == 1 }
    #expect(sodium.prefix(3) == [1, 21, 27])
    #expect(sodium.contains(46) && sodium.contains(78))
  }
}
