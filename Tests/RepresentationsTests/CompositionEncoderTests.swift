import DenseMath
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

  private func rows(
    _ compositions: [Composition], _ encoder: CompositionEncoder
  ) throws -> [[Float]] {
    let values = try noGrad {
      try encoder(try PackedCompositions(CompositionBatch(compositions))).floats()
    }
    let width = encoder.configuration.width
    return compositions.indices.map { Array(values[$0 * width..<($0 + 1) * width]) }
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

  @Test("The size of the formula unit and the order of writing do not matter")
  func stoichiometryAlone() throws {
    let encoder = try encoder()
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

  @Test("A row's bits do not depend on the batch", arguments: UInt64(0)..<4)
  func batchIndependence(seed: UInt64) throws {
    let encoder = try encoder()
    let all = try compositions(seed: seed, count: 23)
    let together = try rows(all, encoder)
    #expect(try rows(all.reversed(), encoder) == together.reversed())
    for place in [0, 7, 22] {
      #expect(try rows([all[place]], encoder)[0] == together[place])
    }
  }

  @Test("Equal seeds give equal encoders, other seeds others")
  func deterministic() throws {
    let all = try compositions(seed: 5, count: 6)
    let first = try rows(all, try encoder(seed: 3))
    #expect(try rows(all, try encoder(seed: 3)) == first)
    #expect(try rows(all, try encoder(seed: 4)) != first)
    #expect(first.joined().allSatisfy { $0.isFinite })
  }

  @Test("Every parameter receives a gradient, and a step against it lowers the loss")
  func gradients() throws {
    var configuration = CompositionEncoder.Configuration()
    configuration.width = 16
    configuration.hidden = 32
    let encoder = try encoder(seed: 2, configuration)
    let packed = try PackedCompositions(CompositionBatch(try compositions(seed: 8, count: 40)))
    func loss() throws -> Tensor {
      try encoder(packed).subtracting(.full(1, shape: [1])).squared().mean()
    }
    let before = try loss()
    try before.backward()
    for parameter in encoder.parameters {
      let gradient = try #require(try parameter.value.gradient(), "\(parameter.name)").floats()
      #expect(gradient.allSatisfy(\.isFinite) && gradient.contains { $0 != 0 }, "\(parameter.name)")
      try parameter.value.blend(
        with: try parameter.value.detached().subtracting(
          try #require(try parameter.value.gradient()).scaled(by: 1e-2)))
    }
    #expect(try loss().item() < before.item())
  }

  @Test("Parameters have unique names and survive storing")
  func storing() throws {
    let first = try encoder(seed: 3)
    let second = try encoder(seed: 4)
    #expect(Set(first.parameters.map(\.name)).count == first.parameters.count)
    try second.load(try first.storedTensors())
    let all = try compositions(seed: 6, count: 5)
    #expect(try rows(all, first) == rows(all, second))
  }

  @Test("Trace amounts below single precision stay finite")
  func traces() throws {
    let iron = try #require(Element(symbol: "Fe"))
    let carbon = try #require(Element(symbol: "C"))
    let found = try rows([try Composition([iron: 1, carbon: 1e-60])], try encoder())
    #expect(found[0].allSatisfy { $0.isFinite })
  }
}
