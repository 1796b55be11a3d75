import DenseMath
import Torch

/// From the rows behind an encoder to the numbers of an answer.
enum DeepEnsembleHead {
  /// Two layers, the second beside the identity.
  case compact(input: Linear, residual: Linear, output: Linear)
  /// As in Roost and CrabNet.
  case residual(ResidualNetwork)

  init(
    _ configuration: DeepEnsembleTrainer.Configuration, inputs: Int, outputs: Int,
    using generator: inout SplitMix64
  ) throws(TorchError) {
    if let widths = configuration.headWidths {
      self = .residual(
        try ResidualNetwork(
          widths: [inputs] + widths + [outputs], activation: .leakyReLU, using: &generator))
      return
    }
    let hidden = configuration.headWidth
    self = .compact(
      input: try Linear(inputs, hidden, using: &generator),
      residual: try Linear(hidden, hidden, using: &generator),
      output: try Linear(hidden, outputs, using: &generator))
  }

  func callAsFunction(_ rows: Tensor) throws(TorchError) -> Tensor {
    switch self {
    case .compact(let input, let residual, let output):
      let x = try input(rows).silu()
      return try output(try x.adding(try residual(x).silu()))
    case .residual(let network): return try network(rows)
    }
  }

  var parameters: [NamedParameter] {
    switch self {
    case .compact(let input, let residual, let output):
      input.parameters(under: "input") + residual.parameters(under: "residual")
        + output.parameters(under: "output")
    case .residual(let network): network.parameters(under: "head")
    }
  }
}
