import Torch

/// The bonds that meet at a node, in pairs: the edges of a graph whose nodes are bonds.
///
/// A bond hears all bonds of its receiver, itself included. The angles are those at the receiver, so
/// that they hold where a node stands for several sites as well; ALIGNN's own graph joins a bond to
/// those of its sender.
struct BondPairs {
  let graph: MessageGraph
  /// Cosine of the angle between the bonds, `[p, 1]`; 0 where one has no length.
  let cosines: Tensor

  /// - Parameter sites: The graph whose edges are the bonds.
  init(_ batch: PackedCrystals, _ sites: MessageGraph) throws(TorchError) {
    let pairs = batch.batch.bondPairs()
    let (bonds, count) = (batch.batch.edgeCount, pairs.senders.count)
    let senders = try Tensor(pairs.senders, shape: [count])
    let receivers = try Tensor(pairs.receivers, shape: [count])
    var weights = try sites.fading.map { (fading) throws(TorchError) in
      try fading.gathered(senders)
    }
    if !pairs.counts.isEmpty {
      let own = try Tensor(pairs.counts, shape: [count, 1])
      weights = try weights?.multiplied(by: own) ?? own
    }
    let counts = try sites.edgeCounts.gathered(receivers)
    graph = MessageGraph(
      offsets: try Tensor(pairs.offsets, shape: [bonds + 1]), receivers: receivers,
      senders: senders, weights: weights, fading: nil, nodeCounts: sites.edgeCounts,
      edgeCounts: try weights.map { (weights) throws(TorchError) in
        try counts.multiplied(by: weights)
      } ?? counts)
    cosines = try Tensor(pairs.cosines, shape: [count, 1])
  }
}

extension CrystalBatch {
  /// For each edge the edges of its row that it hears: those of a folded graph that knows angles, else
  /// all of its row in their order.
  ///
  /// - Returns: `offsets` `[e + 1]`, edges `receivers` and `senders` `[p]`, the cosine of their angle, 0
  ///   where one has no length, and how many pairs each stands for, empty where one.
  func bondPairs() -> (
    offsets: [Int64], receivers: [Int64], senders: [Int64], cosines: [Float], counts: [Float]
  ) {
    if pairOffsets.count == edgeCount + 1 {
      var receivers: [Int64] = []
      receivers.reserveCapacity(pairSenders.count)
      for (edge, range) in zip(pairOffsets, pairOffsets.dropFirst()).enumerated() {
        receivers += repeatElement(Int64(edge), count: Int(range.1 - range.0))
      }
      return (pairOffsets, receivers, pairSenders, pairCosines, pairCounts)
    }
    let units = unitVectors()
    var (offsets, receivers, senders) = ([Int64(0)], [Int64](), [Int64]())
    var cosines: [Float] = []
    offsets.reserveCapacity(edgeCount + 1)
    for (start, end) in zip(edgeOffsets, edgeOffsets.dropFirst()) {
      for receiver in start..<end {
        let own = units[Int(receiver)]
        for sender in start..<end {
          let product = own * units[Int(sender)]
          receivers.append(receiver)
          senders.append(sender)
          cosines.append(min(max(product.x + product.y + product.z, -1), 1))
        }
        offsets.append(Int64(senders.count))
      }
    }
    return (offsets, receivers, senders, cosines, [])
  }

  private func unitVectors() -> [SIMD3<Float>] {
    (0..<edgeCount).map { edge in
      let vector = SIMD3(vectors[3 * edge], vectors[3 * edge + 1], vectors[3 * edge + 2])
      let length = (vector * vector).sum().squareRoot()
      return length > 0 ? vector / length : SIMD3()
    }
  }
}
