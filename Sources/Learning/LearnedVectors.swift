import DenseMath
import Foundation
public import Matter
import Representations
import Torch

/// The vectors that the networks of a model make of materials: what stands before their last layers.
///
/// Materials with near vectors are alike to the model. Columns are brought to mean 0 and variance 1
/// over the training rows where the networks do so themselves, so that distances count all columns
/// alike. Each network has a basis of its own: vectors of several are joined, never averaged, and
/// vectors of different models cannot be compared.
///
/// Laws: a row does not depend on the others; the same model and material give the same bits on one
/// family of processors.
public struct LearnedVectors: Sendable {
  /// What networks read.
  public enum Source: String, CaseIterable, Sendable {
    case structures
    case formulas
  }

  public let source: Source

  /// The networks that are asked, by their numbers from 1.
  public let networks: [Int]

  /// How many networks of the model read ``source``.
  public let networkCount: Int

  private let parts: [Part]

  /// Some networks of one ensemble.
  private struct Part: Sendable {
    let ensemble: DeepEnsemble
    let members: [Int]
  }

  /// - Parameters:
  ///   - source: Which networks are asked; `nil` takes those on structures where there are any.
  ///   - network: The number of a single one, from 1; `nil` for all, their vectors joined.
  /// - Throws: ``LearnedVectorsError``
  public init(
    _ model: Model, source: Source? = nil, network: Int? = nil
  ) throws(LearnedVectorsError) {
    let all = DeepEnsembleTrainer.Start.ensembles(in: model.surrogate)
    guard !all.isEmpty else { throw .noNetworks(surrogate: model.kind) }
    let found = source ?? (all.contains { $0.source == .structures } ? .structures : .formulas)
    let asked = all.filter { $0.source == found }
    guard !asked.isEmpty else { throw .noneRead(found) }
    networkCount = asked.reduce(0) { $0 + $1.members.count }
    let numbers = network.map { [$0] } ?? Array(1...networkCount)
    guard let least = numbers.first, least >= 1, numbers.last ?? 0 <= networkCount else {
      throw .noSuchNetwork(network ?? 0, count: networkCount)
    }
    self.source = found
    networks = numbers
    var parts: [Part] = []
    var before = 0
    for ensemble in asked {
      let own = ensemble.members.indices.filter { numbers.contains(before + $0 + 1) }
      if !own.isEmpty { parts.append(Part(ensemble: ensemble, members: own)) }
      before += ensemble.members.count
    }
    self.parts = parts
  }

  /// `v1`, `v2`, … of one network; `n1_v1`, … of several.
  public var columns: [String] {
    var number = 0
    return parts.flatMap { part in
      part.members.flatMap { _ in
        number += 1
        let prefix = networks.count > 1 ? "n\(number)_" : ""
        return (1...part.ensemble.configuration.encodedWidth).map { "\(prefix)v\($0)" }
      }
    }
  }

  /// - Parameter candidates: With crystals where ``source`` says so, and the variables of the model.
  /// - Returns: `[candidates][columns]`.
  public func rows(_ candidates: [Candidate]) throws -> [[Double]] {
    var result = [[Double]](repeating: [], count: candidates.count)
    for part in parts {
      for (row, values) in try part.ensemble.encoded(candidates, members: part.members).enumerated()
      {
        result[row] += values
      }
    }
    return result
  }
}

extension DeepEnsemble {
  fileprivate var source: LearnedVectors.Source {
    configuration.crystals == nil ? .formulas : .structures
  }

  /// Rows as the heads see them, of these members side by side: `[candidates][members · width]`.
  fileprivate func encoded(_ candidates: [Candidate], members: [Int]) throws -> [[Double]] {
    let raw = try Self.variableMatrix(candidates, expected: inputStandardization.width)
    let threads = ProcessInfo.processInfo.activeProcessorCount
    let inputs = try EnsembleInputs(
      candidates, configuration, graphs: .shared, threads: threads,
      variables: inputStandardization(raw))
    return try parallelMap(inputs.chunks, threads: threads) { rows in
      try noGrad {
        let batch = try inputs.packed(rows)
        let variables = try inputs.variableTensor(rows)
        var result = [[Double]](repeating: [], count: rows.count)
        for place in members {
          let values = try self.members[place].vectors(batch, variables: variables).doubles()
          let width = values.count / max(rows.count, 1)
          for row in 0..<rows.count { result[row] += values[row * width..<(row + 1) * width] }
        }
        return result
      }
    }.flatMap { $0 }
  }
}

extension DeepEnsembleMember {
  /// One row for each material, `[b, width]`: rows of elements are averaged.
  fileprivate func vectors(
    _ batch: PackedMaterials, variables: Tensor?
  ) throws(TorchError) -> Tensor {
    let rows = try encoder(batch, variables: variables).subtracting(center).divided(by: spread)
    guard encoder.rows == .elements, case .compositions(let packed) = batch else { return rows }
    return try rows.segmentMean(offsets: packed.offsets)
  }
}

/// Why a model gives no vectors.
public enum LearnedVectorsError: Error, Hashable, Sendable {
  /// - Parameter surrogate: Its kind.
  case noNetworks(surrogate: String)
  case noneRead(LearnedVectors.Source)
  case noSuchNetwork(Int, count: Int)
}

extension LearnedVectorsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noNetworks(let surrogate):
      "A model of the kind \"\(surrogate)\" has no networks, hence no learned vectors; train with "
        + "crystals, ensemble or auto to have some, or describe materials with athanor featurize."
    case .noneRead(let source):
      "None of the model's networks reads \(source.rawValue)."
    case .noSuchNetwork(let number, let count):
      "There is no network \(number): the model has \(count) of this kind, numbered from 1."
    }
  }
}
