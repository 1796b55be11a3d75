/// Why bytes are not a safetensors file.
public enum SafetensorsError: Error, Hashable, Sendable {
  /// Shorter than the 8 bytes that hold the length of the header.
  case tooShort(Int)

  /// The header claims more bytes than there are, or than a header may have.
  case headerLength(UInt64, available: Int)

  /// The header is not the JSON that the format asks for.
  case header(String, offset: Int)

  /// A tensor whose description contradicts itself.
  case tensor(String, problem: String)

  /// Bytes that belong to no tensor, or to several, or are missing.
  case coverage(String)
}

extension SafetensorsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooShort(let count):
      "The file has \(count) bytes, too few for a safetensors header; it is empty or cut off."
    case .headerLength(let length, let available):
      "The safetensors header claims \(length) bytes, but \(available) follow; "
        + "the file is cut off, damaged or of another format."
    case .header(let problem, let offset):
      "The safetensors header is damaged at byte \(offset): \(problem)."
    case .tensor(let name, let problem):
      "The tensor \"\(name)\" is damaged: \(problem)."
    case .coverage(let problem):
      "The data of the safetensors file are damaged: \(problem)."
    }
  }
}
