import CTorch

/// A block of numbers in libtorch, with the record of how it came about (for gradients).
///
/// Not `Sendable`: numbers cross to other threads as arrays or ``StoredTensor``. Shapes are written
/// `[rows, columns]`; rows come first in memory.
public final class Tensor {
  let handle: OpaquePointer
  let api: UnsafePointer<ct_api>

  /// Takes over one reference.
  init(adopting handle: OpaquePointer, _ api: UnsafePointer<ct_api>) {
    self.handle = handle
    self.api = api
  }

  deinit { api.pointee.release(handle) }

  /// Sizes of the dimensions; empty for a single number.
  public var shape: [Int] {
    (0..<api.pointee.rank(handle)).map { Int(api.pointee.size(handle, $0)) }
  }

  /// How many elements there are.
  public var count: Int { shape.reduce(1, *) }

  /// Rows of a matrix, entries of a list.
  ///
  /// - Precondition: There is a first dimension.
  public var rows: Int {
    precondition(api.pointee.rank(handle) > 0, "a single number has no rows")
    return Int(api.pointee.size(handle, 0))
  }

  /// `nil` for a type that is not written here (half precision, truth values, …).
  public var type: ScalarType? {
    switch api.pointee.type(handle) {
    case Int32(CT_FLOAT32.rawValue): .float32
    case Int32(CT_FLOAT64.rawValue): .float64
    case Int32(CT_INT64.rawValue): .int64
    default: nil
    }
  }
}

// MARK: - From and to numbers

extension Tensor {
  /// - Precondition: `values` fill `shape` exactly.
  public convenience init(_ values: [Float], shape: [Int]) throws(TorchError) {
    try self.init(copying: values, as: CT_FLOAT32, shape: shape)
  }

  /// - Precondition: `values` fill `shape` exactly.
  public convenience init(_ values: [Double], shape: [Int]) throws(TorchError) {
    try self.init(copying: values, as: CT_FLOAT64, shape: shape)
  }

  /// - Precondition: `values` fill `shape` exactly.
  public convenience init(_ values: [Int64], shape: [Int]) throws(TorchError) {
    try self.init(copying: values, as: CT_INT64, shape: shape)
  }

  private convenience init<T: BitwiseCopyable>(
    copying values: [T], as type: ct_type, shape: [Int]
  ) throws(TorchError) {
    precondition(
      shape.reduce(1, *) == values.count, "\(values.count) values do not fill \(shape)")
    let api = try Library.table()
    var out: OpaquePointer?
    let status = values.withUnsafeBytes {
      api.pointee.from_data($0.baseAddress, type, shape.map(Int64.init), Int32(shape.count), &out)
    }
    self.init(adopting: try checked(status, out, api), api)
  }

  /// One value everywhere.
  public static func full(
    _ value: Double, shape: [Int], type: ScalarType = .float32
  ) throws(TorchError) -> Tensor {
    let api = try Library.table()
    let code = try type.code
    return try take(api) {
      api.pointee.full(value, code, shape.map(Int64.init), Int32(shape.count), &$0)
    }
  }

  public static func zeros(
    shape: [Int], type: ScalarType = .float32
  ) throws(TorchError) -> Tensor {
    try full(0, shape: shape, type: type)
  }

  /// All elements, rows first; converted where the tensor is of another type.
  public func floats() throws(TorchError) -> [Float] {
    try copied(as: .float32, zero: Float(0))
  }

  /// All elements, rows first; converted where the tensor is of another type.
  public func doubles() throws(TorchError) -> [Double] {
    try copied(as: .float64, zero: 0.0)
  }

  /// All elements, rows first; converted where the tensor is of another type.
  public func integers() throws(TorchError) -> [Int64] {
    try copied(as: .int64, zero: Int64(0))
  }

  /// The only element.
  public func item() throws(TorchError) -> Double {
    let values = try doubles()
    precondition(values.count == 1, "item: the tensor has \(values.count) elements")
    return values[0]
  }

  private func copied<T: BitwiseCopyable>(
    as wanted: ScalarType, zero: T
  ) throws(TorchError) -> [T] {
    let source = type == wanted ? self : try cast(to: wanted)
    var values = [T](repeating: zero, count: count)
    let status = values.withUnsafeMutableBytes {
      api.pointee.copy_out(source.handle, $0.baseAddress, Int64($0.count))
    }
    try check(status, api)
    return values
  }

  /// The same numbers in another type.
  public func cast(to type: ScalarType) throws(TorchError) -> Tensor {
    let code = try type.code
    return try take(api) { api.pointee.cast(handle, code, &$0) }
  }
}

extension ScalarType {
  var code: ct_type {
    get throws(TorchError) {
      switch self {
      case .float32: return CT_FLOAT32
      case .float64: return CT_FLOAT64
      case .int64: return CT_INT64
      default: throw .operation("tensors of type \(rawValue) are not computed with; use F32 or F64")
      }
    }
  }
}

// MARK: - Status to error

func check(_ status: ct_status, _ api: UnsafePointer<ct_api>) throws(TorchError) {
  guard status == CT_OK else { throw .operation(String(cString: api.pointee.last_error())) }
}

func checked(
  _ status: ct_status, _ out: OpaquePointer?, _ api: UnsafePointer<ct_api>
) throws(TorchError) -> OpaquePointer {
  try check(status, api)
  guard let out else { throw .operation("the operation gave no tensor") }
  return out
}

/// Turns a status into an error and adopts the tensor that `body` was given.
@inline(__always)
func take(
  _ api: UnsafePointer<ct_api>, _ body: (inout OpaquePointer?) -> ct_status
) throws(TorchError) -> Tensor {
  var out: OpaquePointer?
  let status = body(&out)
  return Tensor(adopting: try checked(status, out, api), api)
}
