import ArgumentParser
import Learning
import Representations

/// The learners by their names on the command line.
enum SurrogateChoice: String, ExpressibleByArgument, CaseIterable {
  case auto
  case gp
  case ensemble
  case hybrid
  case trees
  case boosted
  case crystals
  case crystalHybrid = "crystal-hybrid"
  case cgcnn
  case megnet
  case alignn
  case cogn
  case cgat

  static let help =
    "auto (several that follow, weighted by what they predict of rows that they have not seen), gp "
    + "(Gaussian process on element statistics), ensemble (networks over the elements), hybrid "
    + "(Gaussian processes on the vectors of such networks), trees (extremely randomized) or boosted "
    + "(gradient-boosted trees); for structures, networks over their sites: crystals (ours), "
    + "crystal-hybrid (Gaussian processes on their vectors), or cgcnn, megnet, alignn, cogn or cgat in "
    + "their published sizes. Default: auto, but gp below \(fewestRowsOfAuto) rows, of which the others learn little."

  static let fewestRowsOfAuto = 100

  /// Whether it makes its folds itself, side by side.
  var crossFits: Bool { [.auto, .hybrid, .crystalHybrid].contains(self) }

  static func standard(rows: Int) -> SurrogateChoice { rows < fewestRowsOfAuto ? .gp : .auto }

  /// Whether ``FeatureSets`` can be chosen for it.
  var takesFeatures: Bool { [.gp, .trees, .boosted].contains(self) }

  /// Whether it is, or may have, networks that can go on from other ones.
  var trainsNetworks: Bool { [.ensemble, .auto].contains(self) || needsCrystals }

  /// The networks over the sites of crystals that it names.
  var crystalEncoder: CrystalEncoder.Architecture? {
    switch self {
    case .auto, .gp, .ensemble, .hybrid, .trees, .boosted: nil
    case .crystals, .crystalHybrid: .compact
    case .cgcnn: .cgcnn
    case .megnet: .megnet
    case .alignn: .alignn
    case .cogn: .cogn
    case .cgat: .cgat
    }
  }

  /// Whether it learns from structures alone.
  var needsCrystals: Bool { crystalEncoder != nil }

  /// - Throws: Where sets of columns were chosen for a learner that sees others.
  static func check(features: String?, for choice: SurrogateChoice?) throws(ValidationError) {
    guard features == nil || choice?.takesFeatures ?? false else {
      throw ValidationError("--features is for --with gp, trees or boosted.")
    }
  }

  /// Its name where it needs crystals, as messages give it.
  var crystalReader: String? { needsCrystals ? "--with \(rawValue)" : nil }

  /// Trains on one thread where folds run side by side, which all but those that cross-fit leave to
  /// the caller.
  ///
  /// - Parameter crystals: Whether some of the rows are crystals.
  func trainer(
    rows: Int, crystals: Bool = false, kind: BenchmarkTask.Kind = .regression, threads: Int,
    folds: Int = StandardLearners.folds, budget: Double? = nil,
    encoder: EncoderChoice = .compact, isLongRange: Bool = false,
    start: DeepEnsembleTrainer.Start? = nil,
    features: CandidateFeatures? = nil, checkpoints: CheckpointFolder? = nil
  ) -> any SurrogateTrainer {
    let columns =
      features ?? (crystals ? StandardLearners.crystalFeatures : StandardLearners.features)
    switch self {
    case .gp: return StandardLearners.process(features: features, rows: rows)
    case .hybrid, .crystalHybrid:
      return StandardLearners.hybrid(
        kind: kind, crystals: needsCrystals, folds: folds, threads: threads,
        checkpoints: checkpoints)
    case .ensemble:
      var networks = StandardLearners.networks(
        kind: kind, encoder: encoder.architecture, start: start)
      networks.checkpoints = checkpoints
      return networks
    case .trees:
      return StandardLearners.forest(kind: kind, features: columns)
    case .boosted:
      return StandardLearners.boosted(kind: kind, features: columns)
    case .auto:
      return StandardLearners.stack(
        rows: rows, kind: kind, crystals: crystals, folds: folds, budget: budget, threads: threads,
        start: start, checkpoints: checkpoints)
    case .crystals, .cgcnn, .megnet, .alignn, .cogn, .cgat:
      var networks = StandardLearners.crystalNetworks(
        kind: kind, encoder: crystalEncoder ?? .compact, isLongRange: isLongRange, start: start)
      networks.checkpoints = checkpoints
      return networks
    }
  }
}

/// The networks of an ensemble by their names on the command line.
enum EncoderChoice: String, ExpressibleByArgument, CaseIterable {
  case compact
  case roost
  case crabnet

  var architecture: CompositionEncoder.Architecture {
    switch self {
    case .compact: .compact
    case .roost: .roost
    case .crabnet: .crabnet
    }
  }
}
