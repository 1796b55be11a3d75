import DenseMath
import Foundation
import Torch

extension RecursiveFidelityProcess: StorableSurrogate {
  public static let kind = "recursive-fidelity"

  public var fixedFeatures: CandidateFeatures? { features }

  private static let mostSteps = 100

  private struct Settings: Codable {
    var features: CandidateFeatures
    var variables: Int
    var base: StoredMember
    var steps: [StepSettings]
  }

  private struct StepSettings: Codable {
    var form: FidelityLink.Form
    /// Of the covariance.
    var parameters: [Double]
    var noiseVariance: Double
    var inputs: FeatureStandardization
    var below: TargetStandardization
    var target: TargetStandardization
  }

  public func state() throws -> SurrogateState {
    var tensors: [String: StoredTensor] = [:]
    let base = try StoredMember(base, prefix: "base.0.", into: &tensors)
    for (place, step) in steps.enumerated() {
      let (rows, columns) = (step.process.inputs.rows, step.process.inputs.columns)
      tensors["steps.\(place).inputs"] = StoredTensor(
        step.process.inputs.elements, shape: [rows, columns])
      tensors["steps.\(place).targets"] = StoredTensor(step.process.targets, shape: [rows])
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let settings = Settings(
      features: features, variables: variables, base: base,
      steps: steps.map {
        StepSettings(
          form: $0.form, parameters: $0.process.covariance.parameters,
          noiseVariance: $0.process.noiseVariance, inputs: $0.inputs, below: $0.below,
          target: $0.target)
      })
    return SurrogateState(
      kind: Self.kind, configuration: try encoder.encode(settings), tensors: tensors)
  }

  public init(state: SurrogateState) throws {
    guard state.kind == Self.kind else {
      throw GaussianProcessError.invalidState("its kind is \"\(state.kind)\", not \"\(Self.kind)\"")
    }
    let settings = try JSONDecoder().decode(Settings.self, from: state.configuration)
    guard settings.variables >= 0, settings.steps.count <= Self.mostSteps else {
      throw GaussianProcessError.invalidState("its sizes do not fit together")
    }
    let parts = try StoredMember.parts(of: state.tensors, words: 2)
    features = settings.features
    variables = settings.variables
    base = try settings.base.surrogate(in: Self.kind, tensors: parts["base.0."] ?? [:])
    steps = try settings.steps.enumerated().map { place, step in
      try Self.step(step, StateReader(tensors: parts["steps.\(place)."] ?? [:]))
    }
  }

  private static func step(_ settings: StepSettings, _ reader: StateReader) throws -> Step {
    let (rows, columns) = (try reader.count("targets"), settings.inputs.columns.count + 1)
    guard rows > 0, settings.inputs.isUsable, settings.below.isUsable, settings.target.isUsable,
      settings.noiseVariance >= 0,
      let covariance = settings.form.covariance(columns: columns - 1)
        .with(parameters: settings.parameters)
    else { throw GaussianProcessError.invalidState("its sizes do not fit together") }
    return Step(
      form: settings.form, inputs: settings.inputs, below: settings.below, target: settings.target,
      process: GaussianProcess(
        covariance: covariance, noiseVariance: settings.noiseVariance,
        inputs: Matrix(
          rows: rows, columns: columns,
          elements: try reader.numbers("inputs", shape: [rows, columns])),
        targets: try reader.numbers("targets", shape: [rows])))
  }
}

extension TargetStandardization {
  /// Whether what was read from a file can be computed with.
  var isUsable: Bool { mean.isFinite && scale.isFinite && scale > 0 }
}
