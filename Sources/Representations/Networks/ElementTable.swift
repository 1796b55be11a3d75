import DenseMath
import Foundation
import Matter
import Torch

/// What is known and what is learned of each element, in one row for each of the 118.
final class ElementTable: Module {
  /// `[118, k]`; not learned.
  let known: Tensor
  private let layer: Linear
  /// Beside the properties, which do not tell all elements apart.
  private let learned: Embedding?

  /// The 22 properties of Magpie beside a learned vector.
  init(outputs: Int, using generator: inout SplitMix64) throws(TorchError) {
    known = try Self.standardizedProperties()
    layer = try Linear(ElementProperty.count, outputs, using: &generator)
    // Small, so that elements without training data stay near what their properties say.
    learned = try Embedding(
      count: Element.count, width: outputs, scale: 0.1, using: &generator)
  }

  /// - Parameter vectors: `[118, width]`.
  init(
    _ vectors: [Float]?, width: Int, outputs: Int, using generator: inout SplitMix64
  ) throws(TorchError) {
    known =
      if let vectors {
        try Tensor(vectors, shape: [Element.count, width])
      } else {
        try .zeros(shape: [Element.count, width])
      }
    layer = try Linear(width, outputs, using: &generator)
    learned = nil
  }

  /// `[118, outputs]`.
  func callAsFunction() throws(TorchError) -> Tensor {
    let rows = try layer(known)
    guard let learned else { return rows }
    return try rows.adding(learned.weight)
  }

  /// A table of one's own is stored with the model; it receives no gradient.
  var parameters: [NamedParameter] {
    guard let learned else {
      return layer.parameters(under: "properties") + [NamedParameter("vectors", known)]
    }
    return layer.parameters(under: "properties") + learned.parameters(under: "embedding")
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
