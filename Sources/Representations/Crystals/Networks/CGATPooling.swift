import DenseMath
import Torch

/// Gathers nodes into one row: each is scored beside a vector of the composition, which a Roost
/// network makes.
final class CGATPooling: Module {
  let composition: CompositionEncoder
  /// `[heads · width, width]` each.
  private let nodeScores, compositionScores: Linear
  private let gate: HeadGate
  private let values, output: Linear
  private let heads: Int

  init(
    _ configuration: CrystalEncoder.Configuration, using generator: inout SplitMix64
  ) throws(TorchError) {
    let (width, heads) = (configuration.width, configuration.heads)
    var roost = CompositionEncoder.Configuration.roost
    (roost.width, roost.hidden) = (max(width, 2), configuration.hidden)
    composition = try CompositionEncoder(roost, using: &generator)
    self.heads = heads
    nodeScores = try Linear(width, heads * width, using: &generator)
    compositionScores = try Linear(max(width, 2), heads * width, bias: false, using: &generator)
    gate = try HeadGate(heads: heads, hidden: width, using: &generator)
    values = try Linear(width, heads * width, using: &generator)
    output = try Linear(heads * width, width, using: &generator)
  }

  /// `[n, width]` → `[b, width]`
  func callAsFunction(_ nodes: Tensor, _ call: CrystalCall) throws(TorchError) -> Tensor {
    let batch = call.batch
    let packed = try batch.wholes()
    let wholes =
      if let rows = call.entry?.wholes {
        try composition.encode(try packed.withOwnRows(), table: rows)
      } else {
        try composition(packed)
      }
    let scores = try gate(
      try nodeScores(nodes)
        .adding(try compositionScores(wholes).gathered(batch.owners)).leakyReLU())
    let shares = try scores.adding(try call.graph.nodeCounts.log())
      .segmentSoftmax(offsets: batch.nodeOffsets)
    let sum = try values(nodes).leakyReLU().multiplied(by: try gate.spread(shares))
      .segmentSum(offsets: batch.nodeOffsets)
    return try output(sum).scaled(by: 1 / Double(heads))
  }

  var parameters: [NamedParameter] {
    composition.parameters(under: "composition") + nodeScores.parameters(under: "nodes")
      + compositionScores.parameters(under: "wholes") + gate.parameters
      + values.parameters(under: "values") + output.parameters(under: "output")
  }
}

extension CrystalBatch {
  /// What the crystals are made of.
  func compositions() -> CompositionBatch {
    var (numbers, fractions, offsets) = ([Int64](), [Float](), [Int64(0)])
    for (start, end) in zip(nodeOffsets, nodeOffsets.dropFirst()) {
      var amounts = [Float](repeating: 0, count: 119)
      for node in Int(start)..<Int(end) {
        for place in Int(occupantOffsets[node])..<Int(occupantOffsets[node + 1]) {
          amounts[Int(atomicNumbers[place])] += shares[place] * multiplicities[node]
        }
      }
      let total = amounts.reduce(0, +)
      for (number, amount) in amounts.enumerated() where amount > 0 {
        numbers.append(Int64(number))
        fractions.append(amount / total)
      }
      offsets.append(Int64(numbers.count))
    }
    return CompositionBatch(atomicNumbers: numbers, fractions: fractions, offsets: offsets)
  }
}
