import DenseMath
import Foundation
import Torch

extension GaussianProcessSurrogate: StorableSurrogate {
  public static let kind = "gp"

  public var fixedFeatures: CandidateFeatures? { features }

  private struct Settings: Codable {
    var features: CandidateFeatures
    var kernel: KernelFamily
    var variables: Int
    var width: Int
  }

  public func state() throws -> SurrogateState {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let settings = Settings(
      features: features, kernel: kernel.family, variables: variables,
      width: inputStandardization.width)
    let (rows, columns) = (process.inputs.rows, process.inputs.columns)
    var state = SurrogateState(
      kind: Self.kind, configuration: try encoder.encode(settings),
      tensors: [
        "inputs": StoredTensor(process.inputs.elements, shape: [rows, columns]),
        "targets": StoredTensor(process.targets, shape: [rows]),
        "known_noise": StoredTensor(
          process.knownNoiseVariances, shape: [process.knownNoiseVariances.count]),
        "lengthscales": StoredTensor(kernel.lengthscales, shape: [columns]),
        "feature_columns": StoredTensor(
          inputStandardization.columns.map(Int64.init), shape: [columns]),
        "feature_means": StoredTensor(inputStandardization.means, shape: [columns]),
        "feature_scales": StoredTensor(inputStandardization.scales, shape: [columns]),
        "scalars": StoredTensor(
          [
            kernel.signalVariance, process.noiseVariance, targetStandardization.mean,
            targetStandardization.scale,
          ], shape: [4]),
      ])
    if !process.noiseFactors.isEmpty {
      state.tensors["noise_factors"] = StoredTensor(process.noiseFactors, shape: [rows])
    }
    return state
  }

  public init(state: SurrogateState) throws {
    guard state.kind == Self.kind else {
      throw GaussianProcessError.invalidState("its kind is \"\(state.kind)\", not \"gp\"")
    }
    let settings = try JSONDecoder().decode(Settings.self, from: state.configuration)
    let reader = StateReader(tensors: state.tensors)
    let rows = try reader.count("targets")
    let columns = try reader.count("lengthscales")
    let places = try reader.columns("feature_columns", count: columns, below: settings.width)
    let knownCount = try reader.count("known_noise")
    // Rows that all count alike have no factors.
    let factorCount = try state.tensors["noise_factors"] == nil ? 0 : reader.count("noise_factors")
    guard rows > 0, columns > 0, [0, rows].contains(knownCount), [0, rows].contains(factorCount)
    else {
      throw GaussianProcessError.invalidState("its sizes do not fit together")
    }
    let scalars = try reader.numbers("scalars", shape: [4])
    let lengthscales = try reader.numbers("lengthscales", shape: [columns])
    let scales = try reader.numbers("feature_scales", shape: [columns])
    let known = try reader.numbers("known_noise", shape: [knownCount])
    let factors =
      factorCount == 0 ? [] : try reader.numbers("noise_factors", shape: [factorCount])
    guard (lengthscales + scales + factors + [scalars[0], scalars[3]]).allSatisfy({ $0 > 0 }),
      (known + [scalars[1]]).allSatisfy({ $0 >= 0 }), settings.variables >= 0
    else { throw GaussianProcessError.invalidState("a scale or variance is negative") }
    let kernel = Kernel(
      family: settings.kernel, lengthscales: lengthscales, signalVariance: scalars[0])
    self.init(
      features: settings.features, variables: settings.variables,
      inputStandardization: FeatureStandardization(
        width: settings.width, columns: places,
        means: try reader.numbers("feature_means", shape: [columns]), scales: scales),
      targetStandardization: TargetStandardization(mean: scalars[2], scale: scalars[3]),
      kernel: kernel,
      process: GaussianProcess(
        kernel: kernel, noiseVariance: scalars[1], knownNoiseVariances: known,
        noiseFactors: factors,
        inputs: Matrix(
          rows: rows, columns: columns,
          elements: try reader.numbers("inputs", shape: [rows, columns])),
        targets: try reader.numbers("targets", shape: [rows])))
  }
}

/// Reads tensors whose shape and type must be as expected.
struct StateReader {
  let tensors: [String: StoredTensor]

  func count(_ name: String) throws -> Int {
    guard let tensor = tensors[name], tensor.shape.count == 1 else {
      throw GaussianProcessError.invalidState("\"\(name)\" is missing or not a list")
    }
    return tensor.shape[0]
  }

  func numbers(_ name: String, shape: [Int]) throws -> [Double] {
    guard let tensor = tensors[name], tensor.shape == shape, let values = tensor.doubles else {
      throw GaussianProcessError.invalidState("\"\(name)\" is missing or not \(shape) doubles")
    }
    guard values.allSatisfy(\.isFinite) else {
      throw GaussianProcessError.invalidState("\"\(name)\" holds a number that is not finite")
    }
    return values
  }

  func columns(_ name: String, count: Int, below width: Int) throws -> [Int] {
    guard let tensor = tensors[name], tensor.shape == [count], let values = tensor.integers,
      zip(values, values.dropFirst()).allSatisfy({ $0 < $1 }),
      values.allSatisfy({ $0 >= 0 && $0 < Int64(width) })
    else {
      throw GaussianProcessError.invalidState(
        "\"\(name)\" is missing or does not name ascending columns")
    }
    return values.map(Int.init)
  }
}
