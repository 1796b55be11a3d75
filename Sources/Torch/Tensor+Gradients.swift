import CTorch

extension Tensor {
  /// Whether gradients arrive here.
  public var requiresGradient: Bool { api.pointee.requires_grad(handle) }

  /// Marks a tensor that was made from numbers as one to differentiate by.
  public func setRequiresGradient(_ required: Bool = true) throws(TorchError) {
    try check(api.pointee.set_requires_grad(handle, required), api)
  }

  /// Adds the gradient of this single number to every tensor that it depends on and that requires
  /// gradients.
  public func backward() throws(TorchError) {
    try check(api.pointee.backward(handle), api)
  }

  /// The gradient that has arrived, or `nil`.
  public func gradient() throws(TorchError) -> Tensor? {
    var out: OpaquePointer?
    try check(api.pointee.grad(handle, &out), api)
    return out.map { Tensor(adopting: $0, api) }
  }

  public func clearGradient() throws(TorchError) {
    try check(api.pointee.clear_grad(handle), api)
  }

  /// The same numbers without their history.
  public func detached() throws(TorchError) -> Tensor {
    try take(api) { api.pointee.detach(handle, &$0) }
  }

  /// `self ← self + weight · (other − self)`, in place and outside of the record; 1 copies.
  public func blend(with other: Tensor, weight: Double = 1) throws(TorchError) {
    try check(api.pointee.blend(handle, other.handle, weight), api)
  }
}

/// Runs `body` without recording gradients on this thread.
///
/// The setting belongs to the thread: never cross an `await` inside.
public func noGrad<Result, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  guard case .success(let table) = Library.opened else { return try body() }
  let former = table.functions.pointee.set_grad_enabled(false)
  defer { _ = table.functions.pointee.set_grad_enabled(former) }
  return try body()
}
