public import Torch

/// Graphs of several crystals, packed one after the other; nothing is padded.
public struct CrystalBatch: Hashable, Sendable {
  /// Where the nodes of each crystal begin, `[b + 1]`.
  public internal(set) var nodeOffsets: [Int64] = [0]

  /// How many sites of its cell each node stands for, `[n]`.
  public internal(set) var multiplicities: [Float] = []

  /// Where the occupants of each node begin, `[n + 1]`.
  public internal(set) var occupantOffsets: [Int64] = [0]

  /// What sits on the nodes, `[m]`.
  public internal(set) var atomicNumbers: [Int64] = []

  /// To which share, `[m]`.
  public internal(set) var shares: [Float] = []

  /// Where the edges of each receiving node begin, `[n + 1]`.
  public internal(set) var edgeOffsets: [Int64] = [0]

  /// The nodes of this batch at the far ends, `[e]`.
  public internal(set) var senders: [Int64] = []

  /// How many neighbors each edge stands for, `[e]`.
  public internal(set) var counts: [Float] = []

  /// Å, from the receiver to the sender, `[e, 3]`.
  public internal(set) var vectors: [Float] = []

  /// The rank of the shell by distance, from 0, `[e]`.
  public internal(set) var shells: [Int64] = []

  /// Å², `[e]`; empty without Voronoi faces.
  public internal(set) var areas: [Float] = []

  /// Where the bonds that each edge hears begin, `[e + 1]`, in folded graphs that know angles; else
  /// empty: see ``CrystalGraph/pairOffsets``.
  public internal(set) var pairOffsets: [Int64] = []

  /// Edges of this batch, `[p]`.
  public internal(set) var pairSenders: [Int64] = []

  /// The cosines of the angles between, `[p]`.
  public internal(set) var pairCosines: [Float] = []

  /// How many pairs each stands for, `[p]`.
  public internal(set) var pairCounts: [Float] = []

  /// - Parameter graphs: All made with the same settings.
  public init(_ graphs: some Sequence<CrystalGraph>) {
    for graph in graphs { append(graph) }
  }

  public var count: Int { nodeOffsets.count - 1 }
  public var nodeCount: Int { multiplicities.count }
  public var edgeCount: Int { senders.count }

  private mutating func append(_ graph: CrystalGraph) {
    let (nodes, occupants, edges) = (nodeCount, atomicNumbers.count, edgeCount)
    nodeOffsets.append(Int64(nodes + graph.nodeCount))
    multiplicities += graph.multiplicities
    occupantOffsets += graph.occupantOffsets.dropFirst().map { Int64($0) + Int64(occupants) }
    atomicNumbers += graph.atomicNumbers.map(Int64.init)
    shares += graph.shares
    edgeOffsets += graph.edgeOffsets.dropFirst().map { Int64($0) + Int64(edges) }
    senders += graph.senders.map { Int64($0) + Int64(nodes) }
    counts += graph.counts
    vectors += graph.vectors
    shells += graph.shells.map(Int64.init)
    areas += graph.areas
    appendPairs(graph, edges: edges)
  }
}

extension CrystalBatch {
  /// - Parameter edges: How many came before those of the graph.
  private mutating func appendPairs(_ graph: CrystalGraph, edges: Int) {
    guard !graph.pairOffsets.isEmpty else { return }
    if pairOffsets.isEmpty { pairOffsets = [0] }
    let pairs = pairSenders.count
    pairOffsets += graph.pairOffsets.dropFirst().map { Int64($0) + Int64(pairs) }
    pairSenders += graph.pairSenders.map { Int64($0) + Int64(edges) }
    pairCosines += graph.pairCosines
    pairCounts += graph.pairCounts
  }
}

/// A ``CrystalBatch`` as tensors.
public struct PackedCrystals {
  /// `[b + 1]`
  public let nodeOffsets: Tensor

  /// `[n, 1]`
  public let multiplicities: Tensor

  /// `[n]`: the crystal of each node.
  public let owners: Tensor

  /// `[n + 1]`
  public let occupantOffsets: Tensor

  /// `[m]`: atomic number − 1.
  public let elements: Tensor

  /// `[m, 1]`
  public let shares: Tensor

  /// `[n + 1]`
  public let edgeOffsets: Tensor

  /// `[e]`
  public let senders: Tensor

  /// `[e]`
  public let receivers: Tensor

  /// How many neighbors each edge stands for, `[e, 1]`; `nil` where each stands for one.
  public let counts: Tensor?

  /// Å, `[e, 3]`, from the receiver to the sender.
  public let vectors: Tensor

  /// Å, `[e, 1]`.
  public let distances: Tensor

  /// `[e]`
  public let shells: Tensor

  /// Å², `[e, 1]`; `nil` without Voronoi faces.
  public let areas: Tensor?

  /// What the tensors were made of.
  public let batch: CrystalBatch

  public init(_ batch: CrystalBatch) throws(TorchError) {
    self.batch = batch
    let (nodes, edges) = (batch.nodeCount, batch.edgeCount)
    nodeOffsets = try Tensor(batch.nodeOffsets, shape: [batch.count + 1])
    multiplicities = try Tensor(batch.multiplicities, shape: [nodes, 1])
    owners = try Tensor(Self.rows(of: batch.nodeOffsets), shape: [nodes])
    occupantOffsets = try Tensor(batch.occupantOffsets, shape: [nodes + 1])
    elements = try Tensor(batch.atomicNumbers.map { $0 - 1 }, shape: [batch.shares.count])
    shares = try Tensor(batch.shares, shape: [batch.shares.count, 1])
    edgeOffsets = try Tensor(batch.edgeOffsets, shape: [nodes + 1])
    senders = try Tensor(batch.senders, shape: [edges])
    receivers = try Tensor(Self.rows(of: batch.edgeOffsets), shape: [edges])
    counts =
      batch.counts.contains { $0 != 1 } ? try Tensor(batch.counts, shape: [edges, 1]) : nil
    vectors = try Tensor(batch.vectors, shape: [edges, 3])
    let lengths = (0..<edges).map { edge in
      let (x, y, z) = (
        batch.vectors[3 * edge], batch.vectors[3 * edge + 1], batch.vectors[3 * edge + 2]
      )
      return (x * x + y * y + z * z).squareRoot()
    }
    distances = try Tensor(lengths, shape: [edges, 1])
    shells = try Tensor(batch.shells, shape: [edges])
    areas = batch.areas.isEmpty ? nil : try Tensor(batch.areas, shape: [edges, 1])
  }

  /// The segment in which each row lies.
  private static func rows(of offsets: [Int64]) -> [Int64] {
    var rows: [Int64] = []
    rows.reserveCapacity(Int(offsets.last ?? 0))
    for (segment, range) in zip(offsets, offsets.dropFirst()).enumerated() {
      rows += repeatElement(Int64(segment), count: Int(range.1 - range.0))
    }
    return rows
  }
}
