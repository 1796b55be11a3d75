import DenseMath
import Foundation
import Torch

extension NeighborProcessSurrogate: StorableSurrogate {
  public static let kind = "sparse-gp"

  public var fixedFeatures: CandidateFeatures? { features }

  private struct Settings: Codable {
    var features: CandidateFeatures
    var variables: Int
    var process: NeighborProcess.Settings
    var width: Int
  }

  public func state() throws -> SurrogateState {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let settings = Settings(
      features: features, variables: variables, process: process.settings,
      width: inputStandardization.width)
    let columns = process.inputs.columns
    var tensors = process.storedTensors()
    tensors["feature_columns"] = StoredTensor(
      inputStandardization.columns.map(Int64.init), shape: [columns])
    tensors["feature_means"] = StoredTensor(inputStandardization.means, shape: [columns])
    tensors["feature_scales"] = StoredTensor(inputStandardization.scales, shape: [columns])
    tensors["target_scale"] = StoredTensor(
      [targetStandardization.mean, targetStandardization.scale], shape: [2])
    return SurrogateState(
      kind: Self.kind, configuration: try encoder.encode(settings), tensors: tensors)
  }

  public init(state: SurrogateState) throws {
    guard state.kind == Self.kind else {
      throw GaussianProcessError.invalidState("its kind is \"\(state.kind)\", not \"\(Self.kind)\"")
    }
    let settings = try JSONDecoder().decode(Settings.self, from: state.configuration)
    let reader = StateReader(tensors: state.tensors)
    let process = try NeighborProcess(settings.process, reader)
    let columns = process.inputs.columns
    let scales = try reader.numbers("feature_scales", shape: [columns])
    let target = try reader.numbers("target_scale", shape: [2])
    guard (scales + [target[1]]).allSatisfy({ $0 > 0 }), settings.variables >= 0 else {
      throw GaussianProcessError.invalidState("a scale is not positive")
    }
    self.init(
      features: settings.features, variables: settings.variables,
      inputStandardization: FeatureStandardization(
        width: settings.width,
        columns: try reader.columns("feature_columns", count: columns, below: settings.width),
        means: try reader.numbers("feature_means", shape: [columns]), scales: scales),
      targetStandardization: TargetStandardization(mean: target[0], scale: target[1]),
      process: process)
  }
}

extension NeighborProcess {
  /// What of a process is not a tensor.
  struct Settings: Codable {
    var kernel: KernelFamily
    var neighbors: Int
  }

  var settings: Settings { Settings(kernel: kernel.family, neighbors: neighbors) }

  /// Its numbers; inputs in single precision, which is what trainers give.
  func storedTensors() -> [String: StoredTensor] {
    let (rows, columns) = (inputs.rows, inputs.columns)
    var tensors = [
      "inputs": StoredTensor(inputs.elements.map(Float.init), shape: [rows, columns]),
      "targets": StoredTensor(targets, shape: [rows]),
      "cells": StoredTensor(cells.map(Int64.init), shape: [rows]),
      "lengthscales": StoredTensor(kernel.lengthscales, shape: [columns]),
      "variances": StoredTensor([kernel.signalVariance, noiseVariance], shape: [2]),
    ]
    if !knownNoiseVariances.isEmpty {
      tensors["known_noise"] = StoredTensor(knownNoiseVariances, shape: [rows])
    }
    if !noiseFactors.isEmpty {
      tensors["noise_factors"] = StoredTensor(noiseFactors, shape: [rows])
    }
    return tensors
  }

  /// - Throws: ``GaussianProcessError/invalidState(_:)`` where tensors do not fit together.
  init(_ settings: Settings, _ reader: StateReader) throws {
    let rows = try reader.count("targets")
    let columns = try reader.count("lengthscales")
    guard rows > 0, columns > 0, settings.neighbors > 0 else {
      throw GaussianProcessError.invalidState("its sizes do not fit together")
    }
    func optional(_ name: String) throws -> [Double] {
      reader.tensors[name] == nil ? [] : try reader.numbers(name, shape: [rows])
    }
    let lengthscales = try reader.numbers("lengthscales", shape: [columns])
    let variances = try reader.numbers("variances", shape: [2])
    let (known, factors) = (try optional("known_noise"), try optional("noise_factors"))
    guard (lengthscales + factors + [variances[0]]).allSatisfy({ $0 > 0 }),
      (known + [variances[1]]).allSatisfy({ $0 >= 0 })
    else { throw GaussianProcessError.invalidState("a scale or variance is negative") }
    let cellCount = NeighborSearch.cellCount(rows)
    guard let cells = reader.tensors["cells"]?.integers, cells.count == rows,
      cells.allSatisfy({ (0..<Int64(cellCount)).contains($0) })
    else { throw GaussianProcessError.invalidState("its cells are missing or out of range") }
    guard let inputs = reader.tensors["inputs"], inputs.shape == [rows, columns],
      let numbers = inputs.floats, numbers.allSatisfy(\.isFinite)
    else { throw GaussianProcessError.invalidState("its inputs are missing or not finite") }
    self.init(
      kernel: Kernel(
        family: settings.kernel, lengthscales: lengthscales, signalVariance: variances[0]),
      noiseVariance: variances[1], knownNoiseVariances: known, noiseFactors: factors,
      inputs: Matrix(rows: rows, columns: columns, elements: numbers.map(Double.init)),
      targets: try reader.numbers("targets", shape: [rows]), neighbors: settings.neighbors,
      cells: cells.map(Int.init), threads: ProcessInfo.processInfo.activeProcessorCount)
  }
}
