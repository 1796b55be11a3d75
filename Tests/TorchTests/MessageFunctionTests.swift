import DenseMath
import Foundation
import Testing

@testable import Torch

@Suite("Fused messages")
struct MessageFunctionTests {
  /// Rows of 2, 0, 3 and 1 messages.
  let offsets: [Int64] = [0, 2, 2, 5, 6]
  let senders: [Int64] = [1, 3, 0, 0, 2, 1]
  let weights = [1, 2, 0.5, 1, 3, 1.0]
  let counts = [2, 1, 1, 4, 1, 2.0]

  func messages(weighs: Bool, _ type: ScalarType = .float64) throws(TorchError) -> Messages {
    func list(_ values: [Double]) throws(TorchError) -> Tensor {
      try Tensor(values, shape: [6, 1]).cast(to: type)
    }
    return Messages(
      offsets: try Tensor(offsets, shape: [5]), senders: try Tensor(senders, shape: [6]),
      weights: weighs ? try list(weights) : nil, counts: weighs ? try list(counts) : nil)
  }

  func norm(_ weight: Tensor, _ bias: Tensor) throws(TorchError) -> BatchNorm {
    let width = weight.shape
    return BatchNorm(
      weight: weight, bias: bias, mean: try .full(0.3, shape: width, type: .float64),
      variance: try .full(1.7, shape: width, type: .float64))
  }

  /// What a fused operation gives, from single operations.
  func sums(_ x: [Tensor]) throws(TorchError) -> Tensor {
    var receivers: [Int64] = []
    for node in 0..<4 {
      receivers += [Int64](repeating: Int64(node), count: Int(offsets[node + 1] - offsets[node]))
    }
    return try x[2].matmul(try x[3].transposed())
      .adding(try x[0].gathered(try Tensor(receivers, shape: [6])))
      .adding(try x[1].gathered(try Tensor(senders, shape: [6])))
  }

  func normalized(
    _ x: Tensor, _ weight: Tensor, _ bias: Tensor, weighs: Bool, isTraining: Bool
  ) throws(TorchError) -> Tensor {
    let counts = weighs ? counts : [Double](repeating: 1, count: x.rows)
    let total = counts.reduce(0, +)
    let shares = try Tensor(counts.map { $0 / total }, shape: [1, x.rows])
    var mean = try Tensor.full(0.3, shape: [1], type: .float64)
    var variance = try Tensor.full(1.7, shape: [1], type: .float64)
    if isTraining {
      mean = try shares.matmul(x)
      variance = try shares.matmul(try x.subtracting(mean).squared())
    }
    return try x.subtracting(mean).divided(by: try variance.scaled(by: 1, plus: 1e-5).squareRoot())
      .multiplied(by: weight).adding(bias)
  }

  func weighted(_ x: Tensor, _ weighs: Bool) throws(TorchError) -> Tensor {
    let list = weighs ? weights : [Double](repeating: 1, count: 6)
    return try x.multiplied(by: try Tensor(list, shape: [6, 1]))
      .segmentSum(offsets: try Tensor(offsets, shape: [5]))
  }

  /// Receivers and senders of four nodes, rows of six messages, a weight, a norm, values.
  func inputs(outputs: Int) -> (values: [[Double]], shapes: [[Int]]) {
    var generator = SplitMix64(seed: 7)
    let shapes = [
      [4, outputs], [4, outputs], [6, 3], [outputs, 3], [outputs], [outputs], [4, outputs],
    ]
    return (shapes.map { generator.normals($0.reduce(1, *)) }, shapes)
  }

  func agree(_ a: Tensor, _ b: Tensor, _ tolerance: Double = 1e-12) throws {
    #expect(a.shape == b.shape)
    for (x, y) in zip(try a.doubles(), try b.doubles()) {
      #expect(abs(x - y) < tolerance * max(1, abs(y)), "\(x) against \(y)")
    }
  }

  @Test(
    "Layers and edge layers agree with single operations and finite differences",
    arguments: [Activation.silu, .softplus, .shiftedSoftplus, .tanh])
  func layers(activation: Activation) throws {
    let (values, shapes) = inputs(outputs: 5)
    let x = try zip(values, shapes).map { try Tensor($0, shape: $1) }
    try agree(
      try x[2].dense(weight: x[3], bias: x[4], then: activation),
      try activation(try x[2].linear(weight: x[3], bias: x[4])))
    let messages = try messages(weighs: false)
    try agree(
      try x[2].joined(
        receivers: x[0], senders: x[1], weight: x[3], messages, then: activation),
      try activation(try sums(x)))
    try checkGradients(of: values, shapes: shapes) { x throws(TorchError) in
      let first = try x[2].dense(weight: x[3], bias: x[4], then: activation).squared().sum()
      let second = try x[2].joined(
        receivers: x[0], senders: x[1], weight: x[3], messages, then: activation)
      return try first.adding(try second.squared().sum())
        .adding(try x[5].sum()).adding(try x[6].sum())
    }
  }

  @Test(
    "The gated convolution agrees with single operations and finite differences",
    arguments: [false, true], [false, true])
  func convolution(weighs: Bool, isTraining: Bool) throws {
    let (values, shapes) = inputs(outputs: 8)
    let messages = try messages(weighs: weighs)
    func fused(_ x: [Tensor]) throws(TorchError) -> Tensor {
      try x[2].gatedConvolution(
        receivers: x[0], senders: x[1], weight: x[3], messages, norm: try norm(x[4], x[5]),
        isTraining: isTraining)
    }
    let x = try zip(values, shapes).map { try Tensor($0, shape: $1) }
    let rows = try normalized(
      try sums(x), x[4], x[5], weighs: weighs, isTraining: isTraining)
    let gates = try rows.narrowed(dimension: 1, to: 0..<4).sigmoid()
    let cores = try rows.narrowed(dimension: 1, to: 4..<8).softplus()
    try agree(try fused(x), try weighted(try gates.multiplied(by: cores), weighs))
    try checkGradients(of: values, shapes: shapes) { x throws(TorchError) in
      try fused(x).squared().sum().adding(try x[6].sum())
    }
  }

  @Test(
    "Gated edges agree with single operations and finite differences", arguments: [false, true])
  func gatedEdges(weighs: Bool) throws {
    let (values, shapes) = inputs(outputs: 5)
    let messages = try messages(weighs: weighs)
    func fused(_ x: [Tensor]) throws(TorchError) -> (sums: Tensor, means: Tensor) {
      try x[2].gatedEdges(
        receivers: x[0], senders: x[1], values: x[6], weight: x[3], messages)
    }
    let x = try zip(values, shapes).map { try Tensor($0, shape: $1) }
    let expected = try sums(x)
    let gates = try expected.sigmoid()
    let heard = try gates.multiplied(by: try x[6].gathered(try Tensor(senders, shape: [6])))
    let (z, means) = try fused(x)
    try agree(z, expected)
    try agree(
      means,
      try weighted(heard, weighs).divided(by: try weighted(gates, weighs).scaled(by: 1, plus: 1e-6))
    )
    for part in 0..<3 {
      try checkGradients(of: values, shapes: shapes) { x throws(TorchError) in
        let (sums, means) = try fused(x)
        // Either result alone, and both.
        var loss = try x[4].sum().adding(try x[5].sum())
        if part != 1 { loss = try loss.adding(try sums.squared().sum()) }
        if part != 0 { loss = try loss.adding(try means.squared().sum()) }
        return try part == 0 ? loss.adding(try x[6].sum()) : loss
      }
    }
  }

  @Test(
    "Normalized columns agree with single operations and finite differences",
    arguments: [false, true], [false, true])
  func columns(isActivated: Bool, isTraining: Bool) throws {
    var generator = SplitMix64(seed: 3)
    let shapes = [[6, 3], [6, 3], [3], [3]]
    let values = shapes.map { generator.normals($0.reduce(1, *)) }
    let list = try Tensor(counts, shape: [6, 1])
    func fused(_ x: [Tensor]) throws(TorchError) -> Tensor {
      try norm(x[2], x[3])(
        x[0], counts: list, adding: x[1], isActivated: isActivated, isTraining: isTraining)
    }
    let x = try zip(values, shapes).map { try Tensor($0, shape: $1) }
    let plain = try normalized(x[0], x[2], x[3], weighs: true, isTraining: isTraining)
    try agree(try fused(x), try (isActivated ? plain.silu() : plain).adding(x[1]))
    let weights = try Tensor(generator.normals(18), shape: [6, 3])
    try checkGradients(of: values, shapes: shapes, tolerance: 1e-6) { x throws(TorchError) in
      try fused(x).squared().multiplied(by: weights).sum()
    }
  }

  @Test("Weighted sums and their gradients")
  func weightedSums() throws {
    var generator = SplitMix64(seed: 4)
    let values = generator.normals(12)
    let list = try Tensor(weights, shape: [6, 1])
    let starts = try Tensor(offsets, shape: [5])
    let x = try Tensor(values, shape: [6, 2])
    try agree(try x.weightedSum(offsets: starts, weights: list), try weighted(x, true))
    try agree(try x.weightedSum(offsets: starts, weights: nil), try weighted(x, false))
    try checkGradients(of: [values], shapes: [[6, 2]]) { x throws(TorchError) in
      try x[0].weightedSum(offsets: starts, weights: list).squared().sum()
    }
  }

  @Test("Gaussians agree with single operations and finite differences")
  func gaussians() throws {
    let centers = try Tensor((0..<19).map { Double($0) / 3 }, shape: [19])
    let values = [0.1, 2.7, 5.9, 40]
    let x = try Tensor(values, shape: [4, 1])
    try agree(
      try x.gaussians(centers: centers, width: 0.7),
      try x.subtracting(centers).scaled(by: 1 / 0.7).squared().negated().exp())
    let weights = try Tensor((0..<76).map { Double($0 % 7) - 2 }, shape: [4, 19])
    try checkGradients(of: [values], shapes: [[4, 1]]) { x throws(TorchError) in
      try x[0].gaussians(centers: centers, width: 0.7).multiplied(by: weights).sum()
    }
    let single = try x.cast(to: .float32)
      .gaussians(centers: try centers.cast(to: .float32), width: 0.7).doubles()
    for (a, b) in zip(single, try x.gaussians(centers: centers, width: 0.7).doubles()) {
      #expect(abs(a - b) < 1e-6)
    }
  }

  @Test("Single precision agrees, far out as well", arguments: [-60.0, 0, 60])
  func singlePrecision(shift: Double) throws {
    let (values, shapes) = inputs(outputs: 8)
    func results(_ type: ScalarType) throws -> [[Double]] {
      var x = try zip(values, shapes).map { try Tensor($0, shape: $1).cast(to: type) }
      x[5] = try x[5].scaled(by: 1, plus: shift).detached()
      for input in x { try input.setRequiresGradient() }
      let norm = BatchNorm(
        weight: x[4], bias: x[5], mean: try .zeros(shape: [8], type: type),
        variance: try .full(1, shape: [8], type: type))
      let messages = try messages(weighs: true, type)
      let one = try x[2].gatedConvolution(
        receivers: x[0], senders: x[1], weight: x[3], messages, norm: norm, isTraining: true)
      let two = try x[2].dense(weight: x[3], bias: x[5], then: .shiftedSoftplus)
      let three = try x[2].gatedEdges(
        receivers: x[0], senders: x[1], values: x[6], weight: x[3], messages)
      try one.sum().adding(try two.sum()).adding(try three.means.sum()).backward()
      return [try one.doubles(), try two.doubles(), try three.means.doubles()]
        + (try x.map { try #require(try $0.gradient()).doubles() })
    }
    for (single, double) in zip(try results(.float32), try results(.float64)) {
      for (a, b) in zip(single, double) {
        #expect(abs(a - b) < 2e-5 * max(1, abs(b)), "\(a) against \(b)")
      }
    }
  }

  @Test("What does not fit is refused")
  func refusals() throws {
    let x = try inputs(outputs: 4).values.indices.map { place in
      try Tensor.zeros(shape: inputs(outputs: 4).shapes[place], type: .float64)
    }
    let good = try messages(weighs: false)
    let short = Messages(offsets: try Tensor([0, 6] as [Int64], shape: [2]), senders: good.senders)
    let far = Messages(
      offsets: good.offsets, senders: try Tensor([0, 1, 2, 3, 4, 0] as [Int64], shape: [6]))
    for messages in [short, far] {
      #expect(throws: TorchError.self) {
        try x[2].joined(receivers: x[0], senders: x[1], weight: x[3], messages)
      }
    }
    #expect(throws: TorchError.self) {
      try x[2].joined(receivers: x[0], senders: x[1], weight: x[4], good)
    }
    #expect(throws: TorchError.self) {
      try x[2].dense(weight: x[0], bias: nil, then: .silu)
    }
  }
}
