import Foundation
import Torch

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
    var members: [StoredMember]
    var measured: [String: Double]
    var deviation: Double
  }

  public func state() throws -> SurrogateState {
    var tensors: [String: StoredTensor] = [:]
    let stored = try StoredMember(top, prefix: "top.0.0.", into: &tensors)
    let levels = try lower.levels.enumerated().map { place, level in
      LevelSettings(
        name: level.name,
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
          name: level.name,
          members: try level.members.enumerated().map { fold, member in
            try member.surrogate(
              in: Self.kind, tensors: parts["lower.\(place).\(fold)."] ?? [:])
          },
          measured: level.measured, deviation: level.deviation)
      })
  }
}
