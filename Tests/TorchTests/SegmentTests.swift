import DenseMath
import Testing

@testable import Torch

@Suite("Packed segments")
struct SegmentTests {
  /// Segments of 2, 0, 1 and 4 rows.
  let offsets: [Int64] = [0, 2, 2, 3, 7]
  let rows = 7

  func offsetTensor() throws(TorchError) -> Tensor { try Tensor(offsets, shape: [5]) }

  @Test("Sums and means of segments, empty ones being 0")
  func sums() throws {
    let x = try Tensor((1...7).map(Double.init), shape: [7, 1])
    #expect(try x.segmentSum(offsets: offsetTensor()).doubles() == [3, 0, 3, 22])
    #expect(try x.segmentMean(offsets: offsetTensor()).doubles() == [1.5, 0, 3, 5.5])
  }

  @Test("Softmax sums to 1 in each segment and column and survives large scores")
  func softmax() throws {
    var generator = SplitMix64(seed: 1)
    let scores = generator.normals(14).map { $0 * 1000 }
    let weights = try Tensor(scores, shape: [7, 2]).segmentSoftmax(offsets: offsetTensor())
    let sums = try weights.segmentSum(offsets: offsetTensor()).doubles()
    for (place, sum) in sums.enumerated() {
      #expect(abs(sum - (place / 2 == 1 ? 0 : 1)) < 1e-14)
    }
  }

  @Test("Gradients of gather, sum, mean and softmax agree with finite differences")
  func gradients() throws {
    var generator = SplitMix64(seed: 2)
    let index = try Tensor([2, 0, 2, 1] as [Int64], shape: [4])
    let weights = try Tensor(generator.normals(12), shape: [4, 3])
    try checkGradients(of: [generator.normals(9)], shapes: [[3, 3]]) { x throws(TorchError) in
      try x[0].gathered(index).squared().multiplied(by: weights).sum()
    }
    let tall = try Tensor(generator.normals(14), shape: [7, 2])
    let short = try Tensor(generator.normals(8), shape: [4, 2])
    let input = [generator.normals(14)]
    try checkGradients(of: input, shapes: [[7, 2]]) { x throws(TorchError) in
      try x[0].squared().segmentSum(offsets: offsetTensor()).multiplied(by: short).sum()
    }
    try checkGradients(of: input, shapes: [[7, 2]]) { x throws(TorchError) in
      try x[0].squared().segmentMean(offsets: offsetTensor()).multiplied(by: short).sum()
    }
    try checkGradients(of: input, shapes: [[7, 2]]) { x throws(TorchError) in
      try x[0].segmentSoftmax(offsets: offsetTensor()).multiplied(by: tall).sum()
    }
  }

  @Test(
    "Gradients of the fused attention agree with finite differences",
    arguments: [true, false], [1, 2, 3])
  func attentionGradients(asks: Bool, heads: Int) throws {
    let width = 6
    var generator = SplitMix64(seed: 20 + UInt64(heads))
    var inputs = [
      generator.normals(rows * width), generator.normals(width), generator.normals(rows * heads),
    ]
    var shapes = [[rows, width], [width], [rows, heads]]
    if asks {
      inputs.append(generator.normals(rows * width))
      shapes.append([rows, width])
    }
    let results = asks ? rows : 4
    let weights = try Tensor(generator.normals(results * width), shape: [results, width])
    try checkGradients(of: inputs, shapes: shapes) { x throws(TorchError) in
      try Tensor.segmentAttention(
        queries: asks ? x[3] : nil, keys: x[0], gate: x[1], bias: x[2], offsets: offsetTensor(),
        slope: 0.1
      ).multiplied(by: weights).sum()
    }
  }

  @Test("Fused attention agrees with the composition of single operations", arguments: [1, 3, 4])
  func attentionAgrees(heads: Int) throws {
    // Wide enough for the blocks of sixteen and a remainder in every slice.
    let width = heads * 37
    var generator = SplitMix64(seed: 9)
    let queries = generator.normals(rows * width)
    let keys = generator.normals(rows * width)
    let gate = generator.normals(width)
    let bias = generator.normals(rows * heads)
    let fused = try Tensor.segmentAttention(
      queries: try Tensor(queries, shape: [rows, width]),
      keys: try Tensor(keys, shape: [rows, width]), gate: try Tensor(gate, shape: [width]),
      bias: try Tensor(bias, shape: [rows, heads]), offsets: offsetTensor(), slope: 0.2
    ).doubles()
    for segment in 0..<4 {
      let range = Int(offsets[segment])..<Int(offsets[segment + 1])
      for i in range {
        let expected = try composed(
          query: Array(queries[i * width..<(i + 1) * width]),
          keys: Array(keys[range.lowerBound * width..<range.upperBound * width]), gate: gate,
          bias: Array(bias[range.lowerBound * heads..<range.upperBound * heads]), heads: heads)
        for c in 0..<width { #expect(abs(expected[c] - fused[i * width + c]) < 1e-12) }
      }
    }
  }

  /// One query against one segment with libtorch's own operations, head by head.
  func composed(
    query: [Double], keys: [Double], gate: [Double], bias: [Double], heads: Int
  ) throws -> [Double] {
    let width = query.count
    let count = keys.count / width
    let hidden = try Tensor(keys, shape: [count, width])
      .adding(try Tensor(query, shape: [1, width])).leakyReLU(slope: 0.2)
    let whole = try Tensor([0, Int64(count)], shape: [2])
    var result = [Double](repeating: 0, count: width)
    for head in 0..<heads {
      let columns = Array(stride(from: head, to: width, by: heads))
      let own = try Tensor(columns.map(Int64.init), shape: [columns.count])
      let h = try hidden.transposed().gathered(own).transposed()
      let g = try h.matmul(try Tensor(columns.map { gate[$0] }, shape: [columns.count, 1]))
      let b = stride(from: head, to: bias.count, by: heads).map { bias[$0] }
      let weights = try g.adding(try Tensor(b, shape: [count, 1])).segmentSoftmax(offsets: whole)
      let sums = try h.multiplied(by: weights).sum(dimension: 0).doubles()
      for (column, sum) in zip(columns, sums) { result[column] = sum }
    }
    return result
  }

  @Test("Single and double precision agree")
  func singlePrecision() throws {
    var generator = SplitMix64(seed: 4)
    let width = 64
    let values = [rows * width, rows * width, width, rows * 4].map { generator.normals($0) }
    let shapes = [[rows, width], [rows, width], [width], [rows, 4]]
    func result(_ type: ScalarType) throws -> [[Double]] {
      let inputs = try zip(values, shapes).map { try Tensor($0, shape: $1).cast(to: type) }
      for input in inputs { try input.setRequiresGradient() }
      let out = try Tensor.segmentAttention(
        queries: inputs[0], keys: inputs[1], gate: inputs[2], bias: inputs[3],
        offsets: offsetTensor())
      try out.squared().sum().backward()
      return [try out.doubles()]
        + (try inputs.map { try #require(try $0.gradient()).doubles() })
    }
    for (single, double) in zip(try result(.float32), try result(.float64)) {
      for (a, b) in zip(single, double) { #expect(abs(a - b) < 2e-4 * max(1, abs(b))) }
    }
  }

  @Test("Offsets and indices that do not fit are refused")
  func refusals() throws {
    let x = try Tensor.zeros(shape: [3, 2])
    for bad: [Int64] in [[0, 2], [1, 3], [0, 3, 2, 3], [0, 4], []] {
      let offsets = try Tensor(bad, shape: [bad.count])
      #expect(throws: TorchError.self) { try x.segmentSum(offsets: offsets) }
    }
    #expect(throws: TorchError.self) {
      try x.gathered(try Tensor([3] as [Int64], shape: [1]))
    }
    #expect(throws: TorchError.self) {
      try x.gathered(try Tensor([-1] as [Int64], shape: [1]))
    }
  }
}
