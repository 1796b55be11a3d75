public import DenseMath
import Foundation
import Matter
public import Torch

/// Encodes compositions by message passing between their elements.
///
/// Each composition is a complete graph on its elements, weighted by atomic fraction. Follows
/// Goodall and Lee, Nat. Commun. 11, 6280 (2020), doi:10.1038/s41467-020-19964-7, with these
/// differences: gate and message share one hidden layer, whose first half is computed for elements
/// instead of pairs and whose second half is applied after the weighted sum (the sum is linear, so
/// the result is the same); heads are concatenated; rows are normalized before each step; elements
/// enter with the 22 properties of the Magpie table beside a learned vector, and with their
/// fraction by a product. No pair of elements is ever multiplied by a matrix.
///
/// Laws: the order of the elements and the size of the formula unit do not matter; a row's bits do
/// not depend on the other rows. They depend on the family of the processor, whose widest vector
/// instructions are used.
public final class CompositionEncoder: Module {
  /// Everything that rebuilds the module, and nothing else.
  public struct Configuration: Codable, Hashable, Sendable {
    /// Size of the vector of an element and of a composition.
    public var width = 64
    /// Size of the hidden layer of messages; a multiple of ``heads``.
    public var hidden = 64
    public var layers = 2
    public var heads = 4

    public init() {}
  }

  public let configuration: Configuration
  /// `[118, 22]`: the fixed properties of the elements, standardized.
  package let elementProperties: Tensor
  private let propertyLayer: Linear
  private let embedding: Embedding
  private let amounts: (weight: Tensor, bias: Tensor)
  private let messages: [ElementAttention]
  private let pooling: ElementAttention

  public init(
    _ configuration: Configuration = Configuration(), using generator: inout SplitMix64
  ) throws(TorchError) {
    let width = configuration.width
    self.configuration = configuration
    elementProperties = try Self.standardizedProperties()
    propertyLayer = try Linear(ElementProperty.count, 2 * width, using: &generator)
    // Small, so that elements without training data stay near what their properties say.
    embedding = try Embedding(
      count: Element.count, width: 2 * width, scale: 0.1, using: &generator)
    amounts = try Linear.weights(3, width, using: &generator)
    var messages: [ElementAttention] = []
    for _ in 0..<configuration.layers {
      messages.append(try ElementAttention(to: .elements, configuration, using: &generator))
    }
    self.messages = messages
    pooling = try ElementAttention(to: .compositions, configuration, using: &generator)
  }

  /// Encodes one batch.
  ///
  /// - Parameter batch: `b` compositions, `n` elements in all.
  /// - Returns: `[b, width]`, one row for each composition.
  /// - Throws: ``TorchError`` when libtorch runs out of memory.
  public func callAsFunction(_ batch: PackedCompositions) throws(TorchError) -> Tensor {
    try encode(batch, table: try elementTable())
  }

  /// What the elements enter with, `[118, 2 width]`: what one is, and how it answers to its amount.
  package func elementTable() throws(TorchError) -> Tensor {
    try propertyLayer(elementProperties).adding(embedding.weight)
  }

  /// Encodes a batch whose elements are rows of `table`.
  ///
  /// - Parameter table: `[r, 2 width]`; gradients arrive in it.
  package func encode(
    _ batch: PackedCompositions, table: Tensor
  ) throws(TorchError) -> Tensor {
    try encode(batch, table: table, willAttend: nil)
  }

  /// - Parameter willAttend: Told each step of attention and the rows that it receives, in their
  ///   order.
  func encode(
    _ batch: PackedCompositions, table: Tensor,
    willAttend: ((ElementAttention, Tensor) throws(TorchError) -> Void)?
  ) throws(TorchError) -> Tensor {
    var nodes = try table.mixedElements(
      batch.elements, amounts: batch.amounts, weight: amounts.weight, bias: amounts.bias)
    for message in messages {
      try willAttend?(message, nodes)
      nodes = try message(nodes, batch)
    }
    try willAttend?(pooling, nodes)
    return try pooling(nodes, batch)
  }

  public var parameters: [NamedParameter] {
    propertyLayer.parameters(under: "properties") + embedding.parameters(under: "embedding")
      + [
        NamedParameter("amounts.weight", amounts.weight),
        NamedParameter("amounts.bias", amounts.bias),
      ]
      + messages.enumerated().flatMap { $1.parameters(under: "messages.\($0)") }
      + pooling.parameters(under: "pooling")
  }

  /// `[118, 22]`, each column with mean 0 and variance 1; 0 where a value is unknown.
  private static func standardizedProperties() throws(TorchError) -> Tensor {
    let table = ElementProperty.table
    let columns = ElementProperty.count
    var values = [Float](repeating: 0, count: table.count)
    for column in 0..<columns {
      let places = stride(from: column, to: table.count, by: columns).filter { table[$0].isFinite }
      let mean = places.reduce(0) { $0 + table[$1] } / Double(places.count)
      let variance = places.reduce(0) { $0 + (table[$1] - mean) * (table[$1] - mean) }
      let deviation = max((variance / Double(places.count)).squareRoot(), 1e-12)
      for place in places { values[place] = Float((table[place] - mean) / deviation) }
    }
    return try Tensor(values, shape: [table.count / columns, columns])
  }
}

extension Float {
  /// Natural logarithm.
  var logarithm: Float { Foundation.log(self) }
}
