import DenseMath
import Foundation
public import Matter
import Representations

/// Fits a Gaussian process to described candidates.
public struct GaussianProcessTrainer: WeightedTrainer, DescribingTrainer {
  public struct Configuration: Codable, Hashable, Sendable {
    public var features = CandidateFeatures.magpie
    public var kernel = KernelFamily.matern52

    /// Above this many columns all share one lengthscale; up to it they do where left-out rows are then
    /// foreseen better.
    public var mostOwnLengthscales = 24

    /// Starting points of the search for hyperparameters.
    public var starts = 2
    public var maximumIterations = 60

    /// With more rows, hyperparameters are sought on this many of them, chosen by the seed; the
    /// process itself holds all rows.
    public var mostRowsInSearch = 800

    /// Steps on all rows that a search on some of them ends with. A fit that starts where an ``initial`` one
    /// ended takes none.
    public var stepsOnAllRows = 3

    /// The most rows of the exact process: memory grows with their square, time with their cube. With
    /// more, ``train(candidates:targets:weights:seed:)`` gives a process on neighbors.
    public var mostRows = 10_000

    /// Of the process on neighbors.
    public var neighbors = Neighbors()

    /// Where the first search starts: as a rule ``GaussianProcessSurrogate/hyperparameters`` of a
    /// fit to fewer rows. With it, one start is enough.
    public var initial: GaussianProcessHyperparameters?

    /// Kept as they are, without any search.
    public var fixed: GaussianProcessHyperparameters?

    public init() {}

    /// A process whose covariance falls with the element mover's distance between compositions, and with
    /// the differences of variables.
    public static var moversDistance: Configuration {
      var result = Configuration()
      result.features = .named([CumulativeShares().name])
      result.kernel = .laplace
      return result
    }
  }

  public var configuration: Configuration

  public var features: CandidateFeatures { configuration.features }

  /// Used by the search for neighbors; changes no result.
  public var threads = 1

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
  }

  public func train(
    candidates: [Candidate], targets: [Double], weights: [Double]?, seed: UInt64
  ) throws -> any Surrogate {
    guard targets.count <= configuration.mostRows else {
      return try fitOnNeighbors(
        candidates: candidates, targets: targets, weights: weights, seed: seed)
    }
    return try fit(candidates: candidates, targets: targets, weights: weights, seed: seed)
  }

  /// Fits the exact process.
  ///
  /// - Parameters:
  ///   - variances: What is known of each measurement's variance, in the unit of the target
  ///     squared; empty for nothing. The fitted noise comes on top.
  ///   - weights: A row of weight w has the fitted noise of w rows of weight 1 averaged, 1 being the mean of
  ///     the weights; `nil` where all count alike.
  /// - Throws: ``GaussianProcessError`` for constant features or targets or numbers that are not
  ///   finite, `MemoryShortage`, and what the representation refuses.
  public func fit(
    candidates: [Candidate], targets: [Double], variances: [Double] = [],
    weights: [Double]? = nil, seed: UInt64
  ) throws -> GaussianProcessSurrogate {
    guard targets.count <= configuration.mostRows else {
      throw GaussianProcessError.tooManyRows(targets.count, most: configuration.mostRows)
    }
    // The covariance, its factor, the inverse and what makes it, at the same time.
    let rows = targets.count
    try MemoryRoom.demand(4 * rows * rows * 8, for: "a Gaussian process of \(rows) rows")
    let data = try prepared(candidates, targets, variances, weights)
    let learned = try hyperparameters(data.evidence, data.inputs, seed: seed)
    let kernel = Kernel(
      family: configuration.kernel, lengthscales: learned.lengthscales,
      signalVariance: learned.signalVariance)
    return GaussianProcessSurrogate(
      features: configuration.features, variables: candidates[0].variables.count,
      inputStandardization: data.inputs, targetStandardization: data.targets, kernel: kernel,
      process: GaussianProcess(
        kernel: kernel, noiseVariance: learned.noiseVariance,
        knownNoiseVariances: data.evidence.knownNoiseVariances,
        noiseFactors: data.evidence.noiseFactors,
        inputs: data.evidence.inputs, targets: data.evidence.targets))
  }

  /// Standardized rows.
  struct Prepared {
    let inputs: FeatureStandardization
    let targets: TargetStandardization
    let evidence: GaussianProcessEvidence
  }

  func prepared(
    _ candidates: [Candidate], _ targets: [Double], _ variances: [Double], _ weights: [Double]?
  ) throws -> Prepared {
    try check(candidates, targets, variances)
    let raw = try configuration.features.matrix(candidates)
    let variables = candidates[0].variables.count
    var inputStandardization = FeatureStandardization(fitting: raw)
    guard !inputStandardization.columns.isEmpty else {
      throw GaussianProcessError.constantFeatures
    }
    if configuration.kernel.isCityBlock {
      inputStandardization = inputStandardization.sharingScale(first: raw.columns - variables)
    }
    let targetStandardization = TargetStandardization(fitting: targets)
    let scale = targetStandardization.scale
    let meanWeight = weights.map(Statistics.mean)
    return Prepared(
      inputs: inputStandardization, targets: targetStandardization,
      evidence: GaussianProcessEvidence(
        family: configuration.kernel, sharesLengthscale: isShared(inputStandardization),
        inputs: inputStandardization(raw),
        targets: targetStandardization(targets),
        knownNoiseVariances: variances.map { $0 / (scale * scale) },
        noiseFactors: (weights ?? []).map { (meanWeight ?? 1) / $0 }))
  }

  private func isShared(_ standardization: FeatureStandardization) -> Bool {
    standardization.columns.count > configuration.mostOwnLengthscales
  }

  private func check(
    _ candidates: [Candidate], _ targets: [Double], _ variances: [Double]
  ) throws {
    precondition(
      candidates.count == targets.count && !targets.isEmpty,
      "\(candidates.count) candidates, but \(targets.count) targets")
    precondition(
      variances.isEmpty || variances.count == targets.count,
      "\(variances.count) variances, but \(targets.count) targets")
    for (row, target) in targets.enumerated() where !target.isFinite {
      throw GaussianProcessError.notFinite(row: row, what: "target")
    }
    for (row, variance) in variances.enumerated() where !(variance.isFinite && variance >= 0) {
      throw GaussianProcessError.notFinite(row: row, what: "variance")
    }
    if targets.allSatisfy({ $0 == targets[0] }) {
      throw GaussianProcessError.constantTarget(targets[0])
    }
  }

  /// One lengthscale for each kept column, or as often the one that all share.
  func hyperparameters(
    _ evidence: GaussianProcessEvidence, _ standardization: FeatureStandardization, seed: UInt64
  ) throws -> GaussianProcessHyperparameters {
    let columns = standardization.columns
    let isShared = isShared(standardization)
    if let fixed = configuration.fixed {
      return spread(kept(fixed, standardization, isShared: isShared), over: columns.count)
    }
    var search = GaussianProcessFit()
    search.starts = configuration.starts
    search.maximumIterations = configuration.maximumIterations
    var generator = SplitMix64(seed: seed)
    let first = configuration.initial.map {
      let own = kept($0, standardization, isShared: isShared)
      return (own.lengthscales + [own.signalVariance, own.noiseVariance]).map { log($0) }
    }
    var all = evidence
    var subset = evidence.subset(configuration.mostRowsInSearch, using: &generator)
    var found = try search.maximize(subset, from: first, using: &generator)
    if !isShared, columns.count > 1 {
      let common = subset.sharingLengthscale(configuration.kernel)
      let other = try search.maximize(common, using: &generator)
      if common.foresight(other) > subset.foresight(found) {
        (all, subset, found) = (evidence.sharingLengthscale(configuration.kernel), common, other)
      }
    }
    if subset.targets.count < all.targets.count, configuration.initial == nil {
      found = search.finished(found, from: subset, on: all, steps: configuration.stepsOnAllRows)
    }
    let values = found.parameters.map { exp($0) }
    return spread(
      GaussianProcessHyperparameters(
        lengthscales: values.dropLast(2), signalVariance: values[values.count - 2],
        noiseVariance: found.noiseVariance), over: columns.count)
  }

  /// Chooses the lengthscales of the kept columns from those of all.
  private func kept(
    _ all: GaussianProcessHyperparameters, _ standardization: FeatureStandardization,
    isShared: Bool
  ) -> GaussianProcessHyperparameters {
    var result = all
    if all.lengthscales.count == standardization.width {
      result.lengthscales = standardization.columns.map { all.lengthscales[$0] }
    }
    if isShared { result.lengthscales = [Statistics.median(result.lengthscales)] }
    return result
  }

  private func spread(
    _ learned: GaussianProcessHyperparameters, over columns: Int
  ) -> GaussianProcessHyperparameters {
    guard learned.lengthscales.count == 1 else { return learned }
    var result = learned
    result.lengthscales = [Double](repeating: learned.lengthscales[0], count: columns)
    return result
  }
}
