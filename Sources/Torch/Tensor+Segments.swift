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
}
