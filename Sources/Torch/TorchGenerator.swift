import CTorch

/// A seeded source of random tensors: libtorch's own generator is never used.
///
/// Give each model its own; equal seeds and calls give equal numbers on any number of threads.
public final class TorchGenerator {
  private let handle: OpaquePointer
  private let api: UnsafePointer<ct_api>

  public init(seed: UInt64) throws(TorchError) {
    api = try Library.table()
    guard let handle = api.pointee.generator_new(seed) else {
      throw .operation("generator: out of memory")
    }
    self.handle = handle
  }

  deinit { api.pointee.generator_release(handle) }

  /// Independent standard normal numbers.
  public func normal(shape: [Int], type: ScalarType = .float32) throws(TorchError) -> Tensor {
    let code = try type.code
    return try take(api) {
      api.pointee.random_normal(handle, code, shape.map(Int64.init), Int32(shape.count), &$0)
    }
  }

  /// Sets entries to 0 with probability `rate` and divides the others by `1 − rate`.
  ///
  /// - Parameter rate: 0 ..< 1.
  public func dropout(_ x: Tensor, rate: Double) throws(TorchError) -> Tensor {
    try take(api) { api.pointee.dropout(x.handle, rate, handle, &$0) }
  }
}
