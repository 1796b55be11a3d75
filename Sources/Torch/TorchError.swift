/// Why an operation on tensors failed.
public enum TorchError: Error, Hashable, Sendable {
  /// The library with libtorch's functions could not be opened: the files that were tried, in
  /// order, and the reason given for the last.
  case libraryUnavailable(tried: [String], reason: String)

  /// The operation, the shapes and what is wrong with them.
  case operation(String)

  /// A stored tensor is missing, of another shape or type, or not finite.
  case storedTensor(name: String, problem: String)
}

extension TorchError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .libraryUnavailable(let tried, let reason):
      """
      libtorch could not be opened (\(reason); tried \(tried.joined(separator: ", "))). \
      Run Scripts/setup.sh and build again, or set ATHANOR_TORCH to the path of libCTorchShim.so.
      """
    case .operation(let message): message
    case .storedTensor(let name, let problem): "Tensor \"\(name)\" \(problem)."
    }
  }
}
