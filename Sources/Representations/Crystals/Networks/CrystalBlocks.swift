import Torch

/// What an architecture makes of packed crystals.
protocol CrystalBlocks: Module {
  /// Runs the blocks.
  ///
  /// - Parameter willLeave: Told the rows of the nodes as they enter and as they leave each block.
  func states(
    _ call: CrystalCall, willLeave: ((Tensor) throws(TorchError) -> Void)?
  ) throws(TorchError) -> CrystalStates

  /// One row for each crystal, ``CrystalEncoder/Configuration/outputWidth`` wide.
  func readout(_ states: CrystalStates, _ call: CrystalCall) throws(TorchError) -> Tensor
}

/// What leaves the last block.
struct CrystalStates {
  /// `[n, width]`
  var nodes: Tensor
  /// `[e, edgeWidth]`, where edges are kept.
  var edges: Tensor?
  /// `[b, width]`, where there is a state of the whole.
  var globals: Tensor?
}

/// One batch on its way through a network.
struct CrystalCall {
  let batch: PackedCrystals
  let graph: MessageGraph
  /// `[b, s]`
  let state: Tensor?
  /// Whether statistics are those of this batch.
  let isTraining: Bool

  /// The mean over the sites of each crystal: `[n, k]` → `[b, k]`.
  func mean(ofNodes rows: Tensor) throws(TorchError) -> Tensor {
    try Self.mean(rows, counts: graph.nodeCounts, offsets: batch.nodeOffsets)
  }

  /// The mean over the edges of each crystal: `[e, k]` → `[b, k]`; 0 without any.
  func mean(ofEdges rows: Tensor) throws(TorchError) -> Tensor {
    try Self.mean(rows, counts: graph.edgeCounts, offsets: try edgeOffsets())
  }

  /// Where the edges of each crystal begin, `[b + 1]`.
  func edgeOffsets() throws(TorchError) -> Tensor {
    let places = batch.batch.nodeOffsets.map { batch.batch.edgeOffsets[Int($0)] }
    return try Tensor(places, shape: [places.count])
  }

  private static func mean(
    _ rows: Tensor, counts: Tensor, offsets: Tensor
  ) throws(TorchError) -> Tensor {
    try rows.multiplied(by: counts).segmentSum(offsets: offsets)
      .divided(by: try counts.segmentSum(offsets: offsets).scaled(by: 1, plus: 1e-9))
  }
}
