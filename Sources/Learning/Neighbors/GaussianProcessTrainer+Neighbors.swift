import DenseMath
import Foundation
public import Matter
import Representations

extension GaussianProcessTrainer {
  /// How processes on neighbors are fitted.
  public struct Neighbors: Codable, Hashable, Sendable {
    /// Measurements that a prediction rests on.
    public var count = 128

    /// The same in the search for hyperparameters.
    public var countInSearch = 48

    /// Rows whose likelihood, given the neighbors that come before them in a random order, decides on the
    /// hyperparameters.
    public var rowsInSearch = 1000

    public init() {}
  }

  /// Fits a process on neighbors, for tables of any size.
  ///
  /// Hyperparameters have the highest density under a random part of the terms of Vecchia's
  /// likelihood. Inputs are kept in single precision.
  ///
  /// - Parameters: As of ``fit(candidates:targets:variances:weights:seed:)``.
  /// - Throws: As there.
  public func fitOnNeighbors(
    candidates: [Candidate], targets: [Double], variances: [Double] = [],
    weights: [Double]? = nil, seed: UInt64
  ) throws -> NeighborProcessSurrogate {
    let data = try prepared(candidates, targets, variances, weights)
    let inputs = Matrix(
      rows: data.evidence.inputs.rows, columns: data.evidence.inputs.columns,
      elements: data.evidence.inputs.elements.map { Double(Float($0)) })
    let evidence = GaussianProcessEvidence(
      family: configuration.kernel, inputs: inputs, targets: data.evidence.targets,
      knownNoiseVariances: data.evidence.knownNoiseVariances,
      noiseFactors: data.evidence.noiseFactors)
    let (learned, cells) = try learned(evidence, data.inputs, seed: seed)
    return NeighborProcessSurrogate(
      features: configuration.features, variables: candidates[0].variables.count,
      inputStandardization: data.inputs, targetStandardization: data.targets,
      process: NeighborProcess(
        kernel: Kernel(
          family: configuration.kernel, lengthscales: learned.lengthscales,
          signalVariance: learned.signalVariance),
        noiseVariance: learned.noiseVariance, knownNoiseVariances: evidence.knownNoiseVariances,
        noiseFactors: evidence.noiseFactors, inputs: inputs, targets: evidence.targets,
        neighbors: configuration.neighbors.count, cells: cells, threads: threads))
  }

  /// Hyperparameters with a lengthscale for each column, and the cells of a search in the rows.
  private func learned(
    _ evidence: GaussianProcessEvidence, _ standardization: FeatureStandardization, seed: UInt64
  ) throws -> (GaussianProcessHyperparameters, cells: [Int]?) {
    if configuration.fixed != nil {
      return (try hyperparameters(evidence, standardization, seed: seed), nil)
    }
    let columns = evidence.inputs.columns
    let isShared = columns > configuration.mostOwnLengthscales
    let groups = isShared ? [Int](repeating: 0, count: columns) : Array(0..<columns)
    let fit = NeighborFit(
      groupSizes: isShared ? [columns] : [Int](repeating: 1, count: columns))
    var found = fit.start(hasOwnNoise: false)
    if !isShared {
      for column in 0..<columns { found[column] = 0.5 * log(Double(columns)) }
    }
    var cells: [Int]?
    // Which rows are neighbors depends on the lengthscales, unless there is one alone.
    for _ in 0..<(isShared ? 1 : 2) {
      let search = VecchiaTerms(
        evidence, family: configuration.kernel, groups: groups,
        lengthscales: groups.map { exp(found[$0]) },
        configuration.neighbors, cells: cells, seed: seed, threads: threads)
      cells = search.cells
      found = try fit.maximize(search.evidence, from: found)
    }
    let values = found.map { exp($0) }
    return (
      GaussianProcessHyperparameters(
        lengthscales: groups.map { values[$0] }, signalVariance: values[values.count - 2],
        noiseVariance: max(values[values.count - 1], GaussianProcessFit.leastNoiseVariance)),
      cells
    )
  }
}

/// A random part of the terms of Vecchia's likelihood in a random order of the rows.
struct VecchiaTerms {
  let evidence: NeighborEvidence
  let cells: [Int]

  /// Numbers that the distances of all terms together may be.
  private static let mostDistances = 40_000_000

  init(
    _ data: GaussianProcessEvidence, family: KernelFamily, groups: [Int], lengthscales: [Double],
    _ settings: GaussianProcessTrainer.Neighbors, cells: [Int]?, seed: UInt64, threads: Int
  ) {
    let rows = data.targets.count
    let factors = lengthscales.map { 1 / $0 }
    let search = NeighborSearch(
      data.inputs, factors: factors, isCityBlock: family.isCityBlock, cells: cells,
      threads: threads)
    var generator = SplitMix64(seed: seed, stream: 0x7EC)
    let order = generator.shuffled(0..<rows)
    var ranks = [Int](repeating: 0, count: rows)
    for (rank, row) in order.enumerated() { ranks[row] = rank }
    let pairs = settings.countInSearch * (settings.countInSearch + 1) / 2
    let affordable = Self.mostDistances / (pairs * ((groups.max() ?? 0) + 1))
    let chosen = generator.shuffled(0..<rows)
      .prefix(max(min(settings.rowsInSearch, affordable), 100)).sorted()
    let (ranksOfRows, wanted) = (ranks, settings.countInSearch)
    let terms = try? parallelMap(chosen, threads: threads) { row in
      let own = Array(data.inputs.row(row))
      let neighbors = search.nearest(
        wanted, to: zip(own, factors).map { $0 * $1 },
        before: NeighborSearch.Turn(ranks: ranksOfRows, below: ranksOfRows[row]))
      let all = neighbors + [row]
      return NeighborEvidence.Term(
        data.inputs, neighbors: neighbors, own: own, groups: groups,
        isCityBlock: family.isCityBlock, targets: all.map { data.targets[$0] },
        noiseFactors: data.noiseFactors.isEmpty ? [] : all.map { data.noiseFactors[$0] },
        knownNoiseVariances: data.knownNoiseVariances.isEmpty
          ? [] : all.map { data.knownNoiseVariances[$0] })
    }
    // Nothing in there throws.
    evidence = NeighborEvidence(
      family: family, terms: terms ?? [], hasOwnNoise: false, threads: threads)
    self.cells = search.cells
  }
}
