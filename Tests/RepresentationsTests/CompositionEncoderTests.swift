import DenseMath
import Foundation
import Matter
import TestKit
import Testing
import Torch

@testable import Representations

@Suite("Composition encoder")
struct CompositionEncoderTests {
  private func encoder(
    seed: UInt64 = 1, _ configuration: CompositionEncoder.Configuration = .init()
  ) throws -> CompositionEncoder {
    var generator = SplitMix64(seed: seed)
    return try CompositionEncoder(configuration, using: &generator)
  }

  /// A small one of each architecture.
  private func encoder(
    _ architecture: CompositionEncoder.Architecture, seed: UInt64 = 1
  ) throws -> CompositionEncoder {
    var configuration = CompositionEncoder.Configuration(architecture)
    configuration.width = 16
    configuration.hidden = configuration.hidden == 64 ? 32 : 24
    configuration.layers = 2
    return try encoder(seed: seed, configuration)
  }

  /// The numbers of each composition, all of its elements' one after the other.
  private func rows(
    _ compositions: [Composition], _ encoder: CompositionEncoder
  ) throws -> [[Float]] {
    let values = try noGrad {
      try encoder(try PackedCompositions(CompositionBatch(compositions))).floats()
    }
    let width = encoder.configuration.width
    var start = 0
    return compositions.map { composition in
      let count = encoder.configuration.rows == .elements ? composition.elements.count : 1
      defer { start += count * width }
      return Array(values[start..<start + count * width])
    }
  }

  private func compositions(seed: UInt64, count: Int) throws -> [Composition] {
    var generator = SplitMix64(seed: seed)
    return try (0..<count).map { _ in try Composition.arbitrary(using: &generator) }
  }

  @Test("Batches hold each composition's elements in order, and its fractions")
  func batch() throws {
    let batch = CompositionBatch([
      try Composition(formula: "O3Fe2"), try Composition(formula: "NaCl"),
    ])
    #expect(batch.atomicNumbers == [8, 26, 11, 17])
    #expect(batch.fractions == [0.6, 0.4, 0.5, 0.5])
    #expect(batch.offsets == [0, 2, 4])
    #expect(batch.selecting([1, 0, 1]).atomicNumbers == [11, 17, 8, 26, 11, 17])
    #expect(batch.selecting([1, 0, 1]).offsets == [0, 2, 4, 6])
  }

  @Test(
    "The size of the formula unit and the order of writing do not matter",
    arguments: CompositionEncoder.Architecture.allCases)
  func stoichiometryAlone(_ architecture: CompositionEncoder.Architecture) throws {
    let encoder = try encoder(architecture)
    for pair in [("Fe2O3", "Fe4O6"), ("Fe2O3", "O3Fe2"), ("BaTiO3", "O3TiBa"), ("Cu", "Cu17")] {
      let (first, second) = (
        try Composition(formula: pair.0), try Composition(formula: pair.1)
      )
      let found = try rows([first, second], encoder)
      #expect(found[0] == found[1], "\(pair)")
    }
    let different = try rows(
      ["FeO", "Fe2O3", "Fe3O4", "CoO"].map { try Composition(formula: $0) }, encoder)
    #expect(Set(different).count == 4)
  }

  @Test(
    "A row's bits do not depend on the batch", arguments: CompositionEncoder.Architecture.allCases,
    UInt64(0)..<4)
  func batchIndependence(
    _ architecture: CompositionEncoder.Architecture, seed: UInt64
  ) throws {
    let encoder = try encoder(architecture)
    let all = try compositions(seed: seed, count: 23)
    let together = try rows(all, encoder)
    #expect(try rows(all.reversed(), encoder) == together.reversed())
    for place in [0, 7, 22] {
      #expect(try rows([all[place]], encoder)[0] == together[place])
    }
  }

  @Test(
    "Rows of elements follow their elements; other elements of the composition reach them",
    arguments: CompositionEncoder.Architecture.allCases)
  func permutation(_ architecture: CompositionEncoder.Architecture) throws {
    let encoder = try encoder(architecture)
    func encoded(_ order: [Int]) throws -> [Float] {
      let (elements, amounts) = (
        [Int64](order.map { [7, 25, 55][$0] }), order.map { [6, 3, 1][$0] }
      )
      let fractions = amounts.map { Float($0) / 10 }
      return try noGrad {
        try encoder(
          PackedCompositions(elements: elements, fractions: fractions, offsets: [0, 3])
        ).floats()
      }
    }
    let (width, order) = (encoder.configuration.width, [2, 0, 1])
    let (first, second) = (try encoded([0, 1, 2]), try encoded(order))
    if encoder.configuration.rows == .compositions {
      #expect(zip(first, second).allSatisfy { abs($0 - $1) < 1e-5 })
    } else {
      for (place, element) in order.enumerated() {
        let found = second[place * width..<(place + 1) * width]
        let expected = first[element * width..<(element + 1) * width]
        #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 })
      }
    }
    let (oxide, sulfide) = (try Composition(formula: "OFe"), try Composition(formula: "FeS"))
    let pair = try rows([oxide, sulfide], encoder)
    // Iron is the second element of one and of the other.
    #expect(pair[0].suffix(width) != pair[1].suffix(width))
  }

  @Test(
    "Equal seeds give equal encoders, other seeds others",
    arguments: CompositionEncoder.Architecture.allCases)
  func deterministic(_ architecture: CompositionEncoder.Architecture) throws {
    let all = try compositions(seed: 5, count: 6)
    let first = try rows(all, try encoder(architecture, seed: 3))
    #expect(try rows(all, try encoder(architecture, seed: 3)) == first)
    #expect(try rows(all, try encoder(architecture, seed: 4)) != first)
    #expect(first.joined().allSatisfy { $0.isFinite })
  }

  @Test(
    "Gradients of every parameter agree with finite differences",
    arguments: CompositionEncoder.Architecture.allCases, UInt64(1)..<4)
  func gradients(_ architecture: CompositionEncoder.Architecture, seed: UInt64) throws {
    let encoder = try encoder(architecture, seed: seed)
    let packed = try PackedCompositions(CompositionBatch(try compositions(seed: seed, count: 12)))
    var generator = SplitMix64(seed: 9)
    let shape = try encoder(packed).shape
    let weights = (0..<shape.reduce(1, *)).map { _ in Float(generator.normal()) }
    try encoder(packed).multiplied(by: try Tensor(weights, shape: shape)).sum().backward()
    func loss() throws -> Double {
      try zip(encoder(packed).doubles(), weights).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    for parameter in encoder.parameters {
      let gradient = try #require(try parameter.value.gradient(), "\(parameter.name)").doubles()
      let start = try parameter.value.detached().doubles()
      // Along the gradient itself the slope is largest, and single precision tells most.
      let length = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      try #require(length > 0, "\(parameter.name)")
      func value(_ shift: Double) throws -> Double {
        let moved = zip(start, gradient).map { Float($0 + shift * $1 / length) }
        try parameter.value.blend(with: try Tensor(moved, shape: parameter.value.shape))
        return try noGrad { try loss() }
      }
      let step = 1e-3
      let slope = try (value(step) - value(-step)) / (2 * step)
      _ = try value(0)
      #expect(abs(slope - length) < 0.02 * length + 0.02, "\(parameter.name): \(slope), \(length)")
    }
  }

  @Test(
    "Parameters have unique names and survive storing",
    arguments: CompositionEncoder.Architecture.allCases)
  func storing(_ architecture: CompositionEncoder.Architecture) throws {
    let first = try encoder(architecture, seed: 3)
    let second = try encoder(architecture, seed: 4)
    #expect(Set(first.parameters.map(\.name)).count == first.parameters.count)
    try second.load(try first.storedTensors())
    let all = try compositions(seed: 6, count: 5)
    #expect(try rows(all, first) == rows(all, second))
  }

  @Test(
    "A table of vectors of one's own is used, stored and not learned",
    arguments: CompositionEncoder.Architecture.allCases)
  func vectors(_ architecture: CompositionEncoder.Architecture) throws {
    var configuration = try encoder(architecture).configuration
    configuration.vectorWidth = 5
    var generator = SplitMix64(seed: 6)
    let values = (0..<Element.count * 5).map { _ in Float(generator.normal()) }
    let first = try CompositionEncoder(configuration, vectors: values, using: &generator)
    let second = try CompositionEncoder(configuration, using: &generator)
    try second.load(try first.storedTensors())
    let all = try compositions(seed: 6, count: 5)
    #expect(try rows(all, first) == rows(all, second))
    try first(try PackedCompositions(CompositionBatch(all))).sum().backward()
    let stored = try #require(first.parameters.first { $0.name == "vectors" })
    #expect(try stored.value.gradient() == nil && stored.value.floats() == values)
  }

  @Test("Configurations from before there were architectures are still read")
  func formerConfiguration() throws {
    let text = #"{"width":64,"hidden":64,"layers":2,"heads":4}"#
    let read = try JSONDecoder().decode(
      CompositionEncoder.Configuration.self, from: Data(text.utf8))
    #expect(read == CompositionEncoder.Configuration())
  }

  @Test("Trace amounts below single precision stay finite")
  func traces() throws {
    let iron = try #require(Element(symbol: "Fe"))
    let carbon = try #require(Element(symbol: "C"))
    for architecture in CompositionEncoder.Architecture.allCases {
      let found = try rows(
        [try Composition([iron: 1, carbon: 1e-60])], try encoder(architecture))
      #expect(found[0].allSatisfy { $0.isFinite })
    }
  }
}

extension PackedCompositions {
  /// Elements in any order.
  fileprivate init(elements: [Int64], fractions: [Float], offsets: [Int64]) throws {
    try self.init(
      CompositionBatch(
        atomicNumbers: elements.map { $0 + 1 }, fractions: fractions, offsets: offsets))
  }
}
