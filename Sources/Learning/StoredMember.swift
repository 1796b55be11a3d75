import Foundation
import Torch

/// A surrogate inside the state of another one: what it is and its settings; its numbers stand among
/// the other's tensors under a prefix.
struct StoredMember: Codable {
  var kind: String
  /// JSON of the member's own.
  var configuration: String

  /// Adds the member's numbers to `tensors`.
  init(
    _ member: any StorableSurrogate, prefix: String, into tensors: inout [String: StoredTensor]
  ) throws {
    let state = try member.state()
    kind = state.kind
    configuration = String(decoding: state.configuration, as: UTF8.self)
    for (name, tensor) in state.tensors { tensors[prefix + name] = tensor }
  }

  /// Members are of other kinds than what holds them, so that no state is without end.
  ///
  /// - Parameters:
  ///   - owner: The kind of the surrogate that holds this one.
  ///   - tensors: The member's own, without a prefix.
  func surrogate(
    in owner: String, tensors: [String: StoredTensor]
  ) throws -> any StorableSurrogate {
    guard let type = Model.kinds[kind], kind != owner else {
      throw StackError.invalidState("it holds a member of the kind \"\(kind)\"")
    }
    return try type.init(
      state: SurrogateState(
        kind: kind, configuration: Data(configuration.utf8), tensors: tensors))
  }

  /// Tensors by the prefix of their names: the first `words` words, each with its point.
  static func parts(
    of tensors: [String: StoredTensor], words: Int
  ) throws -> [String: [String: StoredTensor]] {
    var parts: [String: [String: StoredTensor]] = [:]
    for (name, tensor) in tensors {
      let split = name.split(separator: ".", maxSplits: words)
      guard split.count == words + 1 else {
        throw StackError.invalidState("the tensor \"\(name)\" belongs to no member")
      }
      let prefix = split.prefix(words).map { "\($0)." }.joined()
      parts[prefix, default: [:]][String(split[words])] = tensor
    }
    return parts
  }
}
