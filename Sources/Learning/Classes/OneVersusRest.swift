public import DenseMath
import Foundation
public import Matter
import Torch

/// Three classes or more, told apart by one surrogate each, which knows its class from all others.
///
/// The chances of the classes are those that their surrogates give, divided by their sum (Rifkin and
/// Klautau, J. Mach. Learn. Res. 5, 101 (2004), compare the ways). As a ``Surrogate`` it predicts
/// the chance of the leading class.
public struct OneVersusRest: Sendable {
  /// One for each class, in their order; the means are chances.
  public let members: [any StorableSurrogate]

  public init(_ members: [any StorableSurrogate]) {
    precondition(members.count > 2, "\(members.count) classes need one surrogate")
    self.members = members
  }

  /// `[candidate][class]`; each row sums to 1.
  public func chances(_ candidates: [Candidate]) throws -> [[Double]] {
    let means = try members.map { try $0.predict(candidates).map(\.mean) }
    return candidates.indices.map { row in Self.normalized(means.map { $0[row] }) }
  }

  /// Chances that sum to 1; all alike where nothing speaks for any class.
  static func normalized(_ means: [Double]) -> [Double] {
    let bounded = means.map { min(max($0, 0), 1) }
    let sum = bounded.reduce(0, +)
    guard sum > 0 else { return bounded.map { _ in 1 / Double(means.count) } }
    return bounded.map { $0 / sum }
  }
}

extension OneVersusRest: Surrogate {
  public func predict(_ candidates: [Candidate]) throws -> [Prediction] {
    try chances(candidates).map { chances in
      let leading = chances.max() ?? 0
      return Prediction(
        mean: leading, aleatoricVariance: leading * (1 - leading), epistemicVariance: 0)
    }
  }

  /// The prediction itself: the members know no joint distribution.
  public func sample(
    _ candidates: [Candidate], using generator: inout SplitMix64
  ) throws -> [Double] {
    try predict(candidates).map(\.mean)
  }
}

extension OneVersusRest: StorableSurrogate {
  public static let kind = "one-versus-rest"

  private struct Settings: Codable {
    var members: [Member]
  }

  private struct Member: Codable {
    var kind: String
    /// JSON of the member's own.
    var configuration: String
  }

  private static func prefix(_ place: Int) -> String { "classes.\(place)." }

  public func state() throws -> SurrogateState {
    var settings = Settings(members: [])
    var tensors: [String: StoredTensor] = [:]
    for (place, member) in members.enumerated() {
      let state = try member.state()
      settings.members.append(
        Member(
          kind: state.kind, configuration: String(decoding: state.configuration, as: UTF8.self)))
      for (name, tensor) in state.tensors { tensors[Self.prefix(place) + name] = tensor }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return SurrogateState(
      kind: Self.kind, configuration: try encoder.encode(settings), tensors: tensors)
  }

  public init(state: SurrogateState) throws {
    let settings = try JSONDecoder().decode(Settings.self, from: state.configuration)
    guard (3...1000).contains(settings.members.count) else {
      throw StackError.invalidState("it has \(settings.members.count) classes")
    }
    members = try settings.members.enumerated().map { place, member in
      guard let kind = Model.kinds[member.kind], member.kind != Self.kind else {
        throw StackError.invalidState("it holds a member of the kind \"\(member.kind)\"")
      }
      let prefix = Self.prefix(place)
      let own = state.tensors.filter { $0.key.hasPrefix(prefix) }
      return try kind.init(
        state: SurrogateState(
          kind: member.kind, configuration: Data(member.configuration.utf8),
          tensors: Dictionary(
            uniqueKeysWithValues: own.map { (String($0.key.dropFirst(prefix.count)), $0.value) })))
    }
  }
}
