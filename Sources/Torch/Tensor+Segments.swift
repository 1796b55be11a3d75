import CTorch

/// Operations on packed rows: the rows of all items lie one after the other, and `offsets`
/// (`[b + 1]`, int64) rises from 0 to the number of rows. Nothing is padded.
///
/// Forward and backward are written by hand and sum in a fixed order, so that results do not
/// depend on threads.
extension Tensor {
  /// Rows of this table by number: `[r, …]` and `[n]` → `[n, …]`.
  public func gathered(_ index: Tensor) throws(TorchError) -> Tensor {
    try take(api) { api.pointee.gather(handle, index.handle, &$0) }
  }

  /// Sum of the rows of each segment: `[n, …]` → `[b, …]`; 0 where a segment is empty.
  public func segmentSum(offsets: Tensor) throws(TorchError) -> Tensor {
    try take(api) { api.pointee.segment_reduce(CT_SUM, handle, offsets.handle, &$0) }
  }

  /// Mean of the rows of each segment: `[n, …]` → `[b, …]`; 0 where a segment is empty.
  public func segmentMean(offsets: Tensor) throws(TorchError) -> Tensor {
    try take(api) { api.pointee.segment_reduce(CT_MEAN, handle, offsets.handle, &$0) }
  }

  /// Softmax over the rows of each segment, for each column on its own.
  public func segmentSoftmax(offsets: Tensor) throws(TorchError) -> Tensor {
    try take(api) { api.pointee.segment_softmax(handle, offsets.handle, &$0) }
  }

  /// One fused step of attention between the rows of each segment.
  ///
  /// With `h_ij = leaky(q_i + k_j)` and, in the columns of each head (every `heads`-th column),
  /// `a_ij = softmax over j of (gate · h_ij + bias_j)`, row `i` receives `Σ_j a_ij h_ij`. This is
  /// the dynamic attention of Brody, Alon and Yahav, arXiv:2105.14491, with the message taken from
  /// the same hidden layer as the gate; a linear layer after the sum gives what Roost's message
  /// network gives (Goodall and Lee, doi:10.1038/s41467-020-19964-7) without work for each pair.
  ///
  /// - Parameters:
  ///   - queries: `[n, width]`; `nil` asks once for each segment with `q = 0` (pooling).
  ///   - keys: `[n, width]`.
  ///   - gate: `[width]`.
  ///   - bias: `[n, heads]`; `heads` divides the width.
  /// - Returns: `[n, width]`, or `[b, width]` without queries. O(Σ k²) for segments of `k` rows.
  public static func segmentAttention(
    queries: Tensor?, keys: Tensor, gate: Tensor, bias: Tensor, offsets: Tensor,
    slope: Double = 0.01
  ) throws(TorchError) -> Tensor {
    try take(keys.api) {
      keys.api.pointee.segment_attention(
        queries?.handle, keys.handle, gate.handle, bias.handle, offsets.handle, slope, &$0)
    }
  }

  /// One step of messages in one operation: these rows are normalized, a linear layer gives queries
  /// and keys, ``segmentAttention(queries:keys:gate:bias:offsets:slope:)`` with the bias
  /// `logFractions · powers` weighs them, and a linear layer leads back.
  ///
  /// Rows of a segment give equal bits whatever the other segments are.
  ///
  /// - Parameter logFractions: `[n, 1]`.
  /// - Returns: `[n, width]`, these rows and their messages added; without queries `[b, width]`,
  ///   one row for each segment.
  public func attentionLayer(
    _ weights: AttentionWeights, logFractions: Tensor, offsets: Tensor
  ) throws(TorchError) -> Tensor {
    var layer = ct_attention_layer(
      norm_weight: weights.normWeight.handle, norm_bias: weights.normBias.handle,
      queries: weights.queries?.handle, keys: weights.keys.handle,
      keys_bias: weights.keysBias.handle, gate: weights.gate.handle,
      powers: weights.powers.handle, output: weights.output.handle,
      output_bias: weights.outputBias.handle, epsilon: weights.epsilon, slope: weights.slope)
    return try withExtendedLifetime(weights) { () throws(TorchError) in
      try take(api) {
        api.pointee.attention_layer(handle, &layer, logFractions.handle, offsets.handle, &$0)
      }
    }
  }

  /// One fused step of attention over the edges of graphs.
  ///
  /// An edge from node `j` to node `i` carries `m = silu(r_i + s_j + a) · f`, with `a` and `f` the halves
  /// of its row; in the columns of each head (every `heads`-th column) the messages of a node are
  /// weighed by `softmax(gate · m)` over its row and summed.
  ///
  /// - Parameters:
  ///   - receivers: `r`, `[n, width]`.
  ///   - senders: `s`, `[n, width]`.
  ///   - edges: `[e, 2 width]`, row by row of the receiving node.
  ///   - gate: `[width]`; `heads` divides the width.
  ///   - weights: How often each edge counts, above 0, `[e]` or `[e, 1]`; `nil` where all count once.
  ///     Receives no gradient.
  ///   - offsets: Where the edges of each node begin, `[n + 1]`.
  ///   - from: The node `j` of each edge, `[e]`, int64.
  /// - Returns: `[n, width]`; 0 for a node without edges.
  public static func edgeAttention(
    receivers: Tensor, senders: Tensor, edges: Tensor, gate: Tensor, weights: Tensor? = nil,
    offsets: Tensor, from: Tensor, heads: Int
  ) throws(TorchError) -> Tensor {
    try take(edges.api) {
      edges.api.pointee.edge_attention(
        receivers.handle, senders.handle, edges.handle, gate.handle, weights?.handle,
        offsets.handle, from.handle, Int32(heads), &$0)
    }
  }

  /// `base + response · (weight · amounts + bias)` for each row, with base and response the halves
  /// of its element's row in this table `[r, 2 width]`.
  ///
  /// - Parameters:
  ///   - elements: `[n]`, int64: rows of this table.
  ///   - amounts: `[n, features]`; receives no gradient.
  ///   - weight: `[width, features]`.
  ///   - bias: `[width]`.
  /// - Returns: `[n, width]`.
  public func mixedElements(
    _ elements: Tensor, amounts: Tensor, weight: Tensor, bias: Tensor
  ) throws(TorchError) -> Tensor {
    try take(api) {
      api.pointee.mix_elements(
        handle, elements.handle, amounts.handle, weight.handle, bias.handle, &$0)
    }
  }
}
