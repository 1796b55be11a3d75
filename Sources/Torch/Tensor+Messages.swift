import CTorch

/// Who sends to whom in packed graphs: the messages of each receiver lie next to each other.
public struct Messages {
  /// Where the messages of each receiver begin, `[n + 1]`.
  public let offsets: Tensor
  /// `[e]`, int64.
  public let senders: Tensor
  /// How much each message counts in a sum, `[e]` or `[e, 1]`; 1 each where there are none.
  public let weights: Tensor?
  /// How often each message counts in statistics, `[e]` or `[e, 1]`; 1 each where there are none.
  public let counts: Tensor?

  public init(offsets: Tensor, senders: Tensor, weights: Tensor? = nil, counts: Tensor? = nil) {
    (self.offsets, self.senders) = (offsets, senders)
    (self.weights, self.counts) = (weights, counts)
  }

  fileprivate var list: ct_messages {
    ct_messages(
      offsets: offsets.handle, from: senders.handle, weights: weights?.handle,
      counts: counts?.handle)
  }
}

/// Steps of message-passing networks, each one operation with a gradient by hand. Sums run in a fixed
/// order; where no gradients are recorded, and statistics are the running ones, the bits of a row
/// do not depend on the other rows.
extension Tensor {
  /// The activation of `x wᵀ + b`.
  public func dense(
    weight: Tensor, bias: Tensor? = nil, then activation: Activation
  ) throws(TorchError) -> Tensor {
    guard let code = activation.code else {
      return try activation(try linear(weight: weight, bias: bias))
    }
    return try take(api) {
      api.pointee.dense(handle, weight.handle, bias?.handle, code, &$0)
    }
  }

  /// For each message from `j` to `i` the activation of `receivers_i + senders_j + w row_e`.
  ///
  /// - Parameters:
  ///   - receivers, senders: `[n, outputs]`.
  ///   - weight: `[outputs, inputs]`, applied to these rows `[e, inputs]`.
  ///   - activation: None leaves the sums.
  /// - Returns: `[e, outputs]`.
  public func joined(
    receivers: Tensor, senders: Tensor, weight: Tensor, _ messages: Messages,
    then activation: Activation? = nil
  ) throws(TorchError) -> Tensor {
    let code = activation?.code
    var list = messages.list
    let sums = try withExtendedLifetime(messages) { () throws(TorchError) in
      try take(api) {
        api.pointee.edge_dense(
          receivers.handle, senders.handle, handle, weight.handle, &list, code ?? CT_PLAIN, &$0)
      }
    }
    guard code == nil, let activation else { return sums }
    return try activation(sums)
  }

  /// `Σ_j σ(f_ij) ⊙ softplus(s_ij)` with the halves `f` and `s` of the normalized sums of
  /// ``joined(receivers:senders:weight:_:then:)``: `[n, outputs / 2]`.
  public func gatedConvolution(
    receivers: Tensor, senders: Tensor, weight: Tensor, _ messages: Messages, norm: BatchNorm,
    isTraining: Bool
  ) throws(TorchError) -> Tensor {
    var (list, settings) = (messages.list, norm.settings(isTraining: isTraining))
    return try withExtendedLifetime((messages, norm)) { () throws(TorchError) in
      try take(api) {
        api.pointee.gated_convolution(
          receivers.handle, senders.handle, handle, weight.handle, &list, &settings, &$0)
      }
    }
  }

  /// The sums `z` of ``joined(receivers:senders:weight:_:then:)``, `[e, outputs]`, and for each node
  /// `Σ_j σ(z_ij) ⊙ values_j / (Σ_j σ(z_ij) + 10⁻⁶)`, `[n, outputs]`.
  ///
  /// - Parameter values: The shape of `senders`.
  public func gatedEdges(
    receivers: Tensor, senders: Tensor, values: Tensor, weight: Tensor, _ messages: Messages
  ) throws(TorchError) -> (sums: Tensor, means: Tensor) {
    var list = messages.list
    var (sums, means) = (OpaquePointer?.none, OpaquePointer?.none)
    let status = withExtendedLifetime(messages) {
      api.pointee.gated_edges(
        receivers.handle, senders.handle, values.handle, handle, weight.handle, &list, &sums,
        &means)
    }
    return (
      Tensor(adopting: try checked(status, sums, api), api),
      Tensor(adopting: try checked(status, means, api), api)
    )
  }

  /// `exp(−((x − center) / width)²)` for each of these `n` numbers and each center: `[n, centers]`.
  ///
  /// - Parameters:
  ///   - centers: Receive no gradient.
  ///   - width: Greater than 0.
  public func gaussians(centers: Tensor, width: Double) throws(TorchError) -> Tensor {
    try take(api) { api.pointee.gaussians(handle, centers.handle, width, &$0) }
  }

  /// The sum over each segment of weight times row: `[e, k]` → `[n, k]`; 0 where it is empty.
  ///
  /// - Parameter weights: `[e]` or `[e, 1]`; receives no gradient.
  public func weightedSum(offsets: Tensor, weights: Tensor?) throws(TorchError) -> Tensor {
    try take(api) { api.pointee.message_sum(handle, offsets.handle, weights?.handle, &$0) }
  }
}

extension Activation {
  /// `nil` where none of the fused operations knows it.
  fileprivate var code: ct_activation? {
    switch self {
    case .silu: CT_WITH_SILU
    case .softplus: CT_WITH_SOFTPLUS
    case .shiftedSoftplus: CT_WITH_SHIFTED_SOFTPLUS
    case .relu, .leakyReLU, .gelu, .tanh: nil
    }
  }
}
