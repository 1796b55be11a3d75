public import DenseMath
import Foundation
public import Matter
import Representations
import Torch

/// Networks that were trained from different random weights, asked together.
///
/// The mean is the mean of the members' means; the aleatoric variance is the mean of the members'
/// variances; the epistemic variance is the (unbiased) variance of the members' means.
///
/// Member networks are read and never written after the initializer, and libtorch allows any
/// number of threads to read a tensor: hence `@unchecked Sendable`.
public struct DeepEnsemble: @unchecked Sendable {
  public let configuration: DeepEnsembleTrainer.Configuration

  /// The elements that occurred in training, in order of atomic number.
  public let elements: [Element]

  let inputStandardization: FeatureStandardization
  let targetStandardization: TargetStandardization
  let members: [DeepEnsembleMember]

  init(
    configuration: DeepEnsembleTrainer.Configuration, elements: Set<Element>,
    inputStandardization: FeatureStandardization,
    targetStandardization: TargetStandardization,
    weights: [[String: StoredTensor]]
  ) throws {
    self.configuration = configuration
    self.elements = elements.sorted()
    self.inputStandardization = inputStandardization
    self.targetStandardization = targetStandardization
    var generator = SplitMix64(seed: 0)  // every number it gives is replaced
    members = try weights.map { stored in
      let member = try DeepEnsembleMember(
        configuration, variables: inputStandardization.columns.count, using: &generator)
      try member.load(stored)
      // Gradients by the inputs, which explain predictions, must write nothing that threads share.
      for parameter in member.parameters { try parameter.value.setRequiresGradient(false) }
      return member
    }
  }

  /// Candidates in one pass through a member.
  static let chunk = 512

  /// Answers of all members.
  struct Answers {
    var means: [[Double]]  // [member][candidate]
    var variances: [[Double]]
  }

  func answers(_ candidates: [Candidate]) throws -> Answers {
    let raw = try Self.variableMatrix(candidates, expected: inputStandardization.width)
    let data = EnsembleData(
      compositions: CompositionBatch(candidates.map(\.composition)),
      variables: inputStandardization(raw), targets: [])
    let chunks = stride(from: 0, to: candidates.count, by: Self.chunk).map {
      $0..<min($0 + Self.chunk, candidates.count)
    }
    let threads = ProcessInfo.processInfo.activeProcessorCount
    let parts = try parallelMap(chunks, threads: threads) { rows in
      try chunkAnswers(rows, data)
    }
    var result = Answers(means: members.map { _ in [] }, variances: members.map { _ in [] })
    for part in parts {
      for member in members.indices {
        result.means[member] += part.means[member]
        result.variances[member] += part.variances[member]
      }
    }
    return result
  }

  private func chunkAnswers(_ rows: Range<Int>, _ data: EnsembleData) throws -> Answers {
    try noGrad {
      let batch = try PackedCompositions(data.compositions.selecting(rows))
      let variables = try data.variableTensor(rows)
      let (center, scale) = (targetStandardization.mean, targetStandardization.scale)
      // The standard deviation of a Laplace distribution too is exp(s): see ``Loss``.
      var result = Answers(means: [], variances: [])
      for member in members {
        let (mean, logScale) = try member(batch, variables: variables)
        if configuration.isBinary {
          let chances = try mean.sigmoid().doubles()
          result.means.append(chances)
          result.variances.append(chances.map { $0 * (1 - $0) })
          continue
        }
        result.means.append(try mean.doubles().map { center + scale * $0 })
        result.variances.append(try logScale.doubles().map { scale * scale * exp(2 * $0) })
      }
      return result
    }
  }

  /// - Throws: ``DeepEnsembleError`` where a candidate has another number of variables or one that
  ///   is not finite.
  static func variableMatrix(_ candidates: [Candidate], expected: Int) throws -> Matrix {
    var result = Matrix(rows: candidates.count, columns: expected)
    for (row, candidate) in candidates.enumerated() {
      guard candidate.variables.count == expected else {
        throw DeepEnsembleError.unequalVariables(
          candidate: row, count: candidate.variables.count, expected: expected)
      }
      for (column, value) in candidate.variables.enumerated() {
        guard value.isFinite else {
          throw DeepEnsembleError.notFinite(row: row, what: "variable \(column + 1)")
        }
        result[row, column] = value
      }
    }
    return result
  }
}

extension DeepEnsemble: Surrogate {
  public func predict(_ candidates: [Candidate]) throws -> [Prediction] {
    let answers = try answers(candidates)
    let count = Double(members.count)
    return candidates.indices.map { row in
      let mean = answers.means.reduce(0) { $0 + $1[row] } / count
      let spread = answers.means.reduce(0) { $0 + ($1[row] - mean) * ($1[row] - mean) }
      return Prediction(
        mean: mean, aleatoricVariance: answers.variances.reduce(0) { $0 + $1[row] } / count,
        epistemicVariance: count > 1 ? spread / (count - 1) : 0)
    }
  }

  /// A draw from the normal distribution whose mean and covariance over the candidates are those
  /// of the members' means: `mean + Σ_m z_m (mean_m − mean) / √(M − 1)` with normal `z_m`.
  ///
  /// Drawing one member instead would give only as many different functions as there are members.
  public func sample(
    _ candidates: [Candidate], using generator: inout SplitMix64
  ) throws -> [Double] {
    let answers = try answers(candidates)
    let weights = members.map { _ in
      generator.normal() / Double(max(1, members.count - 1)).squareRoot()
    }
    return candidates.indices.map { row in
      let mean = answers.means.reduce(0) { $0 + $1[row] } / Double(members.count)
      return zip(weights, answers.means).reduce(mean) { $0 + $1.0 * ($1.1[row] - mean) }
    }
  }
}
