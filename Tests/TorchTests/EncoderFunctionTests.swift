import DenseMath
import Testing
import Torch

@Suite("Fused steps of the composition encoder")
struct EncoderFunctionTests {
  /// Segments of 2, 0, 1 and 4 rows.
  let offsets: [Int64] = [0, 2, 2, 3, 7]
  let rows = 7

  func offsetTensor() throws(TorchError) -> Tensor { try Tensor(offsets, shape: [5]) }

  /// Rows, then the weights of a layer in the order of ``weights(_:asks:)``.
  func shapes(width: Int, hidden: Int, heads: Int, asks: Bool) -> [[Int]] {
    [[rows, width], [width], [width], [hidden, width], [hidden], [hidden], [1, heads]]
      + [[width, hidden], [width]] + (asks ? [[hidden, width]] : [])
  }

  func weights(_ x: [Tensor], asks: Bool) -> AttentionWeights {
    AttentionWeights(
      norm: (x[1], x[2]), queries: asks ? x[9] : nil, keys: (x[3], x[4]), gate: x[5],
      powers: x[6], output: (x[7], x[8]))
  }

  /// The same step from single operations.
  func composed(
    _ x: [Tensor], asks: Bool, logFractions: Tensor
  ) throws(TorchError) -> Tensor {
    let normal = try x[0].layerNorm(weight: x[1], bias: x[2])
    let message = try Tensor.segmentAttention(
      queries: asks ? try normal.linear(weight: x[9]) : nil,
      keys: try normal.linear(weight: x[3], bias: x[4]), gate: x[5],
      bias: try logFractions.multiplied(by: x[6]), offsets: offsetTensor())
    let out = try message.linear(weight: x[7], bias: x[8])
    return asks ? try x[0].adding(out) : out
  }

  @Test(
    "The attention layer agrees with single operations, gradients included",
    arguments: [true, false], [ScalarType.float32, .float64])
  func layerAgrees(asks: Bool, type: ScalarType) throws {
    // Wide enough for blocks of sixteen and a remainder, and for two panels of columns.
    for (width, hidden, heads) in [(37, 52, 4), (64, 64, 4), (20, 45, 3)] {
      var generator = SplitMix64(seed: UInt64(width))
      let shapes = shapes(width: width, hidden: hidden, heads: heads, asks: asks)
      let values = shapes.map { generator.normals($0.reduce(1, *)).map { $0 / 2 } }
      let logFractions = try Tensor(generator.normals(rows), shape: [rows, 1]).cast(to: type)
      func result(fused: Bool) throws -> [[Double]] {
        let x = try zip(values, shapes).map { try Tensor($0, shape: $1).cast(to: type) }
        for tensor in x { try tensor.setRequiresGradient() }
        let out =
          fused
          ? try x[0].attentionLayer(
            weights(x, asks: asks), logFractions: logFractions, offsets: offsetTensor())
          : try composed(x, asks: asks, logFractions: logFractions)
        try out.squared().sum().backward()
        return [try out.doubles()] + (try x.map { try #require(try $0.gradient()).doubles() })
      }
      let tolerance = type == .float32 ? 2e-4 : 1e-11
      for (fused, expected) in zip(try result(fused: true), try result(fused: false)) {
        let scale = expected.reduce(1) { max($0, abs($1)) }
        for (a, b) in zip(fused, expected) { #expect(abs(a - b) < tolerance * scale) }
      }
    }
  }

  @Test(
    "Gradients of the attention layer agree with finite differences",
    arguments: [true, false], [1, 2, 3])
  func layerGradients(asks: Bool, heads: Int) throws {
    var generator = SplitMix64(seed: 40 + UInt64(heads))
    let shapes = shapes(width: 5, hidden: 6, heads: heads, asks: asks)
    let logFractions = try Tensor(generator.normals(rows), shape: [rows, 1])
    let results = asks ? rows : 4
    let target = try Tensor(generator.normals(results * 5), shape: [results, 5])
    try checkGradients(
      of: shapes.map { generator.normals($0.reduce(1, *)) }, shapes: shapes, tolerance: 1e-6
    ) { x throws(TorchError) in
      try x[0].attentionLayer(
        weights(x, asks: asks), logFractions: logFractions, offsets: offsetTensor()
      ).multiplied(by: target).sum()
    }
  }

  @Test("Mixed elements are base + response · amounts, with exact gradients")
  func mixesElements() throws {
    var generator = SplitMix64(seed: 6)
    let (count, width, features) = (4, 3, 2)
    let elements = try Tensor([2, 0, 2, 3] as [Int64], shape: [count])
    let amounts = try Tensor(generator.normals(count * features), shape: [count, features])
    let target = try Tensor(generator.normals(count * width), shape: [count, width])
    let shapes = [[5, 2 * width], [width, features], [width]]
    let values = shapes.map { generator.normals($0.reduce(1, *)) }
    try checkGradients(of: values, shapes: shapes) { x throws(TorchError) in
      try x[0].mixedElements(elements, amounts: amounts, weight: x[1], bias: x[2])
        .multiplied(by: target).sum()
    }
    let x = try zip(values, shapes).map { try Tensor($0, shape: $1) }
    let found = try x[0].gathered(elements)
    let expected = try found.narrowed(dimension: 1, to: 0..<width).adding(
      found.narrowed(dimension: 1, to: width..<2 * width).multiplied(
        by: amounts.linear(weight: x[1], bias: x[2]))
    ).doubles()
    let mixed = try x[0].mixedElements(elements, amounts: amounts, weight: x[1], bias: x[2])
    for (a, b) in zip(try mixed.doubles(), expected) { #expect(abs(a - b) < 1e-14) }
  }

  @Test("Shapes, types and elements that do not fit are refused")
  func refusals() throws {
    let good = shapes(width: 6, hidden: 4, heads: 2, asks: true)
    func run(_ shapes: [[Int]], fractions: Int = 7) throws {
      let x = try shapes.map { try Tensor.full(0.5, shape: $0) }
      _ = try x[0].attentionLayer(
        weights(x, asks: true), logFractions: .zeros(shape: [fractions, 1]),
        offsets: offsetTensor())
    }
    try run(good)
    for place in good.indices {
      var bad = good
      bad[place][bad[place].count - 1] += 1
      #expect(throws: TorchError.self, "tensor \(place)") { try run(bad) }
    }
    #expect(throws: TorchError.self) { try run(good, fractions: 6) }
    let table = try Tensor.zeros(shape: [3, 4])
    let amounts = try Tensor.zeros(shape: [1, 2])
    for element: Int64 in [-1, 3] {
      #expect(throws: TorchError.self) {
        try table.mixedElements(
          Tensor([element], shape: [1]), amounts: amounts, weight: .zeros(shape: [2, 2]),
          bias: .zeros(shape: [2]))
      }
    }
  }
}
