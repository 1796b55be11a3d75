import DenseMath
import Ecosystem
import Foundation
import Representations
import Torch

/// What networks see of candidates, ready for batches.
struct EnsembleInputs: Sendable {
  let compositions: CompositionBatch
  /// Standardized.
  let variables: Matrix

  /// `[b, v]`, or `nil` without variables.
  func variableTensor(_ rows: some Collection<Int>) throws(TorchError) -> Tensor? {
    let columns = variables.columns
    guard columns > 0 else { return nil }
    let values = rows.flatMap { row in
      variables.elements[row * columns..<(row + 1) * columns].map(Float.init)
    }
    return try Tensor(values, shape: [rows.count, columns])
  }

  /// Of all numbers.
  var digest: ContentHash {
    let compositions = compositions
    return ContentHash(
      of: [variables.columns].bytes + variables.elements.bytes + compositions.offsets.bytes
        + compositions.atomicNumbers.bytes + compositions.fractions.bytes)
  }
}

extension DeepEnsembleTrainer {
  /// One file for each member, named by all that its weights depend on.
  func checkpointFiles(
    _ inputs: EnsembleInputs, _ targets: EnsembleTargets, seed: UInt64
  ) throws -> [CheckpointFile]? {
    guard let checkpoints else { return nil }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let settings = try encoder.encode(configuration)
    let digests = inputs.digest.hex + targets.digest.hex + (start?.digest.hex ?? "")
    let content = Array(settings) + Array(digests.utf8)
    return (0..<configuration.members).map { member in
      checkpoints.file(ContentHash(of: content + [seed, UInt64(member)].bytes))
    }
  }
}

extension Array where Element: BitwiseCopyable {
  /// As they lie in memory.
  var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }
}
