import DenseMath
import Foundation
import Matter
import Representations
import Torch

extension DeepEnsemble: StorableSurrogate {
  public static let kind = "ensemble"

  private struct Settings: Codable {
    var configuration: DeepEnsembleTrainer.Configuration
    var elements: [Element]
    var input: FeatureStandardization
    /// In files of one target; ``targets`` came later.
    var target: TargetSettings?
    var targets: [TargetSettings]?
    /// The place in ``targets`` of the one that is answered; 0 where it is missing.
    var answers: Int?

    var standardizations: [TargetStandardization] {
      (targets ?? target.map { [$0] } ?? []).map {
        TargetStandardization(mean: $0.mean, scale: $0.scale)
      }
    }
  }

  private struct TargetSettings: Codable {
    var mean: Double
    var scale: Double
  }

  public func state() throws -> SurrogateState {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let settings = Settings(
      configuration: configuration, elements: elements, input: inputStandardization,
      targets: targetStandardizations.map { TargetSettings(mean: $0.mean, scale: $0.scale) },
      answers: target)
    var tensors: [String: StoredTensor] = [:]
    for (place, member) in members.enumerated() {
      for (name, tensor) in try member.storedTensors() {
        tensors["members.\(place).\(name)"] = tensor
      }
    }
    return SurrogateState(
      kind: Self.kind, configuration: try encoder.encode(settings), tensors: tensors)
  }

  public init(state: SurrogateState) throws {
    guard state.kind == Self.kind else {
      throw DeepEnsembleError.invalidState("its kind is \"\(state.kind)\", not \"\(Self.kind)\"")
    }
    let settings: Settings
    do {
      settings = try JSONDecoder().decode(Settings.self, from: state.configuration)
    } catch {
      throw DeepEnsembleError.invalidState("its settings cannot be read (\(error))")
    }
    try Self.check(settings)
    var weights = [[String: StoredTensor]](repeating: [:], count: settings.configuration.members)
    for place in weights.indices {
      let prefix = "members.\(place)."
      for (name, tensor) in state.tensors where name.hasPrefix(prefix) {
        weights[place][String(name.dropFirst(prefix.count))] = tensor
      }
    }
    for (place, stored) in weights.enumerated() {
      guard let spread = stored["spread"]?.floats, spread.allSatisfy({ $0 > 0 }) else {
        throw DeepEnsembleError.invalidState("member \(place + 1) has no positive spread")
      }
    }
    self = try DeepEnsemble(
      configuration: settings.configuration, elements: Set(settings.elements),
      inputStandardization: settings.input, targetStandardizations: settings.standardizations,
      weights: weights
    ).answering(settings.answers ?? 0)
  }

  private static func check(_ settings: Settings) throws {
    let (configuration, input) = (settings.configuration, settings.input)
    let sizes =
      [configuration.members, configuration.headWidth] + (configuration.headWidths ?? [])
    guard sizes.allSatisfy((1...65_536).contains), configuration.encoder.isPossible,
      configuration.crystals?.isPossible ?? true,
      sizes.count <= 64
    else { throw DeepEnsembleError.invalidState("its sizes are out of range") }
    let targets = settings.standardizations
    guard (1...65_536).contains(targets.count),
      targets.indices.contains(settings.answers ?? 0)
    else { throw DeepEnsembleError.invalidState("it does not say what it predicts") }
    guard input.columns.allSatisfy({ (0..<input.width).contains($0) }),
      input.means.count == input.columns.count, input.scales.count == input.columns.count,
      (input.means + targets.map(\.mean)).allSatisfy(\.isFinite),
      (input.scales + targets.map(\.scale)).allSatisfy({ $0.isFinite && $0 > 0 })
    else { throw DeepEnsembleError.invalidState("its standardization is not usable") }
  }
}
