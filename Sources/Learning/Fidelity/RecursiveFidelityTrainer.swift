import DenseMath
import Matter

/// Fits a ``RecursiveFidelityProcess``: the cheapest method first, then each one above it on what the
/// one below says of its rows.
///
/// Where the rows are nested (each material of a dear method has a value of the cheaper one) and noise
/// is small, the recursion with a linear link is co-kriging itself (Le Gratiet and Garnier, 2014), at the
/// cost of a process for each method. Where they are not, the lower mean stands for the missing value in
/// training; ``JointFidelityTrainer`` needs no such approximation.
public struct RecursiveFidelityTrainer: FidelityTrainer {
  public struct Configuration: Codable, Hashable, Sendable {
    public var link = FidelityLink.linear

    /// Of the cheapest method, which may have any number of rows; features and kernel hold for all.
    public var base = GaussianProcessTrainer.Configuration()

    /// With more rows of a method above it, hyperparameters are sought on so many of them.
    public var mostRowsInSearch = 500

    /// The most rows of each method above the cheapest.
    public var mostRows = 4000

    public init(_ link: FidelityLink = .linear) {
      self.link = link
    }
  }

  public var configuration: Configuration

  /// Learned from beside the rows of a training.
  public var lower: LowerFidelities

  public init(_ configuration: Configuration, lower: LowerFidelities) {
    self.configuration = configuration
    self.lower = lower
  }

  /// - Parameter levels: The cheapest first; answers are for the last.
  /// - Throws: ``GaussianProcessError``, and what the representation refuses.
  public func fit(
    _ levels: [LowerFidelities.Level], seed: UInt64
  ) throws -> RecursiveFidelityProcess {
    precondition(!levels.isEmpty, "a recursion needs a method")
    let first = levels[0]
    let base = try GaussianProcessTrainer(configuration.base).train(
      candidates: first.candidates, targets: first.targets, weights: first.weights, seed: seed)
    guard let base = base as? any StorableSurrogate else {
      preconditionFailure("processes can be stored")
    }
    var result = RecursiveFidelityProcess(
      features: configuration.base.features, variables: first.candidates[0].variables.count,
      base: base, steps: [])
    for (place, level) in levels.enumerated().dropFirst() {
      let below = try result.predict(level.candidates).map(\.mean)
      let step = try step(level, below: below, seed: seed &+ UInt64(place))
      result = RecursiveFidelityProcess(
        features: result.features, variables: result.variables, base: base,
        steps: result.steps + [step])
    }
    return result
  }

  private func step(
    _ level: LowerFidelities.Level, below: [Double], seed: UInt64
  ) throws -> RecursiveFidelityProcess.Step {
    guard level.targets.count <= configuration.mostRows else {
      throw GaussianProcessError.tooManyRows(level.targets.count, most: configuration.mostRows)
    }
    let raw = try configuration.base.features.matrix(level.candidates)
    let inputs = FeatureStandardization(fitting: raw)
    guard !inputs.columns.isEmpty else { throw GaussianProcessError.constantFeatures }
    let form = FidelityLink.Form(
      link: configuration.link, kernel: configuration.base.kernel,
      sharesLengthscale: inputs.columns.count > configuration.base.mostOwnLengthscales)
    let target = TargetStandardization(fitting: level.targets)
    let lower = TargetStandardization(fitting: below)
    let evidence = GaussianProcessEvidence(
      covariance: form.covariance(columns: inputs.columns.count),
      inputs: inputs(raw).appending(column: lower(below)), targets: target(level.targets))
    var generator = SplitMix64(seed: seed)
    var fit = GaussianProcessFit()
    fit.starts = configuration.base.starts
    fit.maximumIterations = configuration.base.maximumIterations
    let found = try fit.maximize(
      evidence.subset(configuration.mostRowsInSearch, using: &generator), using: &generator)
    return RecursiveFidelityProcess.Step(
      form: form, inputs: inputs, below: lower, target: target,
      process: GaussianProcess(
        covariance: found.covariance, noiseVariance: found.noiseVariance, inputs: evidence.inputs,
        targets: evidence.targets))
  }
}
