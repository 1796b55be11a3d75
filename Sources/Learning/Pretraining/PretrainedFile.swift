import Ecosystem
import Foundation
public import Representations
import Torch

/// What networks have learned from crystals alone: the part of its file that people read.
public struct PretrainingCard: Codable, Hashable, Sendable {
  /// The files.
  public var sources: [String]

  /// Different crystals, those included that were held out.
  public var crystals: Int
  public var heldOut: Int

  /// How many crystals hold each element, by symbol.
  public var elementCrystals: [String: Int]

  /// SHA-256 of the crystals, 64 hexadecimal digits.
  public var dataHash: String
  public var architecture: CrystalEncoder.Architecture
  public var learning: SelfSupervision

  /// Of each network.
  public var curves: [PretrainingCurve]
  public var seed: UInt64

  /// The command that makes the same file.
  public var settings: String

  /// Versions of the programs that made the file, by name.
  public var versions: [String: String]

  public init(
    _ networks: PretrainedNetworks, learning: SelfSupervision, sources: [String],
    elementCrystals: [String: Int], dataHash: String, seed: UInt64, settings: String,
    versions: [String: String]
  ) {
    self.sources = sources
    crystals = networks.crystals
    heldOut = networks.heldOut
    self.elementCrystals = elementCrystals
    self.dataHash = dataHash
    architecture = networks.encoder.architecture
    self.learning = learning
    curves = networks.curves
    self.seed = seed
    self.settings = settings
    self.versions = versions
  }
}

/// A `.safetensors` file with networks that know crystals, but no property: what others go on from.
///
/// It has the form of a ``ModelFile``, its checksum covers every byte, but there is nothing to predict
/// with.
public struct PretrainedFile: Sendable {
  public static let kind = "pretrained"

  public let card: PretrainingCard
  public let encoder: CrystalEncoder.Configuration
  /// Parameters of each encoder.
  let weights: [[String: StoredTensor]]

  private enum Note {
    static let version = "athanor.format"
    static let card = "athanor.card"
  }

  private struct Settings: Codable {
    var encoder: CrystalEncoder.Configuration
    var networks: Int
  }

  private static let mostNetworks = 1000

  public init(_ networks: PretrainedNetworks, card: PretrainingCard) {
    (encoder, weights, self.card) = (networks.encoder, networks.weights, card)
  }

  /// Equal content gives equal bytes.
  public func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var tensors: [String: StoredTensor] = [:]
    for (place, own) in weights.enumerated() {
      for (name, tensor) in own { tensors["networks.\(place).\(name)"] = tensor }
    }
    let state = SurrogateState(
      kind: Self.kind,
      configuration: try encoder.encode(
        Settings(encoder: self.encoder, networks: weights.count)), tensors: tensors)
    let notes = [
      Note.version: String(ModelFile.formatVersion),
      Note.card: String(decoding: try encoder.encode(card), as: UTF8.self),
    ]
    return SealedTensors(state: state, notes: notes).encoded()
  }

  /// Writes the file whole or not at all.
  public func write(to path: String) throws { try AtomicFile.write(encoded(), to: path) }

  /// - Throws: ``ModelFileError`` naming the file; ``FileError`` when it cannot be read.
  public init(contentsOf path: String) throws {
    try self.init(bytes: AtomicFile.read(path, limit: ModelFile.sizeLimit), file: path)
  }

  /// - Parameter file: The name to use in errors.
  public init(bytes: [UInt8], file: String) throws(ModelFileError) {
    let content = try SealedTensors(bytes: bytes, file: file)
    guard content.state.kind == Self.kind else {
      throw ModelFileError(file, .unknownKind(content.state.kind))
    }
    let notes = content.notes
    try ModelFile.checkVersion(notes[Note.version], file: file)
    let card: PretrainingCard = try ModelFile.decode(notes[Note.card], "card", file: file)
    let settings: Settings = try ModelFile.decode(
      String(decoding: content.state.configuration, as: UTF8.self), "configuration", file: file)
    let objectives = card.learning.objectives.count
    guard settings.encoder.isPossible, (1...Self.mostNetworks).contains(settings.networks),
      card.curves.count == settings.networks, card.learning.isPossible,
      card.curves.allSatisfy({ $0.isPossible(objectives: objectives) })
    else { throw ModelFileError(file, .invalidState("its sizes are out of range.")) }
    (self.card, encoder) = (card, settings.encoder)
    var weights = [[String: StoredTensor]](repeating: [:], count: settings.networks)
    for place in weights.indices {
      let prefix = "networks.\(place)."
      for (name, tensor) in content.state.tensors where name.hasPrefix(prefix) {
        weights[place][String(name.dropFirst(prefix.count))] = tensor
      }
    }
    self.weights = weights
  }
}

extension PretrainingCurve {
  fileprivate func isPossible(objectives: Int) -> Bool {
    checks.indices.contains(chosen) && checks.allSatisfy { $0.losses.count == objectives }
  }
}
