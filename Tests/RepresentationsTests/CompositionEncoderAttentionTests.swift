import DenseMath
import Matter
import TestKit
import Testing
import Torch

@testable import Representations

@Suite("Attention of the composition encoder")
struct CompositionEncoderAttentionTests {
  private static func setUp(
    seed: UInt64
  ) throws -> (encoder: CompositionEncoder, compositions: [Composition], batch: PackedCompositions)
  {
    var generator = SplitMix64(seed: seed)
    let encoder = try CompositionEncoder(using: &generator)
    let compositions = try (0..<6).map { _ in try Composition.arbitrary(using: &generator) }
    return (encoder, compositions, try PackedCompositions(CompositionBatch(compositions)))
  }

  @Test("The shares, put into the sum that they weigh, give what the fused layer gives")
  func agrees() throws {
    let (encoder, compositions, batch) = try Self.setUp(seed: 3)
    try noGrad {
      _ = try encoder.encode(batch, table: try encoder.elementTable()) {
        step, nodes throws(TorchError) in
        let shares = try step.shares(nodes, batch)
        let expected = try step(nodes, batch).floats()
        let found = try Self.output(of: step, nodes, shares, compositions)
        #expect(found.count == expected.count)
        for (a, b) in zip(found, expected) { #expect(abs(a - b) < 2e-5) }
      }
    }
  }

  /// The layer in plain arithmetic.
  private static func output(
    of step: ElementAttention, _ nodes: Tensor, _ shares: AttentionShares,
    _ compositions: [Composition]
  ) throws(TorchError) -> [Float] {
    let weights = step.weights
    let hidden = weights.gate.count
    let rows = try nodes.layerNorm(weight: weights.normWeight, bias: weights.normBias)
    let keys = try rows.linear(weight: weights.keys, bias: weights.keysBias).floats()
    let queries = try weights.queries.map { (q) throws(TorchError) in
      try rows.linear(weight: q).floats()
    }
    var messages: [Float] = []
    var first = 0
    for (place, composition) in compositions.enumerated() {
      let count = composition.elements.count
      for receiver in 0..<(queries == nil ? 1 : count) {
        for column in 0..<hidden {
          let heads = shares.heads[place]
          var sum = 0.0
          for sender in 0..<count {
            let query = queries?[(first + receiver) * hidden + column] ?? 0
            let x = query + keys[(first + sender) * hidden + column]
            sum += heads[column % heads.count][receiver, sender] * Double(x > 0 ? x : 0.01 * x)
          }
          messages.append(Float(sum))
        }
      }
      first += count
    }
    let message = try Tensor(messages, shape: [messages.count / hidden, hidden])
    let output = try message.linear(weight: weights.output, bias: weights.outputBias)
    return try (queries == nil ? output : output.adding(nodes)).floats()
  }

  @Test("Rows of one's own in the place of the element table give the same vectors")
  func ownRows() throws {
    let (encoder, _, batch) = try Self.setUp(seed: 5)
    let table = try encoder.elementTable()
    let own = try encoder.encode(
      try batch.withOwnRows(), table: try table.gathered(batch.elements)
    ).floats()
    #expect(own == (try encoder(batch).floats()))
  }
}
