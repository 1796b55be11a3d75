import Foundation
import Torch

extension Stack: StorableSurrogate {
  public static let kind = "stack"

  /// Most layers and members of a stack that is read.
  private static let mostParts = 1000

  private struct Settings: Codable {
    var layers: [LayerSettings]
    var work: Double?
  }

  private struct LayerSettings: Codable {
    var name: String
    var share: Double
    /// Older files have learners on compositions alone, whose shares it equals.
    var fallback: Double?
    var members: [StoredMember]
  }

  public func state() throws -> SurrogateState {
    var tensors: [String: StoredTensor] = [:]
    var settings = Settings(layers: [], work: work)
    for (place, layer) in layers.enumerated() {
      var own = LayerSettings(
        name: layer.name, share: layer.share, fallback: layer.fallback, members: [])
      for (fold, member) in layer.members.enumerated() {
        own.members.append(
          try StoredMember(member, prefix: Stack.prefix(place, fold), into: &tensors))
      }
      settings.layers.append(own)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return SurrogateState(
      kind: Self.kind, configuration: try encoder.encode(settings), tensors: tensors)
  }

  private static func prefix(_ layer: Int, _ fold: Int) -> String {
    "layers.\(layer).\(fold)."
  }

  public init(state: SurrogateState) throws {
    guard state.kind == Self.kind else {
      throw StackError.invalidState("its kind is \"\(state.kind)\", not \"\(Self.kind)\"")
    }
    let settings: Settings
    do {
      settings = try JSONDecoder().decode(Settings.self, from: state.configuration)
    } catch {
      throw StackError.invalidState("its settings cannot be read (\(error))")
    }
    try Self.check(settings)
    let parts = try StoredMember.parts(of: state.tensors, words: 3)
    work = settings.work
    layers = try settings.layers.enumerated().map { place, layer in
      Layer(
        name: layer.name, share: layer.share, fallback: layer.fallback ?? layer.share,
        members: try layer.members.enumerated().map { fold, member in
          try member.surrogate(
            in: Self.kind, tensors: parts[Self.prefix(place, fold)] ?? [:])
        })
    }
  }

  private static func check(_ settings: Settings) throws {
    let counts = settings.layers.map(\.members.count)
    guard let first = counts.first, first > 0, counts.allSatisfy({ $0 == first }),
      counts.count * first <= mostParts
    else { throw StackError.invalidState("its layers have unequal or no members") }
    let shares = settings.layers.map(\.share)
    let fallback = settings.layers.map { $0.fallback ?? $0.share }
    guard isWhole(shares), isWhole(fallback) || fallback.allSatisfy({ $0 == 0 }) else {
      throw StackError.invalidState("its shares do not sum to 1")
    }
  }

  private static func isWhole(_ shares: [Double]) -> Bool {
    shares.allSatisfy { $0 >= 0 && $0 <= 1 } && abs(shares.reduce(0, +) - 1) < 1e-9
  }
}

/// Why a stack cannot be rebuilt.
public enum StackError: Error, Hashable, Sendable {
  case invalidState(String)
}

extension StackError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .invalidState(let problem): problem + "."
    }
  }
}
