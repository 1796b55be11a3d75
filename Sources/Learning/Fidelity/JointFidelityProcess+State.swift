import DenseMath
import Foundation
import Torch

extension JointFidelityProcess: StorableSurrogate {
  public static let kind = "joint-fidelity"

  public var fixedFeatures: CandidateFeatures? { features }

  private struct Settings: Codable {
    var features: CandidateFeatures
    var levels: [String]
    var variables: Int
    var inputs: FeatureStandardization
    var targets: [TargetStandardization]
    var form: FidelityCoupling.Form
    /// Of the covariance.
    var parameters: [Double]
    var noiseVariance: Double
  }

  public func state() throws -> SurrogateState {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let (rows, columns) = (process.inputs.rows, process.inputs.columns)
    return SurrogateState(
      kind: Self.kind,
      configuration: try encoder.encode(
        Settings(
          features: features, levels: levels, variables: variables, inputs: inputStandardization,
          targets: targetStandardizations, form: form,
          parameters: process.covariance.parameters, noiseVariance: process.noiseVariance)),
      tensors: [
        "inputs": StoredTensor(process.inputs.elements, shape: [rows, columns]),
        "targets": StoredTensor(process.targets, shape: [rows]),
      ])
  }

  public init(state: SurrogateState) throws {
    guard state.kind == Self.kind else {
      throw GaussianProcessError.invalidState("its kind is \"\(state.kind)\", not \"\(Self.kind)\"")
    }
    let settings = try JSONDecoder().decode(Settings.self, from: state.configuration)
    let reader = StateReader(tensors: state.tensors)
    let (rows, columns) = (try reader.count("targets"), settings.inputs.columns.count + 2)
    guard rows > 0, settings.variables >= 0, !settings.levels.isEmpty, settings.inputs.isUsable,
      settings.levels.count == settings.targets.count,
      settings.targets.allSatisfy(\.isUsable),
      settings.noiseVariance >= 0,
      let covariance = settings.form.covariance(levels: settings.levels.count, columns: columns - 2)
        .with(parameters: settings.parameters)
    else { throw GaussianProcessError.invalidState("its sizes do not fit together") }
    self.init(
      features: settings.features, levels: settings.levels, variables: settings.variables,
      inputStandardization: settings.inputs, form: settings.form,
      targetStandardizations: settings.targets,
      process: GaussianProcess(
        covariance: covariance, noiseVariance: settings.noiseVariance,
        inputs: Matrix(
          rows: rows, columns: columns,
          elements: try reader.numbers("inputs", shape: [rows, columns])),
        targets: try reader.numbers("targets", shape: [rows])))
  }
}

extension FeatureStandardization {
  /// Whether what was read from a file fits together.
  var isUsable: Bool {
    means.count == columns.count && scales.count == columns.count
      && columns.allSatisfy { (0..<width).contains($0) }
      && means.allSatisfy(\.isFinite) && scales.allSatisfy { $0.isFinite && $0 > 0 }
  }
}

extension Covariance {
  /// With parameters as they were read from a file; `nil` where they are too few, too many or not
  /// finite.
  func with(parameters: [Double]) -> Covariance? {
    guard parameters.count == parameterCount, parameters.allSatisfy(\.isFinite) else { return nil }
    var result = self
    result.parameters = parameters
    return result
  }
}
