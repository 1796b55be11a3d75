/// A network or a part of one: parameters with names.
public protocol Module: AnyObject {
  /// All parameters in a fixed order; names are unique and joined by dots (`head.0.weight`).
  var parameters: [NamedParameter] { get }
}

public struct NamedParameter {
  public let name: String
  public let value: Tensor

  public init(_ name: String, _ value: Tensor) {
    self.name = name
    self.value = value
  }
}

extension Module {
  /// The parameters with `prefix` and a dot before each name.
  public func parameters(under prefix: String) -> [NamedParameter] {
    parameters.map { NamedParameter("\(prefix).\($0.name)", $0.value) }
  }

  /// How many numbers are learned; what is stored beside them receives no gradient.
  public var parameterCount: Int {
    parameters.reduce(0) { $0 + ($1.value.requiresGradient ? $1.value.count : 0) }
  }

  /// The parameters as numbers, by name.
  public func storedTensors() throws(TorchError) -> [String: StoredTensor] {
    var stored: [String: StoredTensor] = [:]
    for parameter in parameters { stored[parameter.name] = try StoredTensor(parameter.value) }
    return stored
  }

  /// Takes over the numbers of `stored`; tensors of other names are ignored.
  ///
  /// - Throws: ``TorchError/storedTensor(name:problem:)`` before anything is changed, when one is
  ///   missing, of another type or shape, or not finite.
  public func load(_ stored: [String: StoredTensor]) throws(TorchError) {
    var found: [(Tensor, Tensor)] = []
    for parameter in parameters {
      guard let tensor = stored[parameter.name] else {
        throw .storedTensor(name: parameter.name, problem: "is missing from the stored model")
      }
      guard tensor.shape == parameter.value.shape else {
        throw .storedTensor(
          name: parameter.name,
          problem: "has shape \(tensor.shape), the model needs \(parameter.value.shape)")
      }
      guard tensor.isFinite else {
        throw .storedTensor(name: parameter.name, problem: "holds numbers that are not finite")
      }
      found.append((parameter.value, try tensor.tensor()))
    }
    for (target, source) in found { try target.blend(with: source) }
  }
}

extension StoredTensor {
  /// A copy of a tensor's numbers.
  public init(_ tensor: Tensor) throws(TorchError) {
    switch tensor.type {
    case .float32: self.init(try tensor.floats(), shape: tensor.shape)
    case .float64: self.init(try tensor.doubles(), shape: tensor.shape)
    case .int64: self.init(try tensor.integers(), shape: tensor.shape)
    default: throw .operation("store: tensors of this type are not written")
    }
  }

  /// - Throws: for types that are not computed with.
  public func tensor() throws(TorchError) -> Tensor {
    if let floats { return try Tensor(floats, shape: shape) }
    if let doubles { return try Tensor(doubles, shape: shape) }
    if let integers { return try Tensor(integers, shape: shape) }
    throw .operation("tensors of type \(type.rawValue) are not computed with; use F32 or F64")
  }

  /// Whether every number is finite; integers always are.
  public var isFinite: Bool {
    if let floats { return floats.allSatisfy(\.isFinite) }
    if let doubles { return doubles.allSatisfy(\.isFinite) }
    return true
  }
}
