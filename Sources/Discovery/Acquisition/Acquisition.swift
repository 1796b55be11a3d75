public import DenseMath

/// Scores candidates by how much measuring them next is worth.
///
/// Laws: targets are to be maximized; higher scores come first; a score depends on its own
/// candidate and on the context alone (``AcquisitionKind/thompson`` and
/// ``AcquisitionKind/random``: also on the generator); scores are never NaN.
public protocol Acquisition: Sendable {
  /// Whether the context must bring a joint draw from the posterior.
  var needsSamples: Bool { get }

  /// - Returns: One score a prediction.
  func score(_ context: AcquisitionContext, using generator: inout SplitMix64) -> [Double]
}
