public import Foundation
public import Torch

/// All that rebuilds a trained surrogate: what a model file stores.
public struct SurrogateState: Sendable {
  /// Which surrogate it is, for example `gp` or `ensemble`.
  public var kind: String

  /// The surrogate's settings as JSON with sorted keys.
  public var configuration: Data

  /// Learned numbers by name.
  public var tensors: [String: StoredTensor]

  public init(kind: String, configuration: Data, tensors: [String: StoredTensor]) {
    self.kind = kind
    self.configuration = configuration
    self.tensors = tensors
  }
}

/// A surrogate that a model file can hold.
///
/// Law: writing the state and reading it back gives equal predictions, bit for bit.
public protocol StorableSurrogate: Surrogate {
  static var kind: String { get }
  func state() throws -> SurrogateState

  /// - Throws: when a tensor is missing, has another shape or is not finite.
  init(state: SurrogateState) throws

  /// What it sees of a candidate, where one fixed description is all.
  var fixedFeatures: CandidateFeatures? { get }
}

extension StorableSurrogate {
  public var fixedFeatures: CandidateFeatures? { nil }
}
