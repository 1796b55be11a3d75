package import DenseMath
import Foundation
package import Torch

/// Who listened to whom in one step of attention.
package struct AttentionShares: Sendable {
  /// For each composition and head: `[receivers, senders]`, each row summing to 1; one receiver
  /// where all elements are gathered into one vector.
  package let heads: [[Matrix]]
}

extension CompositionEncoder {
  /// The weights of every step of attention: messages between elements, then the gathering.
  package func attention(_ batch: PackedCompositions) throws(TorchError) -> [AttentionShares] {
    var steps: [AttentionShares] = []
    _ = try encode(batch, table: try elementTable()) { step, nodes throws(TorchError) in
      steps.append(try step.shares(nodes, batch))
    }
    return steps
  }
}

extension ElementAttention {
  /// The weights with which ``callAsFunction(_:_:)`` sums what the rows say.
  func shares(_ nodes: Tensor, _ batch: PackedCompositions) throws(TorchError) -> AttentionShares {
    let rows = try nodes.layerNorm(
      weight: weights.normWeight, bias: weights.normBias, epsilon: weights.epsilon)
    let keys = try rows.linear(weight: weights.keys, bias: weights.keysBias).floats()
    let queries = try weights.queries.map { (queries) throws(TorchError) in
      try rows.linear(weight: queries).floats()
    }
    let scores = ScoreTable(
      queries: queries, keys: keys, gate: try weights.gate.floats(),
      powers: try weights.powers.floats(), logFractions: try batch.logFractions.floats(),
      slope: Float(weights.slope))
    let offsets = try batch.offsets.integers().map(Int.init)
    return AttentionShares(
      heads: zip(offsets, offsets.dropFirst()).map { start, end in
        (0..<scores.powers.count).map { scores.shares(start..<end, head: $0) }
      })
  }
}

/// Numbers from which the weights of a step follow, see
/// ``Tensor/segmentAttention(queries:keys:gate:bias:offsets:slope:)``.
private struct ScoreTable {
  let queries: [Float]?
  let keys: [Float]
  let gate: [Float]
  let powers: [Float]
  let logFractions: [Float]
  let slope: Float

  /// `[receivers, senders]` of one composition.
  func shares(_ rows: Range<Int>, head: Int) -> Matrix {
    let receivers = queries == nil ? 0..<1 : rows
    var result = Matrix(rows: receivers.count, columns: rows.count)
    for (place, receiver) in receivers.enumerated() {
      let scores = rows.map { sender in
        score(receiver: receiver, sender: sender, head: head)
      }
      let highest = scores.max() ?? 0
      let weights = scores.map { exp(Double($0 - highest)) }
      let total = weights.reduce(0, +)
      for (column, weight) in weights.enumerated() { result[place, column] = weight / total }
    }
    return result
  }

  private func score(receiver: Int, sender: Int, head: Int) -> Float {
    let hidden = gate.count
    var sum = logFractions[sender] * powers[head]
    for column in stride(from: head, to: hidden, by: powers.count) {
      let x = (queries?[receiver * hidden + column] ?? 0) + keys[sender * hidden + column]
      sum += gate[column] * (x > 0 ? x : slope * x)
    }
    return sum
  }
}

extension PackedCompositions {
  /// The same compositions, each element of each with a row of its own in the table.
  package func withOwnRows() throws(TorchError) -> PackedCompositions {
    let count = elements.shape[0]
    return PackedCompositions(
      elements: try Tensor((0..<count).map(Int64.init), shape: [count]), amounts: amounts,
      logFractions: logFractions, offsets: offsets)
  }

  private init(elements: Tensor, amounts: Tensor, logFractions: Tensor, offsets: Tensor) {
    self.elements = elements
    self.amounts = amounts
    self.logFractions = logFractions
    self.offsets = offsets
  }
}
