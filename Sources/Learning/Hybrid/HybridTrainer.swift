import DenseMath
import Foundation
public import Matter
import Representations

/// Trains a ``HybridSurrogate``: a network for every fold without it, and a Gaussian process on the
/// vectors of each.
///
/// An encoder has fitted its training rows: on its vectors they scatter hardly at all, and a process
/// whose noise comes from them is far too certain. Lengthscales, variances and noise are therefore those
/// under which the rows of the *held-out* fold are most likely, given the training rows; training rows
/// have a noise of their own. The process of a fold has its settings from the rows of all other folds,
/// each on the vectors of the encoder that has not seen it, so that the same fits predict every row
/// without it, except for what these five numbers know of it. The vectors stay as they are while the
/// process is fitted: training both together overfits (Ober, Rasmussen and van der Wilk, UAI 2021,
/// arXiv:2102.12108).
///
/// The result depends on the rows, the settings and the seed, not on the number of threads.
public struct HybridTrainer: WeightedTrainer, Sendable {
  /// Of each fold's network: one member.
  public var network: DeepEnsembleTrainer

  /// What stands beside the vectors, on a lengthscale of its own that is bounded, so that materials that
  /// differ never coincide; `nil` leaves the vectors alone.
  public var guardFeatures: CandidateFeatures?

  /// Folds, and members; fewer are used when there are fewer rows or groups.
  public var folds = 8

  /// With more rows than this a process rests on neighbors: each of the members keeps the square of its
  /// rows in memory otherwise.
  public var mostExact = 2000

  /// Of the process on neighbors, and of the search for hyperparameters.
  public var neighbors = GaussianProcessTrainer.Neighbors()

  /// The largest lengthscale of the descriptors, in units of the root of their columns.
  public var mostGuardLengthscale = 3.0

  /// How many fits run side by side; results do not depend on it.
  public var threads = ProcessInfo.processInfo.activeProcessorCount

  public var fits: FitFolder?

  public init(_ network: DeepEnsembleTrainer, guardFeatures: CandidateFeatures?) {
    var network = network
    network.configuration.members = 1
    network.threads = 1
    self.network = network
    self.guardFeatures = guardFeatures
  }
}

extension HybridTrainer: CrossFittingTrainer {
  public func crossFit(
    candidates: [Candidate], targets: [Double], groups: [String]?, weights: [Double]?,
    seed: UInt64, progress: (@Sendable (Double) -> Void)?
  ) throws -> (surrogate: any StorableSurrogate, heldOut: [HeldOut]) {
    try TrainingError.check(candidates, targets, leastRows: 4)
    try TrainingError.check(weights: weights)
    let assignment = try CrossValidation(folds: folds).assignment(
      rows: targets.count, groups: groups, seed: seed)
    let data = FoldedRows(
      candidates: candidates, targets: targets, weights: weights, assignment: assignment,
      fits: fits?.inside("networks"))
    let run = HybridRun(
      trainer: self, data: data, raw: try guardFeatures.map { try $0.matrix(candidates) },
      seed: seed)
    let bar = WorkProgress(total: Double(data.folds + 1), report: progress)
    let encoded = try parallelMap(Array(0..<data.folds), threads: threads) { fold in
      let result = try run.encoded(fold)
      bar.add(1)
      return result
    }
    let result = try run.result(encoded)
    bar.add(1)
    return result
  }
}

/// The fits of a hybrid as they are made.
private struct HybridRun: Sendable {
  let trainer: HybridTrainer
  let data: FoldedRows
  /// Descriptors of all rows before they are standardized.
  let raw: Matrix?
  let seed: UInt64

  /// A network and what it makes of the rows.
  struct Encoded: Sendable {
    let fold: Int
    let network: DeepEnsemble
    let target: TargetStandardization
    let descriptors: FeatureStandardization?
    let outside: [Int]
    let inside: [Int]
    /// `[n, columns]`, all rows.
    let points: Matrix
    let coordinates: JoinedCoordinates
    /// The network's own, all rows.
    let means: [Double]
    let quality: VectorQuality
  }

  func encoded(_ fold: Int) throws -> Encoded {
    var generator = SplitMix64(seed: seed, stream: UInt64(fold))
    let fit = try data.fit(
      without: fold, among: Array(data.targets.indices), trainer: trainer.network,
      seed: generator.next())
    guard let network = fit.surrogate as? DeepEnsemble else {
      preconditionFailure("networks are an ensemble of one")
    }
    let outside = data.targets.indices.filter { data.assignment[$0] != fold }
    let target = TargetStandardization(fitting: outside.map { data.targets[$0] })
    let standardization = raw.map { FeatureStandardization(fitting: $0.rows(at: outside)) }
    let descriptors =
      raw.flatMap { raw in standardization.map { $0(raw) } }
      ?? Matrix(
        rows: data.targets.count, columns: 0)
    let (vectors, means) = try network.vectors(data.candidates)
    let sample = Array(fit.rows.prefix(1000))
    return Encoded(
      fold: fold, network: network, target: target, descriptors: standardization,
      outside: outside, inside: fit.rows,
      points: JoinedCoordinates.joined(vectors, descriptors),
      coordinates: JoinedCoordinates(vectors: vectors.columns, descriptors: descriptors.columns),
      means: means,
      quality: VectorQuality(
        vectors: vectors.rows(at: sample), descriptors: descriptors.rows(at: sample), seed: seed))
  }

  /// The better of two: processes of the targets, which revert to their mean far from all rows, and
  /// processes of what the networks leave over, which revert to the networks.
  func result(
    _ encoded: [Encoded]
  ) throws -> (surrogate: any StorableSurrogate, heldOut: [HeldOut]) {
    let both = try [false, true].map { try result(encoded, addingNetwork: $0) }
    let errors = both.map { fit in
      fit.heldOut.reduce(0) { $0 + abs($1.prediction.mean - $1.target) }
    }
    let chosen = both[errors[1] < errors[0] ? 1 : 0]
    return (chosen.surrogate, chosen.heldOut)
  }

  private func result(
    _ encoded: [Encoded], addingNetwork: Bool
  ) throws -> (surrogate: HybridSurrogate, heldOut: [HeldOut]) {
    let learned = try hyperparameters(encoded, addingNetwork)
    let members = try parallelMap(encoded.indices.map { $0 }, threads: trainer.threads) { place in
      let own = encoded[place]
      return HybridSurrogate.Member(
        network: own.network, target: own.target, descriptors: own.descriptors,
        process: try process(own, learned[place], addingNetwork), addsNetwork: addingNetwork)
    }
    let heldOut = try zip(encoded, members).flatMap { try self.heldOut($0, $1) }
    guard let quality = VectorQuality(mean: encoded.map(\.quality)) else {
      preconditionFailure("there are folds")
    }
    let surrogate = HybridSurrogate(
      members: members, guardFeatures: trainer.guardFeatures,
      variables: data.candidates[0].variables.count, quality: quality)
    return (surrogate, heldOut.sorted { $0.row < $1.row })
  }

  private func heldOut(_ own: Encoded, _ member: HybridSurrogate.Member) throws -> [HeldOut] {
    let found = try member.process.predict(
      own.points.rows(at: own.inside), threads: trainer.threads)
    let means = member.means(found.mean, beside: own.inside.map { own.means[$0] })
    let baseline = Statistics.mean(own.outside.map { data.targets[$0] })
    let scale = own.target.scale
    return own.inside.enumerated().map { place, row in
      HeldOut(
        row: row, fold: own.fold, target: data.targets[row],
        prediction: Prediction(
          mean: means[place], aleatoricVariance: scale * scale * member.process.noiseVariance,
          epistemicVariance: scale * scale * found.variance[place]),
        baseline: baseline, group: Calibration.group(of: data.candidates[row]))
    }
  }

  /// What a process learns of some rows, in units of the standardized target.
  private func targets(_ own: Encoded, _ rows: [Int], _ addingNetwork: Bool) -> [Double] {
    rows.map { row in
      (data.targets[row] - (addingNetwork ? own.means[row] : own.target.mean)) / own.target.scale
    }
  }

  /// How much of the common noise each row has; empty where all count alike.
  private func noiseFactors(_ rows: [Int]) -> [Double] {
    guard let weights = data.weights else { return [] }
    let mean = Statistics.mean(weights)
    return rows.map { mean / weights[$0] }
  }

  private func process(
    _ own: Encoded, _ learned: VectorHyperparameters, _ addingNetwork: Bool
  ) throws -> VectorProcess {
    VectorProcess(
      NeighborProcess(
        kernel: learned.kernel, noiseVariance: learned.trainingNoise,
        noiseFactors: noiseFactors(own.outside), inputs: own.points.rows(at: own.outside),
        targets: targets(own, own.outside, addingNetwork),
        neighbors: trainer.neighbors.count),
      noiseVariance: learned.noise, mostExact: trainer.mostExact)
  }

  // MARK: Hyperparameters

  /// Of each fold, from the held-out rows of all others.
  private func hyperparameters(
    _ encoded: [Encoded], _ addingNetwork: Bool
  ) throws -> [VectorHyperparameters] {
    let coordinates = encoded.map(\.coordinates)
    // Folds may lack different columns that are constant; sizes are priors alone.
    var fit = NeighborFit(groupSizes: coordinates[0].sizes)
    fit.mostLengthscales = [.infinity, trainer.mostGuardLengthscale]
    var found = fit.start(hasOwnNoise: true)
    var terms: [[NeighborEvidence.Term]] = []
    // Which rows are neighbors depends on the lengthscales.
    for _ in 0..<2 {
      terms = try parallelMap(encoded, threads: trainer.threads) { [found] in
        self.terms($0, lengthscales: found, addingNetwork)
      }
      found = try fit.maximize(evidence(terms.flatMap { $0 }), from: found)
    }
    fit.maximumIterations = 12
    return try encoded.indices.map { place in
      let others = terms.indices.filter { $0 != place }.flatMap { terms[$0] }
      return VectorHyperparameters(
        coordinates: coordinates[place],
        logarithms: try fit.maximize(evidence(others), from: found))
    }
  }

  private func evidence(_ terms: [NeighborEvidence.Term]) -> NeighborEvidence {
    NeighborEvidence(
      family: .matern52, terms: terms, hasOwnNoise: true, threads: trainer.threads)
  }

  /// Held-out rows of a fold, each given the training rows around it.
  private func terms(
    _ own: Encoded, lengthscales: [Double], _ addingNetwork: Bool
  ) -> [NeighborEvidence.Term] {
    let groups = own.coordinates.groups
    let factors = groups.map { exp(-lengthscales[$0]) }
    let inputs = own.points.rows(at: own.outside)
    let search = NeighborSearch(inputs, factors: factors, isCityBlock: false, threads: 1)
    let targets = self.targets(own, own.outside, addingNetwork)
    let factorsOfNoise = noiseFactors(own.outside)
    var generator = SplitMix64(seed: seed, stream: 0x7E2 + UInt64(own.fold))
    let most = max(trainer.neighbors.rowsInSearch / data.folds, 1)
    return generator.shuffled(own.inside).prefix(most).sorted().map { row in
      let point = Array(own.points.row(row))
      let neighbors = search.nearest(
        trainer.neighbors.countInSearch, to: zip(point, factors).map { $0 * $1 })
      return NeighborEvidence.Term(
        inputs, neighbors: neighbors, own: point, groups: groups, isCityBlock: false,
        targets: neighbors.map { targets[$0] } + self.targets(own, [row], addingNetwork),
        noiseFactors: factorsOfNoise.isEmpty
          ? [] : neighbors.map { factorsOfNoise[$0] } + noiseFactors([row]),
        knownNoiseVariances: [])
    }
  }
}
