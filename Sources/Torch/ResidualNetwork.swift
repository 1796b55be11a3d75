public import DenseMath

/// Layers `x → activation(linear(x)) + skip(x)`, then a linear layer; the skip is linear without a
/// constant, or the identity where the width stays.
///
/// The head of Roost and of CrabNet (He et al., arXiv:1512.03385, for layers without convolutions).
public final class ResidualNetwork: Module {
  private let layers: [(layer: Linear, skip: Linear?)]
  private let output: Linear
  private let activation: Activation

  /// - Parameter widths: Of the input, the hidden layers and the output, at least two.
  public init(
    widths: [Int], activation: Activation, using generator: inout SplitMix64
  ) throws(TorchError) {
    precondition(widths.count >= 2, "a network needs an input and an output width")
    var layers: [(layer: Linear, skip: Linear?)] = []
    for (inputs, outputs) in zip(widths.dropLast(), widths.dropLast().dropFirst()) {
      layers.append(
        (
          try Linear(inputs, outputs, using: &generator),
          inputs == outputs
            ? nil : try Linear(inputs, outputs, bias: false, using: &generator)
        ))
    }
    self.layers = layers
    self.activation = activation
    output = try Linear(widths[widths.count - 2], widths[widths.count - 1], using: &generator)
  }

  public func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    var x = x
    for (layer, skip) in layers {
      x = try activation(try layer(x)).adding(try skip?(x) ?? x)
    }
    return try output(x)
  }

  public var parameters: [NamedParameter] {
    layers.enumerated().flatMap { place, pair in
      pair.layer.parameters(under: "\(place)")
        + (pair.skip?.parameters(under: "\(place).skip") ?? [])
    } + output.parameters(under: "output")
  }
}
