import DenseMath
import Matter
import Torch

/// What is done to crystals before a network sees them.
struct Corruption: Hashable, Sendable {
  /// `nil` masks none; else at least one node of each crystal that has several.
  var maskedShare: Double?
  var droppedShare = 0.0
  /// Å, along each axis.
  var noise = 0.0

  /// Whether sites that were alike are so no longer.
  var breaksSymmetry: Bool { droppedShare > 0 || noise > 0 }
}

/// A batch after a ``Corruption``, and what was hidden by it.
struct CorruptedCrystals {
  private(set) var batch: CrystalBatch

  /// In ascending order.
  private(set) var maskedNodes: [Int] = []

  /// What was on the masked nodes: shares of the elements, then of nothing, `[masked × places]`.
  private(set) var contents: [Float] = []

  /// By how much each edge was longer before, Å, `[e]`.
  private(set) var changes: [Float]

  /// What can be on a site: an element, or nothing.
  static let places = Element.count + 1

  /// - Precondition: A corruption that breaks the symmetry is for graphs that hold every site.
  init(
    _ batch: CrystalBatch, _ corruption: Corruption, using generator: inout SplitMix64
  ) {
    self.batch = batch
    changes = [Float](repeating: 0, count: batch.edgeCount)
    if let share = corruption.maskedShare {
      let nodes = Self.drawn(batch.nodeOffsets, share: share, using: &generator)
      mask(nodes)
    }
    if corruption.breaksSymmetry {
      precondition(
        batch.multiplicities.allSatisfy { $0 == 1 } && batch.pairOffsets.isEmpty,
        "sites that stand for several cannot be displaced apart")
    }
    if corruption.noise > 0 { displace(corruption.noise, using: &generator) }
    if corruption.droppedShare > 0 { drop(corruption.droppedShare, using: &generator) }
  }

  /// Nodes to be masked.
  private static func drawn(
    _ offsets: [Int64], share: Double, using generator: inout SplitMix64
  ) -> [Int] {
    var nodes: [Int] = []
    for (start, end) in zip(offsets, offsets.dropFirst()) where end - start > 1 {
      let range = Int(start)..<Int(end)
      var own = range.filter { _ in generator.uniform() < share }
      if own.isEmpty { own = [range.lowerBound + generator.index(below: range.count)] }
      if own.count == range.count { own.remove(at: generator.index(below: own.count)) }
      nodes += own
    }
    return nodes
  }

  /// Leaves these nodes empty.
  mutating func mask(_ nodes: [Int]) {
    maskedNodes = nodes
    for node in nodes {
      var content = [Float](repeating: 0, count: Self.places)
      for place in Int(batch.occupantOffsets[node])..<Int(batch.occupantOffsets[node + 1]) {
        content[Int(batch.atomicNumbers[place]) - 1] += batch.shares[place]
        batch.shares[place] = 0
      }
      let filled = content.reduce(0, +)
      content[Element.count] = max(0, 1 - filled)
      let total = max(1, filled)
      contents += content.map { $0 / total }
    }
  }

  private mutating func displace(_ noise: Double, using generator: inout SplitMix64) {
    let moves = (0..<batch.nodeCount).map { _ in
      SIMD3(
        Float(noise * generator.normal()), Float(noise * generator.normal()),
        Float(noise * generator.normal()))
    }
    for node in 0..<batch.nodeCount {
      for edge in Int(batch.edgeOffsets[node])..<Int(batch.edgeOffsets[node + 1]) {
        let before = batch.vector(edge)
        let after = before + moves[Int(batch.senders[edge])] - moves[node]
        changes[edge] = (before * before).sum().squareRoot() - (after * after).sum().squareRoot()
        for axis in 0..<3 { batch.vectors[3 * edge + axis] = after[axis] }
      }
    }
  }

  private mutating func drop(_ share: Double, using generator: inout SplitMix64) {
    var kept: [Int] = []
    var offsets: [Int64] = [0]
    for node in 0..<batch.nodeCount {
      for edge in Int(batch.edgeOffsets[node])..<Int(batch.edgeOffsets[node + 1])
      where generator.uniform() >= share {
        kept.append(edge)
      }
      offsets.append(Int64(kept.count))
    }
    batch.keep(edges: kept, offsets: offsets)
    changes = kept.map { changes[$0] }
  }
}

extension CrystalBatch {
  fileprivate func vector(_ edge: Int) -> SIMD3<Float> {
    SIMD3(vectors[3 * edge], vectors[3 * edge + 1], vectors[3 * edge + 2])
  }

  /// - Parameter offsets: Where the kept edges of each node begin, `[n + 1]`.
  fileprivate mutating func keep(edges: [Int], offsets: [Int64]) {
    edgeOffsets = offsets
    vectors = edges.flatMap { vectors[3 * $0..<3 * $0 + 3] }
    senders = edges.map { senders[$0] }
    counts = edges.map { counts[$0] }
    shells = edges.map { shells[$0] }
    if !areas.isEmpty { areas = edges.map { areas[$0] } }
  }
}
