import DenseMath
import Foundation
import Matter
import Torch

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
