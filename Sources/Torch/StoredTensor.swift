/// A tensor as it lies in a file: element type, shape and little-endian bytes; needs no libtorch.
public struct StoredTensor: Hashable, Sendable {
  public let type: ScalarType

  /// Sizes of the dimensions; empty for a single number.
  public let shape: [Int]

  /// Row-major, `type.byteCount` bytes an element.
  public let bytes: [UInt8]

  /// - Precondition: `bytes` holds exactly the elements of `shape`.
  public init(type: ScalarType, shape: [Int], bytes: [UInt8]) {
    precondition(
      shape.reduce(1, *) * type.byteCount == bytes.count,
      "\(bytes.count) bytes do not hold \(shape) of \(type.rawValue)")
    self.type = type
    self.shape = shape
    self.bytes = bytes
  }
}

/// Element types of stored tensors, by their names in the safetensors format.
public enum ScalarType: String, Codable, Hashable, Sendable, CaseIterable {
  case bool = "BOOL"
  case uint8 = "U8"
  case int8 = "I8"
  case int16 = "I16"
  case uint16 = "U16"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int32 = "I32"
  case uint32 = "U32"
  case float32 = "F32"
  case int64 = "I64"
  case uint64 = "U64"
  case float64 = "F64"

  public var byteCount: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }
}

extension StoredTensor {
  public init(_ values: [Double], shape: [Int]) {
    self.init(type: .float64, shape: shape, bytes: values.withUnsafeBytes { Array($0) })
  }

  public init(_ values: [Float], shape: [Int]) {
    self.init(type: .float32, shape: shape, bytes: values.withUnsafeBytes { Array($0) })
  }

  public init(_ values: [Int64], shape: [Int]) {
    self.init(type: .int64, shape: shape, bytes: values.withUnsafeBytes { Array($0) })
  }

  /// A text of bytes that is no array of numbers.
  public init(_ bytes: [UInt8]) {
    self.init(type: .uint8, shape: [bytes.count], bytes: bytes)
  }

  /// The elements, or `nil` when the tensor is of another type.
  public var doubles: [Double]? { elements(of: .float64) }
  public var floats: [Float]? { elements(of: .float32) }
  public var integers: [Int64]? { elements(of: .int64) }

  private func elements<T: BitwiseCopyable>(of wanted: ScalarType) -> [T]? {
    guard type == wanted else { return nil }
    return bytes.withUnsafeBytes { raw in
      (0..<raw.count / MemoryLayout<T>.size).map {
        raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self)
      }
    }
  }
}
