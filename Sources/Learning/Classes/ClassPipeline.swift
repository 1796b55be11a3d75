public import Matter

/// From rows of classes to a surrogate of their chances whose quality is known: the
/// ``TrainingPipeline`` once for two classes, once for each class of more.
public struct ClassPipeline: Sendable {
  public var pipeline: TrainingPipeline

  /// Of fewer rows of a class nothing is learned and nothing can be judged.
  public static let leastRows = 5

  public init(_ pipeline: TrainingPipeline) {
    self.pipeline = pipeline
  }

  /// What came of it.
  public struct Outcome: Sendable {
    /// Of two classes the chance of the second is predicted; of more it is a ``OneVersusRest``.
    public let training: TrainingOutcome
    public let card: ClassCard
  }

  /// - Parameters:
  ///   - places: The place of each row's class in `labels`.
  ///   - labels: Two or more; ``leastRows`` rows each.
  ///   - trainer: Of chances, from targets 0 and 1.
  /// - Throws: ``TrainingError``; what the trainer refuses.
  public func run(
    candidates: [Candidate], places: [Int], labels: [String], groups: [String]? = nil,
    weights: [Double]? = nil, parts: [TrainingPipeline.Part]? = nil,
    trainer: any SurrogateTrainer, seed: UInt64, progress: TrainingPipeline.Progress? = nil
  ) throws -> Outcome {
    let counts = labels.indices.map { place in places.count { $0 == place } }
    let known = labels.indices.filter { counts[$0] >= ClassPipeline.leastRows }
    guard known.count == labels.count, known.count > 1 else {
      throw TrainingError.tooFewClasses(
        known.map { labels[$0] }, leastRows: ClassPipeline.leastRows)
    }
    let classes = labels.count == 2 ? [1] : Array(labels.indices)
    var outcomes: [TrainingOutcome] = []
    for place in classes {
      var pipeline = pipeline
      pipeline.fits = pipeline.fits?.inside("class-\(place)")
      let finished = outcomes.count
      let report: TrainingPipeline.Progress = { done, total in
        progress?(finished * total + done, classes.count * total)
      }
      let targets = places.map { $0 == place ? 1.0 : 0 }
      let outcome =
        if let parts {
          try pipeline.run(
            candidates: candidates, targets: targets, parts: parts, weights: weights,
            trainer: trainer, seed: seed, progress: report)
        } else {
          try pipeline.run(
            candidates: candidates, targets: targets, groups: groups, weights: weights,
            trainer: trainer, seed: seed, progress: report)
        }
      outcomes.append(outcome)
    }
    return try joined(outcomes, places, labels)
  }

  private func joined(
    _ outcomes: [TrainingOutcome], _ places: [Int], _ labels: [String]
  ) throws -> Outcome {
    let first = outcomes[0].heldOut
    let chances = first.indices.map { row -> [Double] in
      OneVersusRest.chances(outcomes.map { $0.heldOut[row].prediction.chance })
    }
    let own = first.map { places[$0.row] }
    let card = try ClassCard(labels: labels, places: own, chances: chances)
    guard outcomes.count > 1 else { return Outcome(training: outcomes[0], card: card) }
    let members = outcomes.compactMap { $0.surrogate as? any StorableSurrogate }
    precondition(members.count == outcomes.count, "every learner can be stored in a model file")
    // Of the leading class: its chance, and whether it is the row's own.
    let heldOut = first.indices.map { row -> HeldOut in
      let leading = ClassQuality.leading(chances[row])
      let chance = chances[row][leading]
      return HeldOut(
        row: first[row].row, fold: first[row].fold, target: leading == own[row] ? 1 : 0,
        prediction: Prediction(
          mean: chance, aleatoricVariance: chance * (1 - chance), epistemicVariance: 0),
        baseline: card.quality.baselineAccuracy, group: first[row].group)
    }
    return Outcome(
      training: try pipeline.outcome(OneVersusRest(members), heldOut), card: card)
  }
}
