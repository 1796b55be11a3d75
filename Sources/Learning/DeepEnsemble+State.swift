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
    var target: TargetSettings
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
      target: TargetSettings(
        mean: targetStandardization.mean, scale: targetStandardization.scale))
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
    try self.init(
      configuration: settings.configuration, elements: Set(settings.elements),
      inputStandardization: settings.input,
      targetStandardization: TargetStandardization(
        mean: settings.target.mean, scale: settings.target.scale),
      weights: weights)
  }

  private static func check(_ settings: Settings) throws {
    let (encoder, input) = (settings.configuration.encoder, settings.input)
    let sizes = [
      encoder.width, encoder.hidden, encoder.heads, settings.configuration.members,
      settings.configuration.headWidth,
    ]
    guard sizes.allSatisfy({ (1...65_536).contains($0) }), encoder.hidden % encoder.heads == 0,
      (0...64).contains(encoder.layers)
    else { throw DeepEnsembleError.invalidState("its sizes are out of range") }
    guard input.columns.allSatisfy({ (0..<input.width).contains($0) }),
      input.means.count == input.columns.count, input.scales.count == input.columns.count,
      (input.means + [settings.target.mean]).allSatisfy(\.isFinite),
      (input.scales + [settings.target.scale]).allSatisfy({ $0.isFinite && $0 > 0 })
    else { throw DeepEnsembleError.invalidState("its standardization is not usable") }
  }
}
