public import DenseMath
import Foundation
public import Matter
import Torch

/// Answers for one method with the help of others': models of the cheap methods, whose values are the
/// last variables of what the layers above them see.
public struct FidelityStack: Surrogate {
  let lower: LowerModels
  let top: Stack
  public let report: FidelityReport

  /// Where a value that the layers above expect as measured is not known, a prediction stands for it,
  /// and what its error would do adds to the epistemic variance.
  public func predict(_ candidates: [Candidate]) throws -> [Prediction] {
    let values = try lower.values(candidates)
    var result = try top.predict(LowerModels.extended(candidates, by: values))
    let doubts = lower.doubts(candidates)
    for level in lower.levels.indices {
      let unsure = candidates.indices.filter { doubts[$0][level] > 0 }
      let ends = try [-1.0, 1].map { sign in
        try top.predict(
          unsure.map { row in
            var shifted = values[row]
            shifted[level] += sign * doubts[row][level]
            return candidates[row].with(variables: candidates[row].variables + shifted)
          })
      }
      for (place, row) in unsure.enumerated() {
        let slope = (ends[1][place].mean - ends[0][place].mean) / 2
        result[row].epistemicVariance += slope * slope
      }
    }
    return result
  }

  public func sample(
    _ candidates: [Candidate], using generator: inout SplitMix64
  ) throws -> [Double] {
    try top.sample(extended(candidates), using: &generator)
  }

  private func extended(_ candidates: [Candidate]) throws -> [Candidate] {
    LowerModels.extended(candidates, by: try lower.values(candidates))
  }

  /// The layers and their shares in a line, for reports.
  public var summary: String { top.summary }
}

extension FidelityStack: CrystalSurrogate {
  private var needLowerCrystals: Bool {
    lower.levels.contains { level in
      level.members.contains { ($0 as? any CrystalSurrogate)?.needsCrystals ?? false }
    }
  }

  public var readsCrystals: Bool {
    top.readsCrystals || needLowerCrystals
      || lower.levels.contains { level in
        level.members.contains { ($0 as? any CrystalSurrogate)?.readsCrystals ?? false }
      }
  }
  public var needsCrystals: Bool { top.needsCrystals || needLowerCrystals }
}

extension FidelityStack: StorableSurrogate {
  public static let kind = "fidelity-stack"

  private static let mostParts = 1000

  private struct Settings: Codable {
    var levels: [LevelSettings]
    var top: StoredMember
    var report: FidelityReport
  }

  private struct LevelSettings: Codable {
    var name: String
    var rows: Int
    var members: [StoredMember]
    var measured: [String: Double]
    var deviation: Double
  }

  public func state() throws -> SurrogateState {
    var tensors: [String: StoredTensor] = [:]
    let stored = try StoredMember(top, prefix: "top.0.0.", into: &tensors)
    let levels = try lower.levels.enumerated().map { place, level in
      LevelSettings(
        name: level.name, rows: level.rows,
        members: try level.members.enumerated().map { fold, member in
          try StoredMember(member, prefix: "lower.\(place).\(fold).", into: &tensors)
        },
        measured: level.measured, deviation: level.deviation)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return SurrogateState(
      kind: Self.kind,
      configuration: try encoder.encode(Settings(levels: levels, top: stored, report: report)),
      tensors: tensors)
  }

  public init(state: SurrogateState) throws {
    guard state.kind == Self.kind else {
      throw StackError.invalidState("its kind is \"\(state.kind)\", not \"\(Self.kind)\"")
    }
    let settings = try JSONDecoder().decode(Settings.self, from: state.configuration)
    guard settings.levels.allSatisfy({ !$0.members.isEmpty }),
      settings.levels.reduce(0, { $0 + $1.members.count }) <= Self.mostParts,
      settings.levels.allSatisfy({
        $0.measured.values.allSatisfy(\.isFinite) && $0.deviation.isFinite && $0.deviation >= 0
      })
    else { throw StackError.invalidState("its models of cheap methods cannot be used") }
    let parts = try StoredMember.parts(of: state.tensors, words: 3)
    guard
      let top = try settings.top.surrogate(in: Self.kind, tensors: parts["top.0.0."] ?? [:])
        as? Stack
    else { throw StackError.invalidState("its layers are no stack") }
    self.top = top
    report = settings.report
    lower = LowerModels(
      levels: try settings.levels.enumerated().map { place, level in
        LowerModels.Level(
          name: level.name, rows: level.rows,
          members: try level.members.enumerated().map { fold, member in
            try member.surrogate(
              in: Self.kind, tensors: parts["lower.\(place).\(fold)."] ?? [:])
          },
          measured: level.measured, deviation: level.deviation)
      })
  }
}
