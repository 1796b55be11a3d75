import DenseMath
import Foundation
import Matter
import Representations
import Torch

extension DeepEnsemble {
  /// What the first member's encoder makes of candidates.
  ///
  /// - Returns: The vectors, `[n, width]`, each column of mean 0 and variance 1 on the training rows
  ///   where the encoder is standardized; and the member's means, in the unit of the target.
  func vectors(_ candidates: [Candidate]) throws -> (rows: Matrix, means: [Double]) {
    let raw = try Self.variableMatrix(candidates, expected: inputStandardization.width)
    let threads = ProcessInfo.processInfo.activeProcessorCount
    let inputs = try EnsembleInputs(
      candidates, configuration, graphs: .shared, threads: threads,
      variables: inputStandardization(raw))
    let parts = try parallelMap(inputs.chunks, threads: threads) { rows in
      try chunkVectors(rows, inputs)
    }
    return (
      Matrix(
        rows: candidates.count, columns: configuration.encodedWidth,
        elements: parts.flatMap(\.0)),
      parts.flatMap(\.1)
    )
  }

  private func chunkVectors(
    _ rows: Range<Int>, _ inputs: EnsembleInputs
  ) throws -> ([Double], [Double]) {
    try noGrad {
      let batch = try inputs.packed(rows)
      let variables = try inputs.variableTensor(rows)
      let member = members[0]
      let encoded = try member.encoder(batch, variables: variables)
        .subtracting(member.center).divided(by: member.spread)
      let answers = try member.answer(encoded, variables, batch)
      let mean = try configuration.isBinary ? answers.mean.sigmoid() : answers.mean
      var pooled = encoded
      if case .compositions(let packed) = batch, member.encoder.rows == .elements {
        pooled = try encoded.segmentMean(offsets: packed.offsets)
      }
      let (center, scale) = (targetStandardization.mean, targetStandardization.scale)
      let own = try mean.doubles()
      return (
        try pooled.doubles(),
        stride(from: target, to: own.count, by: targetCount).map { center + scale * own[$0] }
      )
    }
  }
}
