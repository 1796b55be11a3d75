public import DenseMath

/// `x wᵀ + b`: `[n, in]` → `[n, out]`.
public final class Linear: Module {
  public let weight: Tensor
  public let bias: Tensor?

  /// Uniform on ±1/√in, as in PyTorch.
  public init(
    _ inputs: Int, _ outputs: Int, bias: Bool = true, using generator: inout SplitMix64
  ) throws(TorchError) {
    (weight, self.bias) =
      bias
      ? try Self.weights(inputs, outputs, using: &generator)
      : (try Self.weight(inputs, outputs, using: &generator), nil)
  }

  /// `[outputs, inputs]` alone, for layers that are part of a fused operation.
  public static func weight(
    _ inputs: Int, _ outputs: Int, using generator: inout SplitMix64
  ) throws(TorchError) -> Tensor {
    let bound = 1 / Double(max(inputs, 1)).squareRoot()
    return try .parameter(shape: [outputs, inputs], uniform: bound, using: &generator)
  }

  /// `[outputs, inputs]` and `[outputs]`.
  public static func weights(
    _ inputs: Int, _ outputs: Int, using generator: inout SplitMix64
  ) throws(TorchError) -> (weight: Tensor, bias: Tensor) {
    let bound = 1 / Double(max(inputs, 1)).squareRoot()
    return (
      try weight(inputs, outputs, using: &generator),
      try .parameter(shape: [outputs], uniform: bound, using: &generator)
    )
  }

  public func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    try x.linear(weight: weight, bias: bias)
  }

  /// With an activation behind it, in one operation where there is one.
  public func callAsFunction(
    _ x: Tensor, then activation: Activation
  ) throws(TorchError) -> Tensor {
    try x.dense(weight: weight, bias: bias, then: activation)
  }

  public var parameters: [NamedParameter] {
    [NamedParameter("weight", weight)] + (bias.map { [NamedParameter("bias", $0)] } ?? [])
  }
}

/// One learned row for each number in 0 ..< `count`.
public final class Embedding: Module {
  public let weight: Tensor

  /// Normal with standard deviation `scale`.
  public init(
    count: Int, width: Int, scale: Double = 1, using generator: inout SplitMix64
  ) throws(TorchError) {
    weight = try .parameter(shape: [count, width], normal: scale, using: &generator)
  }

  /// `[n]` → `[n, width]`.
  public func callAsFunction(_ index: Tensor) throws(TorchError) -> Tensor {
    try weight.gathered(index)
  }

  public var parameters: [NamedParameter] { [NamedParameter("weight", weight)] }
}

/// Brings each row to mean 0 and variance 1, then scales and shifts each column.
public final class LayerNorm: Module {
  public let weight: Tensor
  public let bias: Tensor

  public init(width: Int) throws(TorchError) {
    weight = try .full(1, shape: [width])
    bias = try .zeros(shape: [width])
    try weight.setRequiresGradient()
    try bias.setRequiresGradient()
  }

  public func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    try x.layerNorm(weight: weight, bias: bias)
  }

  public var parameters: [NamedParameter] {
    [NamedParameter("weight", weight), NamedParameter("bias", bias)]
  }
}

/// What stands between the layers of a network.
public enum Activation: String, Codable, Hashable, Sendable, CaseIterable {
  case relu, leakyReLU, silu, gelu, tanh
  /// `log(1 + eˣ)`.
  case softplus
  /// `log(½ + ½ eˣ)`: ``softplus`` through the origin, as in MEGNet.
  case shiftedSoftplus

  public func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    switch self {
    case .relu: try x.relu()
    case .leakyReLU: try x.leakyReLU()
    case .silu: try x.silu()
    case .gelu: try x.gelu()
    case .tanh: try x.tanh()
    case .softplus: try x.softplus()
    case .shiftedSoftplus: try x.softplus().scaled(by: 1, plus: -0.693_147_180_559_945_3)
    }
  }
}

/// Linear layers with an activation between them, none after the last.
public final class MLP: Module {
  public let layers: [Linear]
  public let activation: Activation

  /// - Parameter widths: Sizes from the input to the output, at least two.
  public init(
    widths: [Int], activation: Activation = .silu, using generator: inout SplitMix64
  ) throws(TorchError) {
    precondition(widths.count >= 2, "a network needs an input and an output width")
    var layers: [Linear] = []
    for (inputs, outputs) in zip(widths, widths.dropFirst()) {
      layers.append(try Linear(inputs, outputs, using: &generator))
    }
    self.layers = layers
    self.activation = activation
  }

  public func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    var x = try layers[0](x)
    for layer in layers.dropFirst() { x = try layer(try activation(x)) }
    return x
  }

  public var parameters: [NamedParameter] {
    layers.enumerated().flatMap { $1.parameters(under: "\($0)") }
  }
}

extension Tensor {
  /// A learned tensor with entries uniform on ±`bound`.
  public static func parameter(
    shape: [Int], uniform bound: Double, using generator: inout SplitMix64
  ) throws(TorchError) -> Tensor {
    var values = [Float](repeating: 0, count: shape.reduce(1, *))
    for i in values.indices { values[i] = Float((2 * generator.uniform() - 1) * bound) }
    return try parameter(values, shape: shape)
  }

  /// A learned tensor with normal entries of the given standard deviation.
  public static func parameter(
    shape: [Int], normal deviation: Double, using generator: inout SplitMix64
  ) throws(TorchError) -> Tensor {
    var values = [Float](repeating: 0, count: shape.reduce(1, *))
    for i in values.indices { values[i] = Float(generator.normal() * deviation) }
    return try parameter(values, shape: shape)
  }

  /// A learned tensor that starts from `values`.
  public static func parameter(_ values: [Float], shape: [Int]) throws(TorchError) -> Tensor {
    let tensor = try Tensor(values, shape: shape)
    try tensor.setRequiresGradient()
    return tensor
  }
}
