/// What ``Tensor/attentionLayer(_:logFractions:offsets:)`` computes with, for rows of `width` and a
/// hidden layer of `hidden`.
public struct AttentionWeights {
  /// `[width]`: scale and shift behind the normalization of the rows.
  public var normWeight, normBias: Tensor
  /// `[hidden, width]`; `nil` asks once for each segment with a query of 0 (pooling).
  public var queries: Tensor?
  /// `[hidden, width]` and `[hidden]`.
  public var keys, keysBias: Tensor
  /// `[hidden]`.
  public var gate: Tensor
  /// `[1, heads]`; the heads divide `hidden`.
  public var powers: Tensor
  /// `[width, hidden]` and `[width]`.
  public var output, outputBias: Tensor
  /// Added to the variance of a row.
  public var epsilon = 1e-5
  /// Of the leaky rectifier, below 0.
  public var slope = 0.01

  public init(
    norm: (weight: Tensor, bias: Tensor), queries: Tensor?, keys: (weight: Tensor, bias: Tensor),
    gate: Tensor, powers: Tensor, output: (weight: Tensor, bias: Tensor)
  ) {
    (normWeight, normBias) = norm
    self.queries = queries
    (self.keys, keysBias) = keys
    self.gate = gate
    self.powers = powers
    (self.output, outputBias) = output
  }
}
