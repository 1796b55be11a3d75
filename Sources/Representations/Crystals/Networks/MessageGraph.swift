import Torch

/// Who sends to whom, and how much each message and each row counts.
///
/// A node that stands for several sites counts as often in means and statistics; a message that
/// stands for several, or that fades at a cutoff, counts so in sums as well. Networks made of these
/// operations answer for a folded graph what they answer for the whole.
struct MessageGraph {
  /// Where the messages of each receiver begin, `[n + 1]`.
  let offsets: Tensor
  /// `[e]` each: nodes.
  let receivers, senders: Tensor
  /// How much each message counts in a sum, `[e, 1]`; `nil` where each counts 1.
  let weights: Tensor?
  /// How often each node counts, `[n, 1]`.
  let nodeCounts: Tensor
  /// How often each message counts, over all receivers, `[e, 1]`.
  let edgeCounts: Tensor

  /// The graph of sites.
  init(_ batch: PackedCrystals, weights: Tensor? = nil) throws(TorchError) {
    let counts = try batch.multiplicities.gathered(batch.receivers)
    offsets = batch.edgeOffsets
    receivers = batch.receivers
    senders = batch.senders
    self.weights = weights
    nodeCounts = batch.multiplicities
    edgeCounts =
      try weights.map { (weights) throws(TorchError) in
        try counts.multiplied(by: weights)
      } ?? counts
  }

  /// `[e, k]` → `[n, k]`
  func sum(_ messages: Tensor) throws(TorchError) -> Tensor {
    try
      (weights.map { (weights) throws(TorchError) in try messages.multiplied(by: weights) }
      ?? messages)
      .segmentSum(offsets: offsets)
  }

  /// `[e, k]` → `[n, k]`; 0 for a node that receives nothing.
  func mean(_ messages: Tensor) throws(TorchError) -> Tensor {
    guard let weights else { return try messages.segmentMean(offsets: offsets) }
    return try sum(messages).divided(
      by: try weights.segmentSum(offsets: offsets).scaled(by: 1, plus: 1e-9))
  }
}
