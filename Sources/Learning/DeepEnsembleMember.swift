import DenseMath
import Representations
import Torch

/// One network of a ``DeepEnsemble``: the composition encoder, beside it the process variables,
/// then a residual network to a mean and the logarithm of a scale, both in units of the
/// standardized target.
final class DeepEnsembleMember: Module {
  private let encoder: CompositionEncoder
  private let input: Linear
  private let residual: Linear
  private let output: Linear

  /// - Parameter variables: How many standardized variables stand beside the composition.
  init(
    _ configuration: DeepEnsembleTrainer.Configuration, variables: Int,
    using generator: inout SplitMix64
  ) throws(TorchError) {
    let hidden = configuration.headWidth
    encoder = try CompositionEncoder(configuration.encoder, using: &generator)
    input = try Linear(configuration.encoder.width + variables, hidden, using: &generator)
    residual = try Linear(hidden, hidden, using: &generator)
    output = try Linear(hidden, 2, using: &generator)
  }

  /// - Parameter variables: `[b, v]`, or `nil` where there are none.
  /// - Returns: Mean and logarithm of the scale, `[b, 1]` each; the latter between −4 and 2, so
  ///   that no loss overflows.
  func callAsFunction(
    _ batch: PackedCompositions, variables: Tensor?
  ) throws(TorchError) -> (mean: Tensor, logScale: Tensor) {
    var x = try encoder(batch)
    if let variables { x = try Tensor.concatenated([x, variables], dimension: 1) }
    x = try input(x).silu()
    x = try x.adding(try residual(x).silu())
    let out = try output(x)
    // The whole block at once: a single column would be worked on in another way for one row.
    let bounded = try out.tanh().scaled(by: 3, plus: -1)
    return (
      try out.narrowed(dimension: 1, to: 0..<1), try bounded.narrowed(dimension: 1, to: 1..<2)
    )
  }

  var parameters: [NamedParameter] {
    encoder.parameters(under: "encoder") + input.parameters(under: "input")
      + residual.parameters(under: "residual") + output.parameters(under: "output")
  }
}
