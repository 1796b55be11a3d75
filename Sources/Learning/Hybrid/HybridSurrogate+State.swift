import DenseMath
import Foundation
import Torch

extension HybridSurrogate: StorableSurrogate {
  public static let kind = "hybrid"

  private static let mostMembers = 1000

  private struct Settings: Codable {
    var guardFeatures: CandidateFeatures?
    var variables: Int
    var quality: VectorQuality
    var members: [MemberSettings]
  }

  private struct MemberSettings: Codable {
    var network: StoredMember
    var process: NeighborProcess.Settings
    var isExact: Bool
    var noiseVariance: Double
    var targetMean: Double
    var targetScale: Double
    var descriptors: FeatureStandardization?
    var addsNetwork: Bool
  }

  public func state() throws -> SurrogateState {
    var tensors: [String: StoredTensor] = [:]
    var settings = Settings(
      guardFeatures: guardFeatures, variables: variables, quality: quality, members: [])
    for (place, member) in members.enumerated() {
      let network = try StoredMember(
        member.network, prefix: "members.\(place).network.", into: &tensors)
      for (name, tensor) in member.process.process.storedTensors() {
        tensors["members.\(place).process.\(name)"] = tensor
      }
      settings.members.append(
        MemberSettings(
          network: network, process: member.process.process.settings,
          isExact: member.process.exact != nil, noiseVariance: member.process.noiseVariance,
          targetMean: member.target.mean, targetScale: member.target.scale,
          descriptors: member.descriptors, addsNetwork: member.addsNetwork))
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return SurrogateState(
      kind: Self.kind, configuration: try encoder.encode(settings), tensors: tensors)
  }

  public init(state: SurrogateState) throws {
    guard state.kind == Self.kind else {
      throw GaussianProcessError.invalidState("its kind is \"\(state.kind)\", not \"\(Self.kind)\"")
    }
    let settings = try JSONDecoder().decode(Settings.self, from: state.configuration)
    guard (1...Self.mostMembers).contains(settings.members.count), settings.variables >= 0 else {
      throw GaussianProcessError.invalidState("it has no members, or too many")
    }
    let parts = try StoredMember.parts(of: state.tensors, words: 3)
    self.init(
      members: try settings.members.enumerated().map { place, member in
        try Self.member(
          member, network: parts["members.\(place).network."] ?? [:],
          process: parts["members.\(place).process."] ?? [:],
          isGuarded: settings.guardFeatures != nil)
      },
      guardFeatures: settings.guardFeatures, variables: settings.variables,
      quality: settings.quality)
  }

  private static func member(
    _ settings: MemberSettings, network: [String: StoredTensor], process: [String: StoredTensor],
    isGuarded: Bool
  ) throws -> Member {
    guard let network = try settings.network.surrogate(in: kind, tensors: network) as? DeepEnsemble
    else { throw GaussianProcessError.invalidState("a member has no network") }
    let neighbors = try NeighborProcess(settings.process, StateReader(tensors: process))
    let beside = settings.descriptors?.columns.count ?? 0
    guard neighbors.inputs.columns == network.configuration.encodedWidth + beside,
      isGuarded == (settings.descriptors != nil), settings.descriptors?.isUsable ?? true
    else { throw GaussianProcessError.invalidState("its sizes do not fit together") }
    guard settings.targetScale > 0, settings.noiseVariance >= 0, settings.targetMean.isFinite,
      settings.targetScale.isFinite, settings.noiseVariance.isFinite
    else { throw GaussianProcessError.invalidState("a scale or variance is negative") }
    return Member(
      network: network,
      target: TargetStandardization(mean: settings.targetMean, scale: settings.targetScale),
      descriptors: settings.descriptors,
      process: VectorProcess(
        neighbors, noiseVariance: settings.noiseVariance,
        mostExact: settings.isExact ? neighbors.inputs.rows : 0),
      addsNetwork: settings.addsNetwork)
  }
}
