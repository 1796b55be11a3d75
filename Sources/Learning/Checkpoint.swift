import DenseMath
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

  /// Means of the parameters over the last steps; empty before them.
  var averages: [String: StoredTensor]
}

extension Checkpoint {
  static let kind = "checkpoint"

  /// What is stored beside the tensors.
  private struct Notes: Codable {
    var step: Int
    var generator: SplitMix64
    var place: Int
  }

  private static let prefixes = ["parameters.", "moments.", "averages."]

  /// What its file holds.
  var state: SurrogateState {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      var tensors: [String: StoredTensor] = [:]
      for (prefix, part) in zip(Self.prefixes, [parameters, moments, averages]) {
        for (name, tensor) in part { tensors[prefix + name] = tensor }
      }
      return SurrogateState(
        kind: Self.kind,
        configuration: try encoder.encode(
          Notes(step: step, generator: generator, place: place)), tensors: tensors)
    }
  }

  /// - Returns: `nil` where it is no state of a run.
  init?(_ state: SurrogateState) {
    guard state.kind == Self.kind,
      let notes = try? JSONDecoder().decode(Notes.self, from: state.configuration),
      notes.step > 0, notes.place >= 0
    else { return nil }
    let parts = Self.prefixes.map { prefix in
      var part: [String: StoredTensor] = [:]
      for (name, tensor) in state.tensors where name.hasPrefix(prefix) {
        part[String(name.dropFirst(prefix.count))] = tensor
      }
      return part
    }
    self.init(
      step: notes.step, generator: notes.generator, place: notes.place, parameters: parts[0],
      moments: parts[1], averages: parts[2])
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
