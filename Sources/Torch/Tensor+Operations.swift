import CTorch

extension Tensor {
  private func unary(_ operation: ct_unary) throws(TorchError) -> Tensor {
    try take(api) { api.pointee.unary(operation, handle, &$0) }
  }

  private func binary(_ operation: ct_binary, _ other: Tensor) throws(TorchError) -> Tensor {
    try take(api) { api.pointee.binary(operation, handle, other.handle, &$0) }
  }

  public func negated() throws(TorchError) -> Tensor { try unary(CT_NEGATE) }
  public func exp() throws(TorchError) -> Tensor { try unary(CT_EXP) }
  public func log() throws(TorchError) -> Tensor { try unary(CT_LOG) }
  public func squareRoot() throws(TorchError) -> Tensor { try unary(CT_SQRT) }
  public func magnitude() throws(TorchError) -> Tensor { try unary(CT_ABS) }
  public func squared() throws(TorchError) -> Tensor { try unary(CT_SQUARE) }
  public func relu() throws(TorchError) -> Tensor { try unary(CT_RELU) }
  /// `x σ(x)`.
  public func silu() throws(TorchError) -> Tensor { try unary(CT_SILU) }
  public func gelu() throws(TorchError) -> Tensor { try unary(CT_GELU) }
  public func tanh() throws(TorchError) -> Tensor { try unary(CT_TANH) }
  public func sigmoid() throws(TorchError) -> Tensor { try unary(CT_SIGMOID) }
  public func softplus() throws(TorchError) -> Tensor { try unary(CT_SOFTPLUS) }

  /// `x` where positive, else `slope · x`.
  public func leakyReLU(slope: Double = 0.01) throws(TorchError) -> Tensor {
    try take(api) { api.pointee.leaky_relu(handle, slope, &$0) }
  }

  /// Element by element; a size of 1 is repeated.
  public func adding(_ other: Tensor) throws(TorchError) -> Tensor { try binary(CT_ADD, other) }
  public func subtracting(_ other: Tensor) throws(TorchError) -> Tensor {
    try binary(CT_SUBTRACT, other)
  }
  public func multiplied(by other: Tensor) throws(TorchError) -> Tensor {
    try binary(CT_MULTIPLY, other)
  }
  public func divided(by other: Tensor) throws(TorchError) -> Tensor {
    try binary(CT_DIVIDE, other)
  }
  public func minimum(_ other: Tensor) throws(TorchError) -> Tensor {
    try binary(CT_MINIMUM, other)
  }
  public func maximum(_ other: Tensor) throws(TorchError) -> Tensor {
    try binary(CT_MAXIMUM, other)
  }

  /// `factor · x + offset`.
  public func scaled(by factor: Double, plus offset: Double = 0) throws(TorchError) -> Tensor {
    try take(api) { api.pointee.affine(handle, factor, offset, &$0) }
  }

  /// `[n, k] × [k, m] → [n, m]`; leading dimensions are repeated.
  public func matmul(_ other: Tensor) throws(TorchError) -> Tensor {
    try take(api) { api.pointee.matmul(handle, other.handle, &$0) }
  }

  /// `x wᵀ + b`.
  ///
  /// Without gradients each row is computed on its own: equal rows give equal bits whatever else
  /// is in the batch.
  ///
  /// - Parameters:
  ///   - weight: `[out, in]`.
  ///   - bias: `[out]`.
  /// - Returns: `[n, out]` from `[n, in]`.
  public func linear(weight: Tensor, bias: Tensor? = nil) throws(TorchError) -> Tensor {
    try take(api) { api.pointee.linear(handle, weight.handle, bias?.handle, &$0) }
  }

  /// Each row to mean 0 and variance 1, then `weight · x + bias` (`[columns]` each).
  public func layerNorm(
    weight: Tensor, bias: Tensor, epsilon: Double = 1e-5
  ) throws(TorchError) -> Tensor {
    try take(api) { api.pointee.layer_norm(handle, weight.handle, bias.handle, epsilon, &$0) }
  }

  /// Sum of all elements.
  public func sum() throws(TorchError) -> Tensor {
    try take(api) { api.pointee.reduce(CT_SUM, handle, -1, &$0) }
  }

  /// Sum over one dimension, which disappears.
  public func sum(dimension: Int) throws(TorchError) -> Tensor {
    try take(api) { api.pointee.reduce(CT_SUM, handle, Int32(checkedDimension(dimension)), &$0) }
  }

  /// Mean of all elements.
  public func mean() throws(TorchError) -> Tensor {
    try take(api) { api.pointee.reduce(CT_MEAN, handle, -1, &$0) }
  }

  /// Mean over one dimension, which disappears.
  public func mean(dimension: Int) throws(TorchError) -> Tensor {
    try take(api) { api.pointee.reduce(CT_MEAN, handle, Int32(checkedDimension(dimension)), &$0) }
  }

  private func checkedDimension(_ dimension: Int) -> Int {
    precondition(dimension >= 0, "dimension \(dimension): count from 0")
    return dimension
  }

  public func reshaped(_ shape: [Int]) throws(TorchError) -> Tensor {
    let sizes = shape.map(Int64.init)
    return try take(api) { api.pointee.reshape(handle, sizes, Int32(sizes.count), &$0) }
  }

  public func transposed(_ first: Int = 0, _ second: Int = 1) throws(TorchError) -> Tensor {
    try take(api) { api.pointee.transpose(handle, Int32(first), Int32(second), &$0) }
  }

  /// A view of part of one dimension.
  public func narrowed(dimension: Int, to range: Range<Int>) throws(TorchError) -> Tensor {
    try take(api) {
      api.pointee.narrow(
        handle, Int32(dimension), Int64(range.lowerBound), Int64(range.count), &$0)
    }
  }

  /// Joins tensors along one dimension.
  ///
  /// - Precondition: `parts` is not empty.
  public static func concatenated(
    _ parts: [Tensor], dimension: Int
  ) throws(TorchError) -> Tensor {
    precondition(!parts.isEmpty, "concatenated: there are no parts")
    let api = parts[0].api
    let handles = parts.map { Optional($0.handle) }
    return try withExtendedLifetime(parts) { () throws(TorchError) in
      try take(api) {
        api.pointee.concatenate(handles, Int32(handles.count), Int32(dimension), &$0)
      }
    }
  }
}
