import DenseMath
import Ecosystem
import Foundation
import Matter
import Representations
import Torch

/// What networks see of candidates, ready for batches.
struct EnsembleInputs: Sendable {
  enum Materials: Sendable {
    case compositions(CompositionBatch)
    case crystals(GraphRows)
  }

  let materials: Materials
  /// Standardized.
  let variables: Matrix

  init(
    _ candidates: [Candidate], _ configuration: DeepEnsembleTrainer.Configuration,
    graphs: GraphCache, threads: Int, variables: Matrix
  ) throws {
    self.variables = variables
    guard let crystals = configuration.crystals else {
      materials = .compositions(CompositionBatch(candidates.map(\.composition)))
      return
    }
    let structures = try candidates.enumerated().map { row, candidate in
      guard let crystal = candidate.crystal else {
        throw DeepEnsembleError.noCrystal(candidate: row, candidate.composition.formula)
      }
      return crystal
    }
    materials = .crystals(try graphs.graphs(of: structures, crystals.graphs, threads: threads))
  }

  var count: Int { variables.rows }

  /// These rows for a network.
  func packed(_ rows: some Collection<Int>) throws(TorchError) -> PackedMaterials {
    switch materials {
    case .compositions(let all): .compositions(try PackedCompositions(all.selecting(rows)))
    case .crystals(let all): .crystals(try PackedCrystals(all.batch(rows)))
    }
  }

  /// What a row costs a network, or `nil` where all cost alike, `[rows]`.
  var costs: [Int]? {
    switch materials {
    case .compositions: nil
    case .crystals(let all): all.costs
    }
  }

  /// In one pass through a member.
  static let mostRows = 512

  /// Rows of each pass.
  var chunks: [Range<Int>] {
    let largest = Self.mostRows
    guard let costs else {
      return stride(from: 0, to: count, by: largest).map { $0..<min($0 + largest, count) }
    }
    var (chunks, start, sum) = ([Range<Int>](), 0, 0)
    for (row, cost) in costs.enumerated() {
      sum += cost
      guard sum >= Self.largestCost || row + 1 - start == largest || row + 1 == count else {
        continue
      }
      chunks.append(start..<row + 1)
      (start, sum) = (row + 1, 0)
    }
    return chunks
  }

  /// Nodes and edges in one pass.
  private static let largestCost = 40_000

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
    let own = [variables.columns].bytes + variables.elements.bytes
    switch materials {
    case .compositions(let batch):
      return ContentHash(
        of: own + batch.offsets.bytes + batch.atomicNumbers.bytes + batch.fractions.bytes)
    case .crystals(let graphs):
      let content = (0..<graphs.count).flatMap { row in graphs.contentWords(row) }
      return ContentHash(of: own + content.bytes)
    }
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
