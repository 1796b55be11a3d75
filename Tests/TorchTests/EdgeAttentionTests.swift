import DenseMath
import Testing

@testable import Torch

@Suite("Attention over edges")
struct EdgeAttentionTests {
  /// Rows of 2, 0 and 3 edges.
  let offsets: [Int64] = [0, 2, 2, 5]
  let from: [Int64] = [1, 2, 0, 0, 2]

  func graph() throws(TorchError) -> (offsets: Tensor, from: Tensor) {
    (try Tensor(offsets, shape: [4]), try Tensor(from, shape: [5]))
  }

  func inputs(width: Int, seed: UInt64) -> [[Double]] {
    var generator = SplitMix64(seed: seed)
    return [3 * width, 3 * width, 5 * 2 * width, width].map { generator.normals($0) }
  }

  func shapes(width: Int) -> [[Int]] { [[3, width], [3, width], [5, 2 * width], [width]] }

  @Test("Gradients agree with finite differences", arguments: [1, 2, 3, 4])
  func gradients(heads: Int) throws {
    // Wider than a block of lanes where the heads allow blocks.
    let width = heads == 3 ? 6 : 20
    var generator = SplitMix64(seed: 5)
    let weights = try Tensor(generator.normals(3 * width), shape: [3, width])
    let graph = try graph()
    try checkGradients(
      of: inputs(width: width, seed: UInt64(heads)), shapes: shapes(width: width)
    ) { x throws(TorchError) in
      try Tensor.edgeAttention(
        receivers: x[0], senders: x[1], edges: x[2], gate: x[3], offsets: graph.offsets,
        from: graph.from, heads: heads
      ).multiplied(by: weights).sum()
    }
  }

  @Test("It is what single operations make, and 0 for a node without edges", arguments: [1, 4, 8])
  func composed(heads: Int) throws {
    let width = 24
    let values = inputs(width: width, seed: 9).map { $0.map(Float.init) }
    let x = try zip(values, shapes(width: width)).map { try Tensor($0, shape: $1) }
    let graph = try graph()
    let fused = try Tensor.edgeAttention(
      receivers: x[0], senders: x[1], edges: x[2], gate: x[3], offsets: graph.offsets,
      from: graph.from, heads: heads)
    let owners = try Tensor([0, 0, 2, 2, 2] as [Int64], shape: [5])
    let sums = try x[0].gathered(owners).adding(try x[1].gathered(graph.from))
      .adding(try x[2].narrowed(dimension: 1, to: 0..<width))
    let messages = try sums.silu().multiplied(
      by: try x[2].narrowed(dimension: 1, to: width..<2 * width))
    let columns = [5, width / heads, heads]
    let shares = try messages.multiplied(by: x[3]).reshaped(columns).sum(dimension: 1)
      .segmentSoftmax(offsets: graph.offsets).reshaped([5, 1, heads])
    let expected = try messages.reshaped(columns).multiplied(by: shares).reshaped([5, width])
      .segmentSum(offsets: graph.offsets).floats()
    let answers = try fused.floats()
    #expect(zip(answers, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(answers[width..<2 * width].allSatisfy { $0 == 0 })
  }

  @Test("An edge of weight two is two edges")
  func weights() throws {
    let width = 8
    let x = try zip(inputs(width: width, seed: 3), shapes(width: width)).map {
      try Tensor($0, shape: $1)
    }
    let graph = try graph()
    let weighted = try Tensor.edgeAttention(
      receivers: x[0], senders: x[1], edges: x[2], gate: x[3],
      weights: try Tensor([1, 2, 1, 3, 1] as [Double], shape: [5, 1]), offsets: graph.offsets,
      from: graph.from, heads: 2)
    let places = [0, 1, 1, 2, 3, 3, 3, 4]
    let repeated = try Tensor.edgeAttention(
      receivers: x[0], senders: x[1],
      edges: try x[2].gathered(try Tensor(places.map(Int64.init), shape: [8])), gate: x[3],
      offsets: try Tensor([0, 3, 3, 8] as [Int64], shape: [4]),
      from: try Tensor(places.map { from[$0] }, shape: [8]), heads: 2)
    let (a, b) = (try weighted.doubles(), try repeated.doubles())
    #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test("A sender outside of the nodes is refused")
  func outside() throws {
    let x = try zip(inputs(width: 4, seed: 1), shapes(width: 4)).map { try Tensor($0, shape: $1) }
    let graph = try graph()
    #expect(throws: TorchError.self) {
      try Tensor.edgeAttention(
        receivers: x[0], senders: x[1], edges: x[2], gate: x[3], offsets: graph.offsets,
        from: try Tensor([0, 1, 3, 0, 1] as [Int64], shape: [5]), heads: 2)
    }
  }

  @Test("Products with subnormal numbers count as 0, and the caller's arithmetic keeps them")
  func subnormals() throws {
    let tiny = Float.leastNormalMagnitude / 4
    let product = try Tensor([tiny, 1], shape: [2]).scaled(by: 1).sum().floats()
    #expect(product == [1])
    #expect(tiny * 2 > 0)
  }
}
