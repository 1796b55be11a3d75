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

  /// Which of the ``targetCount`` properties is predicted and sampled, from 0.
  public private(set) var target = 0

  let inputStandardization: FeatureStandardization
  let targetStandardizations: [TargetStandardization]
  let members: [DeepEnsembleMember]

  init(
    configuration: DeepEnsembleTrainer.Configuration, elements: Set<Element>,
    inputStandardization: FeatureStandardization,
    targetStandardizations: [TargetStandardization],
    weights: [[String: StoredTensor]]
  ) throws {
    self.configuration = configuration
    self.elements = elements.sorted()
    self.inputStandardization = inputStandardization
    self.targetStandardizations = targetStandardizations
    var generator = SplitMix64(seed: 0)  // every number it gives is replaced
    members = try weights.map { stored in
      let member = try DeepEnsembleMember(
        configuration, variables: inputStandardization.columns.count,
        targets: targetStandardizations.count, using: &generator)
      try member.load(stored)
      // Gradients by the inputs, which explain predictions, must write nothing that threads share.
      for parameter in member.parameters { try parameter.value.setRequiresGradient(false) }
      return member
    }
  }

  /// How many properties the networks have learned together.
  public var targetCount: Int { targetStandardizations.count }

  /// The same networks, asked for another of the properties that they have learned.
  ///
  /// - Precondition: `target` is one of `0 ..< targetCount`.
  public func answering(_ target: Int) -> DeepEnsemble {
    precondition((0..<targetCount).contains(target), "there is no target \(target)")
    var result = self
    result.target = target
    return result
  }

  var targetStandardization: TargetStandardization { targetStandardizations[target] }

  /// Answers of all members for ``target``.
  struct Answers {
    var means: [[Double]]  // [member][candidate]
    var variances: [[Double]]
  }

  func answers(_ candidates: [Candidate]) throws -> Answers {
    let raw = try Self.variableMatrix(candidates, expected: inputStandardization.width)
    let threads = ProcessInfo.processInfo.activeProcessorCount
    let inputs = try EnsembleInputs(
      candidates, configuration, graphs: .shared, threads: threads,
      variables: inputStandardization(raw))
    let chunks = inputs.chunks
    let parts = try parallelMap(chunks, threads: threads) { rows in
      try chunkAnswers(rows, inputs)
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

  private func chunkAnswers(_ rows: Range<Int>, _ inputs: EnsembleInputs) throws -> Answers {
    try noGrad {
      let batch = try inputs.packed(rows)
      let variables = try inputs.variableTensor(rows)
      let (center, scale) = (targetStandardization.mean, targetStandardization.scale)
      // The standard deviation of a Laplace distribution too is exp(s): see ``Loss``.
      var result = Answers(means: [], variances: [])
      for member in members {
        let answers = try member(batch, variables: variables)
        let mean = try column(configuration.isBinary ? answers.mean.sigmoid() : answers.mean)
        if configuration.isBinary {
          result.means.append(mean)
          result.variances.append(mean.map { $0 * (1 - $0) })
          continue
        }
        result.means.append(mean.map { center + scale * $0 })
        result.variances.append(
          try column(answers.logScale).map { scale * scale * exp(2 * $0) })
      }
      return result
    }
  }

  /// The answers for ``target`` among those for all, `[b, targets]`.
  private func column(_ answers: Tensor) throws(TorchError) -> [Double] {
    let values = try answers.doubles()
    guard targetCount > 1 else { return values }
    return stride(from: target, to: values.count, by: targetCount).map { values[$0] }
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

extension DeepEnsemble: CrystalSurrogate {
  public var readsCrystals: Bool { configuration.crystals != nil }
  public var needsCrystals: Bool { readsCrystals }
}
