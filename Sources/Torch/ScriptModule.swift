import CTorch

/// A network of somebody else's, exported as TorchScript: an archive with weights and code, which
/// libtorch's interpreter runs. Python is neither read nor run.
///
/// Several threads may run it at once: what is behind `handle` is not changed by a run, unless the
/// module itself keeps a state, which such modules do not: hence `@unchecked Sendable`.
public final class ScriptModule: @unchecked Sendable {
  /// Which part of an answer is taken.
  public enum Output: Hashable, Sendable {
    /// The answer is a tensor.
    case whole
    /// Of a tuple or a list, from 0.
    case place(Int)
    /// Of a dictionary.
    case entry(String)
  }

  private let handle: OpaquePointer
  private let api: UnsafePointer<ct_api>

  /// Names and types of the arguments, such as `x: Tensor, batch: Tensor`.
  public let signature: String

  /// How many arguments may be given.
  public let inputCounts: ClosedRange<Int>

  /// - Parameters:
  ///   - archive: The bytes of a file that `torch.jit.save` wrote. Its checksums are not looked at
  ///     here: who reads a file has done so.
  ///   - method: Of the module.
  /// - Throws: ``TorchError`` where the bytes are no such archive.
  public init(archive: [UInt8], method: String = "forward") throws(TorchError) {
    let api = try Library.table()
    var out: OpaquePointer?
    let status = archive.withUnsafeBytes {
      api.pointee.module_load($0.baseAddress, Int64($0.count), method, &out)
    }
    handle = try checked(status, out, api)
    self.api = api
    signature = String(cString: api.pointee.module_signature(handle))
    let (fewest, most) = (
      Int(api.pointee.module_inputs(handle, false)), Int(api.pointee.module_inputs(handle, true))
    )
    inputCounts = min(fewest, most)...most
  }

  deinit { api.pointee.module_release(handle) }

  /// Runs the module.
  ///
  /// - Parameters:
  ///   - inputs: By position.
  ///   - names: One for each input: the module then gets one dictionary of them.
  ///   - differentiates: Whether the module takes gradients inside, as networks do whose forces are
  ///     those of an energy; else none are recorded.
  /// - Returns: The output as `float64`.
  /// - Throws: ``TorchError`` with what the interpreter says.
  public func run(
    _ inputs: [Tensor], names: [String]? = nil, output: Output = .whole,
    differentiates: Bool = false
  ) throws(TorchError) -> Tensor {
    precondition(names.map { $0.count == inputs.count } ?? true, "a name for each input")
    let handles: [OpaquePointer?] = inputs.map(\.handle)
    let (name, place): (String?, Int64) =
      switch output {
      case .whole: (nil, -1)
      case .place(let place): (nil, Int64(place))
      case .entry(let name): (name, -1)
      }
    return try withExtendedLifetime(inputs) { () throws(TorchError) -> Tensor in
      try take(api) { out in
        Self.withPointers(to: names) { pointers in
          api.pointee.module_run(
            handle, pointers, handles, Int32(inputs.count), name, place, differentiates, &out)
        }
      }
    }
  }

  /// The texts with a NUL behind each, and where each begins; `nil` for none.
  private static func withPointers<Result>(
    to names: [String]?, _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
  ) -> Result {
    guard let names else { return body(nil) }
    var bytes: [CChar] = []
    var starts: [Int] = []
    for name in names {
      starts.append(bytes.count)
      bytes += name.utf8CString
    }
    return bytes.withUnsafeBufferPointer { buffer in
      let pointers = starts.map { start in buffer.baseAddress.map { $0 + start } }
      return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
  }
}
