import DenseMath
import Foundation
import Matter
import Torch

/// What a learner makes of the values of cheap methods, which are the last variables of its candidates.
public enum LowerValueUse: String, Codable, Hashable, Sendable {
  /// Nothing: it does not see them.
  case ignored

  /// They are variables among the others.
  case variables

  /// It learns what a straight line through them leaves over, and sees them as well: Δ-learning
  /// (Ramakrishnan et al., J. Chem. Theory Comput. 11, 2087 (2015), doi:10.1021/acs.jctc.5b00099), whose
  /// line has the slope 1.
  case line
}

/// Gives a learner the values of cheap methods in one of these ways.
struct LowerValueTrainer: WeightedTrainer {
  let learner: any SurrogateTrainer
  let use: LowerValueUse

  /// How many values there are.
  let count: Int

  func train(
    candidates: [Candidate], targets: [Double], weights: [Double]?, seed: UInt64
  ) throws -> any Surrogate {
    let values = Self.values(candidates, count)
    var line: LinearModel?
    var left = targets
    if use == .line, count > 0 {
      let fitted = try LinearModel.fit(features: values, targets: targets, weights: weights)
      left = zip(targets, try fitted.predict(values)).map { $0 - $1 }
      line = fitted
    }
    let inner = try trained(
      LowerValueSurrogate.seen(candidates, use, count), left, weights, seed: seed)
    guard let inner = inner as? any StorableSurrogate else {
      preconditionFailure("the learner cannot be stored in a model file")
    }
    return LowerValueSurrogate(inner: inner, use: use, count: count, line: line)
  }

  private func trained(
    _ candidates: [Candidate], _ targets: [Double], _ weights: [Double]?, seed: UInt64
  ) throws -> any Surrogate {
    guard let learner = learner as? any WeightedTrainer else {
      guard weights == nil else { throw TrainingError.noWeights }
      return try learner.train(candidates: candidates, targets: targets, seed: seed)
    }
    return try learner.train(
      candidates: candidates, targets: targets, weights: weights, seed: seed)
  }

  /// `[n, count]`: the last variables.
  static func values(_ candidates: [Candidate], _ count: Int) -> Matrix {
    Matrix(
      rows: candidates.count, columns: count,
      elements: candidates.flatMap { $0.variables.suffix(count) })
  }
}

/// A surrogate of candidates whose last variables are the values of cheap methods.
struct LowerValueSurrogate: Surrogate {
  let inner: any StorableSurrogate
  let use: LowerValueUse
  let count: Int
  let line: LinearModel?

  static func seen(
    _ candidates: [Candidate], _ use: LowerValueUse, _ count: Int
  ) -> [Candidate] {
    guard use == .ignored else { return candidates }
    return candidates.map { $0.with(variables: $0.variables.dropLast(count)) }
  }

  func predict(_ candidates: [Candidate]) throws -> [Prediction] {
    let answers = try inner.predict(Self.seen(candidates, use, count))
    return zip(answers, try offsets(candidates)).map { answer, offset in
      var result = answer
      result.mean += offset
      return result
    }
  }

  func sample(_ candidates: [Candidate], using generator: inout SplitMix64) throws -> [Double] {
    let drawn = try inner.sample(Self.seen(candidates, use, count), using: &generator)
    return zip(drawn, try offsets(candidates)).map { $0 + $1 }
  }

  private func offsets(_ candidates: [Candidate]) throws -> [Double] {
    try line.map { try $0.predict(LowerValueTrainer.values(candidates, count)) }
      ?? candidates.map { _ in 0 }
  }
}

extension LowerValueSurrogate: CrystalSurrogate {
  var readsCrystals: Bool { (inner as? any CrystalSurrogate)?.readsCrystals ?? false }
  var needsCrystals: Bool { (inner as? any CrystalSurrogate)?.needsCrystals ?? false }
}

extension LowerValueSurrogate: StorableSurrogate {
  static let kind = "lower-values"

  private struct Settings: Codable {
    var inner: StoredMember
    var use: LowerValueUse
    var count: Int
    var line: LinearModel?
  }

  func state() throws -> SurrogateState {
    var tensors: [String: StoredTensor] = [:]
    let inner = try StoredMember(inner, prefix: "", into: &tensors)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return SurrogateState(
      kind: Self.kind,
      configuration: try encoder.encode(
        Settings(inner: inner, use: use, count: count, line: line)), tensors: tensors)
  }

  init(state: SurrogateState) throws {
    guard state.kind == Self.kind else {
      throw StackError.invalidState("its kind is \"\(state.kind)\", not \"\(Self.kind)\"")
    }
    let settings = try JSONDecoder().decode(Settings.self, from: state.configuration)
    guard settings.count >= 0, settings.line?.featureCount ?? settings.count == settings.count,
      settings.line == nil || settings.use == .line
    else { throw StackError.invalidState("its line belongs to other values") }
    self.init(
      inner: try settings.inner.surrogate(in: Self.kind, tensors: state.tensors),
      use: settings.use, count: settings.count, line: settings.line)
  }
}
