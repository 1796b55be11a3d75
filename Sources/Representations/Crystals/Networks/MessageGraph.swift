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
  /// How far each message has faded, `[e, 1]`; `nil` where none has.
  let fading: Tensor?
  /// How often each node counts, `[n, 1]`.
  let nodeCounts: Tensor
  /// How often each message counts, over all receivers, `[e, 1]`.
  let edgeCounts: Tensor

  /// What the fused operations need to know.
  var messages: Messages {
    Messages(offsets: offsets, senders: senders, weights: weights, counts: edgeCounts)
  }

  /// `[e, k]` → `[n, k]`
  func sum(_ messages: Tensor) throws(TorchError) -> Tensor {
    try messages.weightedSum(offsets: offsets, weights: weights)
  }

  /// `[e, k]` → `[n, k]`; 0 for a node that receives nothing.
  func mean(_ messages: Tensor) throws(TorchError) -> Tensor {
    guard let weights else { return try messages.segmentMean(offsets: offsets) }
    return try sum(messages).divided(
      by: try weights.segmentSum(offsets: offsets).scaled(by: 1, plus: 1e-9))
  }
}

extension MessageGraph {
  /// The graph of sites.
  ///
  /// - Parameter fading: How far each edge has faded, `[e, 1]`.
  init(_ batch: PackedCrystals, fading: Tensor? = nil) throws(TorchError) {
    var weights = batch.counts ?? fading
    if let counts = batch.counts, let fading { weights = try counts.multiplied(by: fading) }
    let own = try batch.multiplicities.gathered(batch.receivers)
    self.init(
      offsets: batch.edgeOffsets, receivers: batch.receivers, senders: batch.senders,
      weights: weights, fading: fading, nodeCounts: batch.multiplicities,
      edgeCounts: try weights.map { (weights) throws(TorchError) in
        try own.multiplied(by: weights)
      } ?? own)
  }
}
