import DenseMath
import Ecosystem
import Foundation
import Torch

/// All that continues a run of a ``TrainingLoop``, bit for bit.
struct Checkpoint: Hashable, Sendable {
  /// How many steps are done, at least one.
  var step: Int

  /// The generator before it shuffled the pass over the rows that is under way.
  var generator: SplitMix64

  /// How many rows of this pass are used.
  var place: Int

  var parameters: [String: StoredTensor]

  /// Of the optimizer.
  var moments: [String: StoredTensor]
}

extension Checkpoint {
  /// What is stored beside the tensors.
  private struct Notes: Codable {
    var step: Int
    var generator: SplitMix64
    var place: Int
  }

  private static let note = "athanor.checkpoint"
  private static let prefixes = (parameters: "parameters.", moments: "moments.")

  var file: Safetensors {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let notes = try encoder.encode(Notes(step: step, generator: generator, place: place))
      var tensors: [String: StoredTensor] = [:]
      for (name, tensor) in parameters { tensors[Self.prefixes.parameters + name] = tensor }
      for (name, tensor) in moments { tensors[Self.prefixes.moments + name] = tensor }
      return Safetensors(
        tensors: tensors, metadata: [Self.note: String(decoding: notes, as: UTF8.self)])
    }
  }

  /// - Returns: `nil` where the file holds no state of a run.
  init?(_ file: Safetensors) {
    guard let text = file.metadata[Self.note],
      let notes = try? JSONDecoder().decode(Notes.self, from: Data(text.utf8)),
      notes.step > 0, notes.place >= 0
    else { return nil }
    func tensors(under prefix: String) -> [String: StoredTensor] {
      var result: [String: StoredTensor] = [:]
      for (name, tensor) in file.tensors where name.hasPrefix(prefix) {
        result[String(name.dropFirst(prefix.count))] = tensor
      }
      return result
    }
    self.init(
      step: notes.step, generator: notes.generator, place: notes.place,
      parameters: tensors(under: Self.prefixes.parameters),
      moments: tensors(under: Self.prefixes.moments))
  }
}

/// Why a run did not end, or was not continued.
public enum CheckpointError: Error, Hashable, Sendable {
  /// It was asked to stop; its state is written.
  case stopped(step: Int, of: Int)
  case unusable(file: String, reason: String)
}

extension CheckpointError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .stopped(let step, let steps):
      "Training was stopped after step \(step) of \(steps). Start it again with the same data and "
        + "settings to go on from there."
    case .unusable(let file, let reason):
      "The checkpoint \(file) cannot be continued: \(reason). Remove it to train from the start."
    }
  }
}
