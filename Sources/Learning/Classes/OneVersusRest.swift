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
    let own = try members.map { try $0.predict(candidates).map(\.chance) }
    return candidates.indices.map { row in Self.chances(own.map { $0[row] }) }
  }

  /// Chances that sum to 1; all alike where nothing speaks for any class.
  ///
  /// - Parameter own: What the surrogate of each class says, in 0 ... 1; of two classes, that of the
  ///   second.
  static func chances(_ own: [Double]) -> [Double] {
    guard own.count > 1 else { return [1 - own[0], own[0]] }
    let sum = own.reduce(0, +)
    guard sum > 0 else { return own.map { _ in 1 / Double(own.count) } }
    return own.map { $0 / sum }
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
    var members: [StoredMember]
  }

  private static func prefix(_ place: Int) -> String { "classes.\(place)." }

  public func state() throws -> SurrogateState {
    var tensors: [String: StoredTensor] = [:]
    let settings = Settings(
      members: try members.enumerated().map { place, member in
        try StoredMember(member, prefix: Self.prefix(place), into: &tensors)
      })
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
    let parts = try StoredMember.parts(of: state.tensors, words: 2)
    members = try settings.members.enumerated().map { place, member in
      try member.surrogate(in: Self.kind, tensors: parts[Self.prefix(place)] ?? [:])
    }
  }
}

extension OneVersusRest: CrystalSurrogate {
  public var readsCrystals: Bool {
    members.contains { ($0 as? any CrystalSurrogate)?.readsCrystals ?? false }
  }
  public var needsCrystals: Bool {
    members.contains { ($0 as? any CrystalSurrogate)?.needsCrystals ?? false }
  }
}
