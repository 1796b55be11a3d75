import DenseMath
import Torch

/// Weighted message passing as in Roost: Goodall and Lee, Nat. Commun. 11, 6280 (2020),
/// doi:10.1038/s41467-020-19964-7, with these differences.
///
/// An element hears itself beside the others; the gates have no constant, which a softmax would
/// cancel; the first layers of gate and message are computed for elements instead of pairs and the
/// last layer of the message after the weighted sum, which gives the same numbers for less work.
final class RoostNetwork: CompositionNetwork {
  private let messages: [RoostAttention]
  private let pooling: RoostAttention

  init(
    _ configuration: CompositionEncoder.Configuration, using generator: inout SplitMix64
  ) throws(TorchError) {
    var messages: [RoostAttention] = []
    for _ in 0..<configuration.layers {
      messages.append(
        try RoostAttention(to: .elements, configuration, using: &generator))
    }
    self.messages = messages
    pooling = try RoostAttention(to: .compositions, configuration, using: &generator)
  }

  /// - Parameter table: `[r, width − 1]`: the fraction is the last column.
  func encode(
    _ batch: PackedCompositions, table: Tensor,
    willAttend: ((ElementAttention, Tensor) throws(TorchError) -> Void)?
  ) throws(TorchError) -> Tensor {
    let fractions = try batch.amounts.narrowed(dimension: 1, to: 0..<1)
    var nodes = try Tensor.concatenated(
      [try table.gathered(batch.elements), fractions], dimension: 1)
    for message in messages { nodes = try nodes.adding(try message(nodes, batch)) }
    return try pooling(nodes, batch)
  }

  var parameters: [NamedParameter] {
    messages.enumerated().flatMap { $1.parameters(under: "messages.\($0)") }
      + pooling.parameters(under: "pooling")
  }
}

/// The mean over heads of one step of Roost's attention.
///
/// Element `j` counts with `x_j^p exp(g_ij)`, normalized over the elements of the composition; `g`
/// is a network of one hidden layer of the rows of `i` and `j`, and so is the message.
final class RoostAttention: Module {
  private struct Head {
    /// Of gate and message side by side: `[2 hidden, width]`; no queries where a composition asks.
    let queries: Tensor?
    let keys: (weight: Tensor, bias: Tensor)
    /// `[hidden]`.
    let gate: Tensor
    /// `[1, 1]`.
    let power: Tensor
    let output: (weight: Tensor, bias: Tensor)
  }

  private let heads: [Head]
  private let hidden: Int
  /// `[hidden]`: the messages have no part in the gate.
  private let silence: Tensor

  init(
    to receiver: ElementAttention.Receiver, _ configuration: CompositionEncoder.Configuration,
    using generator: inout SplitMix64
  ) throws(TorchError) {
    let (width, hidden) = (configuration.width, configuration.hidden)
    // A pair comes in as one row twice as wide.
    let asks = receiver == .elements
    let bound = 1 / Double(asks ? 2 * width : width).squareRoot()
    var heads: [Head] = []
    for _ in 0..<configuration.heads {
      func layer() throws(TorchError) -> Tensor {
        try .parameter(shape: [2 * hidden, width], uniform: bound, using: &generator)
      }
      heads.append(
        Head(
          queries: asks ? try layer() : nil,
          keys: (
            try layer(), try .parameter(shape: [2 * hidden], uniform: bound, using: &generator)
          ),
          gate: try .parameter(
            shape: [hidden], uniform: 1 / Double(hidden).squareRoot(), using: &generator),
          power: try .parameter(shape: [1, 1], normal: 1, using: &generator),
          output: try Linear.weights(hidden, width, using: &generator)))
    }
    self.heads = heads
    self.hidden = hidden
    silence = try .zeros(shape: [hidden])
  }

  func callAsFunction(
    _ nodes: Tensor, _ batch: PackedCompositions
  ) throws(TorchError) -> Tensor {
    var sum: Tensor?
    for head in heads {
      let messages = try Tensor.segmentAttention(
        queries: try head.queries.map { (weight) throws(TorchError) in
          try nodes.linear(weight: weight)
        },
        keys: try nodes.linear(weight: head.keys.weight, bias: head.keys.bias),
        gate: try .concatenated([head.gate, silence], dimension: 0),
        bias: try batch.logFractions.multiplied(by: head.power), offsets: batch.offsets)
      let answer = try messages.narrowed(dimension: 1, to: hidden..<2 * hidden)
        .linear(weight: head.output.weight, bias: head.output.bias)
      sum = try sum?.adding(answer) ?? answer
    }
    guard let sum else { preconditionFailure("there is a head") }
    return try sum.scaled(by: 1 / Double(heads.count))
  }

  var parameters: [NamedParameter] {
    heads.enumerated().flatMap { place, head in
      (head.queries.map { [NamedParameter("\(place).queries.weight", $0)] } ?? [])
        + [
          NamedParameter("\(place).keys.weight", head.keys.weight),
          NamedParameter("\(place).keys.bias", head.keys.bias),
          NamedParameter("\(place).gate", head.gate),
          NamedParameter("\(place).power", head.power),
          NamedParameter("\(place).output.weight", head.output.weight),
          NamedParameter("\(place).output.bias", head.output.bias),
        ]
    }
  }
}
