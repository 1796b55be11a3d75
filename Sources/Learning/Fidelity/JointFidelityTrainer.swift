import DenseMath
import Foundation
import Matter

/// Fits a ``JointFidelityProcess`` to the rows of several methods.
public struct JointFidelityTrainer: FidelityTrainer, DescribingTrainer {
  public struct Configuration: Codable, Hashable, Sendable {
    public var coupling = FidelityCoupling.autoregressive
    public var features = CandidateFeatures.magpie
    public var kernel = KernelFamily.matern52

    /// Above this many columns all share one lengthscale.
    public var mostOwnLengthscales = 24

    /// Starting points of the search for hyperparameters.
    public var starts = 2
    public var maximumIterations = 60

    /// With more rows, hyperparameters are sought on so many of them, drawn by the seed from all levels
    /// alike as far as these reach.
    public var mostRowsInSearch = 500

    /// The most rows of all levels together: time grows with their cube.
    public var mostRows = 4000

    /// Where the first search starts: as a rule ``Covariance/parameters`` of a fit to fewer rows.
    public var initial: [Double]?

    public init(_ coupling: FidelityCoupling = .autoregressive) {
      self.coupling = coupling
    }
  }

  public var configuration: Configuration
  public var features: CandidateFeatures { configuration.features }

  /// Learned from beside the rows of a training; empty for ``fit(_:seed:)``.
  public var lower: LowerFidelities

  /// - Parameter lower: Other methods' rows.
  public init(_ configuration: Configuration, lower: LowerFidelities) {
    self.configuration = configuration
    self.lower = lower
  }

  /// For ``fit(_:seed:)`` alone.
  public init(_ configuration: Configuration) {
    self.init(configuration, lower: LowerFidelities([], below: "", of: []))
  }

  /// - Parameter levels: Each with a row or more, the cheapest first; answers are for the last.
  /// - Throws: ``GaussianProcessError`` for constant features, too many rows or numbers that are not
  ///   finite, and what the representation refuses.
  public func fit(_ levels: [LowerFidelities.Level], seed: UInt64) throws -> JointFidelityProcess {
    let candidates = levels.flatMap(\.candidates)
    guard candidates.count <= configuration.mostRows else {
      throw GaussianProcessError.tooManyRows(candidates.count, most: configuration.mostRows)
    }
    let raw = try configuration.features.matrix(candidates)
    let inputs = FeatureStandardization(fitting: raw)
    guard !inputs.columns.isEmpty else { throw GaussianProcessError.constantFeatures }
    let scales = levels.map { TargetStandardization(fitting: $0.targets) }
    let targets = zip(levels, scales).flatMap { $1($0.targets) }
    if let row = targets.firstIndex(where: { !$0.isFinite }) {
      throw GaussianProcessError.notFinite(row: row, what: "target")
    }
    let numbers = levels.indices.flatMap { level in levels[level].targets.map { _ in level } }
    let points = JointFidelityProcess.points(
      inputs(raw), levels: numbers, measurements: Array(candidates.indices))
    let form = FidelityCoupling.Form(
      coupling: configuration.coupling, kernel: configuration.kernel,
      sharesLengthscale: inputs.columns.count > configuration.mostOwnLengthscales)
    let evidence = GaussianProcessEvidence(
      covariance: form.covariance(levels: levels.count, columns: inputs.columns.count),
      inputs: points, targets: targets)
    let found = try search(evidence, numbers, seed: seed)
    return JointFidelityProcess(
      features: configuration.features, levels: levels.map(\.name),
      variables: candidates[0].variables.count, inputStandardization: inputs,
      form: form, targetStandardizations: scales,
      process: GaussianProcess(
        covariance: found.covariance, noiseVariance: found.noiseVariance, inputs: points,
        targets: targets))
  }

  /// Noise is that of the levels; what all rows have in common is for the factorization alone.
  private static let commonNoise = ParameterPrior(
    location: log(1e-6), spread: 1, range: log(1e-6)...log(1e-6))

  private func search(
    _ evidence: GaussianProcessEvidence, _ levels: [Int], seed: UInt64
  ) throws -> GaussianProcessFit.Result {
    var generator = SplitMix64(seed: seed)
    var fit = GaussianProcessFit()
    fit.noisePrior = Self.commonNoise
    fit.starts = configuration.starts
    fit.maximumIterations = configuration.maximumIterations
    let initial = configuration.initial.map { $0 + [Self.commonNoise.location] }
    return try fit.maximize(
      evidence.rows(chosen(levels, using: &generator)), from: initial, using: &generator)
  }

  /// Places of the rows of the search: as many of each level as there are, at most an equal share.
  private func chosen(_ levels: [Int], using generator: inout SplitMix64) -> [Int] {
    guard levels.count > configuration.mostRowsInSearch else { return Array(levels.indices) }
    var left = configuration.mostRowsInSearch
    var result: [Int] = []
    let groups = Dictionary(grouping: levels.indices) { levels[$0] }
      .sorted { ($0.value.count, $0.key) < ($1.value.count, $1.key) }
    for (place, group) in groups.enumerated() {
      let share = left / (groups.count - place)
      result += generator.shuffled(group.value).prefix(max(share, 1))
      left -= min(group.value.count, share)
    }
    return result.sorted()
  }
}
