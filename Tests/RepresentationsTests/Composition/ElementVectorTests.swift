import Foundation
import Matter
import Representations
import Testing

@Suite("Element vectors")
struct ElementVectorTests {
  private func vectors() throws -> ElementVectors {
    let iron = try #require(Element(symbol: "Fe"))
    let oxygen = try #require(Element(symbol: "O"))
    return ElementVectors(
      name: "toy", columns: ["a", "b"], vectors: [iron: [1, .nan], oxygen: [3, 5]])
  }

  /// By hand: 0.4 × 1 + 0.6 × 3 = 2.2; 0.4 × 1.44 + 0.6 × 0.64 = 0.96.
  @Test("Statistics by hand; a missing number is missing in its column alone")
  func statistics() throws {
    let descriptor = ElementVectorDescriptor(try vectors())
    #expect(descriptor.name == "elements:toy")
    #expect(
      descriptor.columns.prefix(4) == [
        "toy mean a", "toy mean b", "toy minimum a", "toy minimum b",
      ])
    let row = try descriptor.rows([Composition(formula: "Fe2O3")])
    let a = stride(from: 0, to: 10, by: 2).map { row[$0] }
    #expect(zip(a, [2.2, 1, 3, 2, 0.96]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(stride(from: 1, to: 10, by: 2).allSatisfy { row[$0].isNaN })
    #expect(try descriptor.rows([Composition(formula: "NaCl")]).allSatisfy { $0.isNaN })
  }

  @Test("Written and read again they are the same, missing numbers too")
  func stored() throws {
    let vectors = try vectors()
    let read = try JSONDecoder().decode(ElementVectors.self, from: JSONEncoder().encode(vectors))
    #expect(read.name == vectors.name && read.columns == vectors.columns)
    let iron = try #require(Element(symbol: "Fe"))
    let numbers = try #require(read.vector(of: iron))
    #expect(read.elements == vectors.elements && numbers[0] == 1 && numbers[1].isNaN)
    let short = #"{"name": "x", "columns": ["a", "b"], "vectors": {"Fe": [1]}}"#
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(ElementVectors.self, from: Data(short.utf8))
    }
  }

  @Test("Other numbers give another hash")
  func hash() throws {
    let iron = try #require(Element(symbol: "Fe"))
    let one = ElementVectors(name: "toy", columns: ["a"], vectors: [iron: [1]])
    let two = ElementVectors(name: "toy", columns: ["a"], vectors: [iron: [2]])
    #expect(
      ElementVectorDescriptor(one).columnHash != ElementVectorDescriptor(two).columnHash)
    #expect(one.vector(of: iron) == [1])
  }
}
