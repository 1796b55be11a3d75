import DenseMath
import Representations
import Torch

/// One network of a ``DeepEnsemble``: the encoder of the material, beside it the process variables,
/// then a head to a mean and the logarithm of a scale of each target, both in units of the
/// standardized target.
///
/// Where the encoder gives rows of elements, the head answers for each element and the answers are
/// averaged over the elements of a composition; the mean is then multiplied by the logistic function
/// of a third number, as in CrabNet, so that it can vanish.
final class DeepEnsembleMember: Module {
  let encoder: MaterialEncoder
  let center: Tensor
  let spread: Tensor
  private let head: DeepEnsembleHead
  private let targets: Int
  private let isStandardized: Bool

  /// - Parameters:
  ///   - variables: How many standardized variables stand beside the material.
  ///   - targets: How many properties are answered, at least one.
  init(
    _ configuration: DeepEnsembleTrainer.Configuration, variables: Int, targets: Int = 1,
    using generator: inout SplitMix64
  ) throws(TorchError) {
    encoder = try MaterialEncoder(configuration, variables: variables, using: &generator)
    let width = configuration.encodedWidth
    center = try .zeros(shape: [width])
    spread = try .full(1, shape: [width])
    head = try DeepEnsembleHead(
      configuration, inputs: width + variables,
      outputs: (configuration.rows == .elements ? 3 : 2) * targets, using: &generator)
    self.targets = targets
    isStandardized = configuration.isStandardized
  }

  /// Answers with the columns behind the encoder brought to mean 0 and variance 1 over this batch,
  /// as batch normalization does in training (Ioffe and Szegedy, arXiv:1502.03167).
  ///
  /// Compositions of one class of materials differ little: without this, a network spends most of
  /// its steps on learning to see the difference.
  func trainingAnswer(
    _ batch: PackedMaterials, variables: Tensor?
  ) throws(TorchError) -> (mean: Tensor, logScale: Tensor) {
    let rows = try encoder(batch, variables: variables, isTraining: true)
    guard isStandardized else { return try answer(rows, variables, batch) }
    let (mean, deviation) = try Self.spread(of: rows)
    return try answer(try rows.subtracting(mean).divided(by: deviation), variables, batch)
  }

  /// Fixes the shift and scale behind the encoder to those of these training rows, once training
  /// is over.
  func fixSpread(to batch: PackedMaterials, variables: Tensor?) throws(TorchError) {
    guard isStandardized else { return }
    let rows = try noGrad { () throws(TorchError) in try encoder(batch, variables: variables) }
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
    _ batch: PackedMaterials, variables: Tensor?
  ) throws(TorchError) -> (mean: Tensor, logScale: Tensor) {
    try answer(
      try encoder(batch, variables: variables).subtracting(center).divided(by: spread), variables,
      batch)
  }

  /// - Parameter batch: What was encoded: where the rows are of elements, it says whose.
  func answer(
    _ encoded: Tensor, _ variables: Tensor?, _ batch: PackedMaterials
  ) throws(TorchError) -> (mean: Tensor, logScale: Tensor) {
    guard encoder.rows == .elements else {
      return try split(try head(try beside(encoded, variables)))
    }
    guard case .compositions(let batch) = batch else {
      preconditionFailure("rows of elements need their compositions")
    }
    let own = try variables?.gathered(try batch.owners())
    let out = try head(try beside(encoded, own)).segmentMean(offsets: batch.offsets)
    let (mean, logScale) = try split(out)
    let gate = try out.narrowed(dimension: 1, to: 2 * targets..<3 * targets).sigmoid()
    return (try mean.multiplied(by: gate), logScale)
  }

  private func beside(_ rows: Tensor, _ variables: Tensor?) throws(TorchError) -> Tensor {
    guard let variables else { return rows }
    return try Tensor.concatenated([rows, variables], dimension: 1)
  }

  private func split(_ out: Tensor) throws(TorchError) -> (mean: Tensor, logScale: Tensor) {
    // The whole block at once: a single column would be worked on in another way for one row.
    let bounded = try out.scaled(by: 1.0 / 3).tanh().scaled(by: 3, plus: -1)
    return (
      try out.narrowed(dimension: 1, to: 0..<targets),
      try bounded.narrowed(dimension: 1, to: targets..<2 * targets)
    )
  }

  var parameters: [NamedParameter] {
    encoder.parameters(under: "encoder")
      + [NamedParameter("center", center), NamedParameter("spread", spread)] + head.parameters
  }
}

extension PackedCompositions {
  /// `[n]`: the composition of each element.
  fileprivate func owners() throws(TorchError) -> Tensor {
    let starts = try offsets.integers()
    let owners = zip(starts, starts.dropFirst()).enumerated().flatMap { place, range in
      [Int64](repeating: Int64(place), count: Int(range.1 - range.0))
    }
    return try Tensor(owners, shape: [owners.count])
  }
}
