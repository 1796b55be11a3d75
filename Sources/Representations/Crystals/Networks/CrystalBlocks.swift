import Torch

/// What an architecture makes of packed crystals.
protocol CrystalBlocks: Module {
  /// What reads elements and distances.
  var inputs: CrystalInputs { get }

  /// What enters the first block.
  func entry(_ call: CrystalCall) throws(TorchError) -> CrystalStates

  /// Passes states through the block with this number, from 0, of
  /// ``CrystalEncoder/Configuration/layers``.
  func block(
    _ place: Int, _ states: CrystalStates, _ call: CrystalCall
  ) throws(TorchError) -> CrystalStates

  /// One row for each crystal, ``CrystalEncoder/Configuration/outputWidth`` wide.
  func readout(_ states: CrystalStates, _ call: CrystalCall) throws(TorchError) -> Tensor
}

/// What goes from block to block.
struct CrystalStates {
  /// `[n, width]`
  var nodes: Tensor
  /// `[e, k]`: as they entered where blocks do not change them.
  var edges: Tensor
  /// `[b, width]`, where there is a state of the whole.
  var globals: Tensor?
  /// Nodes as they entered, where blocks come back to them.
  var entered: Tensor?
  /// Pairs of bonds and what is known of each, `[p, width]`, where there are any.
  var angles: (pairs: BondPairs, rows: Tensor)?

  init(nodes: Tensor, edges: Tensor) { (self.nodes, self.edges) = (nodes, edges) }
}

/// One batch on its way through a network.
struct CrystalCall {
  let batch: PackedCrystals
  let graph: MessageGraph
  /// `[b, s]`
  let state: Tensor?
  /// What enters in the place of the batch's elements and distances, where it is given.
  let entry: CrystalEntry?
  /// Whether statistics are those of this batch.
  let isTraining: Bool
  /// Where the edges of each crystal begin, `[b + 1]`.
  let edgeOffsets: Tensor
  /// The crystal of each edge, `[e]`.
  let edgeOwners: Tensor

  init(
    _ batch: PackedCrystals, _ graph: MessageGraph, state: Tensor?, isTraining: Bool,
    entry: CrystalEntry? = nil
  ) throws(TorchError) {
    (self.batch, self.graph, self.state, self.isTraining) = (batch, graph, state, isTraining)
    self.entry = entry
    let source = batch.batch
    let starts = source.nodeOffsets.map { source.edgeOffsets[Int($0)] }
    edgeOffsets = try Tensor(starts, shape: [starts.count])
    var owners: [Int64] = []
    owners.reserveCapacity(source.edgeCount)
    for (crystal, range) in zip(starts, starts.dropFirst()).enumerated() {
      owners += repeatElement(Int64(crystal), count: Int(range.1 - range.0))
    }
    edgeOwners = try Tensor(owners, shape: [owners.count])
  }

  /// The mean over the sites of each crystal: `[n, k]` → `[b, k]`.
  func mean(ofNodes rows: Tensor) throws(TorchError) -> Tensor {
    try Self.mean(rows, counts: graph.nodeCounts, offsets: batch.nodeOffsets)
  }

  /// The mean over the edges of each crystal: `[e, k]` → `[b, k]`; 0 without any.
  func mean(ofEdges rows: Tensor) throws(TorchError) -> Tensor {
    try Self.mean(rows, counts: graph.edgeCounts, offsets: edgeOffsets)
  }

  private static func mean(
    _ rows: Tensor, counts: Tensor, offsets: Tensor
  ) throws(TorchError) -> Tensor {
    try rows.multiplied(by: counts).segmentSum(offsets: offsets)
      .divided(by: try counts.segmentSum(offsets: offsets).scaled(by: 1, plus: 1e-9))
  }
}
