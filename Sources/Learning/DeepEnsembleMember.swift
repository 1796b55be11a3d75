import DenseMath
import Representations
import Torch

/// One network of a ``DeepEnsemble``: the composition encoder, beside it the process variables,
/// then a residual network to a mean and the logarithm of a scale of each target, both in units of
/// the standardized target.
final class DeepEnsembleMember: Module {
  let encoder: CompositionEncoder
  let center: Tensor
  let spread: Tensor
  private let input: Linear
  private let residual: Linear
  private let output: Linear
  private let targets: Int

  /// - Parameters:
  ///   - variables: How many standardized variables stand beside the composition.
  ///   - targets: How many properties are answered, at least one.
  init(
    _ configuration: DeepEnsembleTrainer.Configuration, variables: Int, targets: Int = 1,
    using generator: inout SplitMix64
  ) throws(TorchError) {
    let hidden = configuration.headWidth
    encoder = try CompositionEncoder(configuration.encoder, using: &generator)
    let width = configuration.encoder.width
    center = try .zeros(shape: [width])
    spread = try .full(1, shape: [width])
    input = try Linear(configuration.encoder.width + variables, hidden, using: &generator)
    residual = try Linear(hidden, hidden, using: &generator)
    output = try Linear(hidden, 2 * targets, using: &generator)
    self.targets = targets
  }

  /// Answers with the columns behind the encoder brought to mean 0 and variance 1 over this batch,
  /// as batch normalization does in training (Ioffe and Szegedy, arXiv:1502.03167).
  ///
  /// Compositions of one class of materials differ little: without this, a network spends most of
  /// its steps on learning to see the difference.
  func trainingAnswer(
    _ batch: PackedCompositions, variables: Tensor?
  ) throws(TorchError) -> (mean: Tensor, logScale: Tensor) {
    let rows = try encoder(batch)
    let (mean, deviation) = try Self.spread(of: rows)
    return try answer(try rows.subtracting(mean).divided(by: deviation), variables)
  }

  /// Fixes the shift and scale behind the encoder to those of these training rows, once training
  /// is over.
  func fixSpread(to batch: PackedCompositions) throws(TorchError) {
    let rows = try noGrad { () throws(TorchError) in try encoder(batch) }
    let (mean, deviation) = try Self.spread(of: rows)
    try center.blend(with: mean)
    try spread.blend(with: deviation)
  }

  /// Mean and standard deviation of each column.
  private static func spread(
    of rows: Tensor
  ) throws(TorchError) -> (mean: Tensor, deviation: Tensor) {
    let mean = try rows.mean(dimension: 0)
    let variance = try rows.subtracting(mean).squared().mean(dimension: 0)
    return (mean, try variance.scaled(by: 1, plus: 1e-6).squareRoot())
  }

  /// - Parameter variables: `[b, v]`, or `nil` where there are none.
  /// - Returns: Mean and logarithm of the scale, `[b, targets]` each; the latter between −4 and 2, so
  ///   that no loss overflows.
  func callAsFunction(
    _ batch: PackedCompositions, variables: Tensor?
  ) throws(TorchError) -> (mean: Tensor, logScale: Tensor) {
    try answer(try encoder(batch).subtracting(center).divided(by: spread), variables)
  }

  func answer(
    _ encoded: Tensor, _ variables: Tensor?
  ) throws(TorchError) -> (mean: Tensor, logScale: Tensor) {
    var x = encoded
    if let variables { x = try Tensor.concatenated([x, variables], dimension: 1) }
    x = try input(x).silu()
    x = try x.adding(try residual(x).silu())
    let out = try output(x)
    // The whole block at once: a single column would be worked on in another way for one row.
    let bounded = try out.scaled(by: 1.0 / 3).tanh().scaled(by: 3, plus: -1)
    return (
      try out.narrowed(dimension: 1, to: 0..<targets),
      try bounded.narrowed(dimension: 1, to: targets..<2 * targets)
    )
  }

  var parameters: [NamedParameter] {
    encoder.parameters(under: "encoder")
      + [NamedParameter("center", center), NamedParameter("spread", spread)]
      + input.parameters(under: "input")
      + residual.parameters(under: "residual") + output.parameters(under: "output")
  }
}
