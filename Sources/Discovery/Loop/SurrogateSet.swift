import DenseMath
import Design
import Learning
import Matter

/// The models of a campaign: one of the objective and one of each limited expression.
struct SurrogateSet: Sendable {
  private let expressions: [PropertyExpression]
  private var surrogates: [PropertyExpression: any Surrogate]

  /// The probability that a measurement succeeds; `nil` where failures are not learned from, or none
  /// or nothing else happened.
  let success: SuccessModel?

  /// How many proposals' results the models were trained on.
  let trainedProposals: Int

  /// Trains on the results of the first proposals.
  ///
  /// Models train side by side; each has a seed of its own, so that threads change nothing.
  init(
    _ campaign: Campaign, proposals: Int, trainer: any SurrogateTrainer, threads: Int
  ) throws {
    let expressions = campaign.plan.modeled
    let trained = try parallelMap(Array(expressions.indices), threads: threads) { place in
      let data = campaign.trainingData(expressions[place], 0..<proposals)
      return try trainer.train(
        candidates: data.candidates, targets: data.targets,
        seed: campaign.seed(of: .training, proposals * expressions.count + place))
    }
    self.expressions = expressions
    surrogates = Dictionary(uniqueKeysWithValues: zip(expressions, trained))
    trainedProposals = proposals
    success = try Self.success(campaign, proposals, trainer)
  }

  private static func success(
    _ campaign: Campaign, _ proposals: Int, _ trainer: any SurrogateTrainer
  ) throws -> SuccessModel? {
    guard campaign.plan.learnsFailures ?? false else { return nil }
    let known = zip(campaign.proposals, campaign.outcomes).prefix(proposals).compactMap {
      proposal, outcome -> (candidate: Candidate, succeeded: Bool)? in
      switch outcome {
      case .measured?: (proposal.candidate, true)
      case .failed?: (proposal.candidate, false)
      // Nobody tried, or what came says nothing.
      case .cancelled?, .withdrawn?, nil: nil
      }
    }
    guard Set(known.map(\.succeeded)).count == 2 else { return nil }
    let candidates = known.map(\.candidate)
    let usual: CandidateFeatures =
      candidates.allSatisfy(\.hasMaterial) ? .magpie : .named([])
    return try SuccessModel(
      (trainer as? any DescribingTrainer)?.features ?? usual, candidates: candidates,
      succeeded: known.map(\.succeeded),
      seed: campaign.seed(of: .training, -1 - proposals))
  }

  /// The models with the results since their training taken in, where they can do so without being
  /// trained anew; others stay as they are until the next fit.
  ///
  /// Always from the trained models and with all later rows at once: a campaign that was
  /// interrupted then has the same bits as one that was not.
  func conditioned(on campaign: Campaign) throws -> SurrogateSet {
    guard campaign.proposals.count > trainedProposals else { return self }
    var result = self
    for (expression, surrogate) in surrogates {
      guard let surrogate = surrogate as? any ConditionableSurrogate else { continue }
      let data = campaign.trainingData(
        expression, trainedProposals..<campaign.proposals.count)
      guard !data.candidates.isEmpty else { continue }
      result.surrogates[expression] = try surrogate.conditioned(
        on: data.candidates, targets: data.targets)
    }
    return result
  }

  /// The models after some candidates, as if these had been measured with the values predicted for
  /// them: means stay, the uncertainty around them goes. Models that cannot take rows in stay as
  /// they are.
  func believing(_ candidates: [Candidate]) throws -> SurrogateSet {
    guard !candidates.isEmpty else { return self }
    var result = self
    for (expression, surrogate) in surrogates {
      guard let surrogate = surrogate as? any ConditionableSurrogate else { continue }
      result.surrogates[expression] = try surrogate.conditioned(
        on: candidates, targets: surrogate.predict(candidates).map(\.mean))
    }
    return result
  }

  /// - Parameter expression: The objective or a limited expression of the campaign's plan.
  subscript(expression: PropertyExpression) -> any Surrogate {
    guard let surrogate = surrogates[expression] else {
      preconditionFailure("no model of \(expression), only of \(expressions)")
    }
    return surrogate
  }

  var objective: any Surrogate { self[expressions[0]] }

  /// `log P` that a measurement succeeds, where that is learned, and that all limits are kept.
  func logFeasibility(of candidates: [Candidate], limits: [PropertyLimit]) throws -> [Double] {
    let success = try success?.logProbabilities(candidates) ?? candidates.map { _ in 0 }
    guard !limits.isEmpty else { return success }
    let kept = try FeasibilityLimits.logProbability(
      limits.map { FeasibilityLimits(lower: $0.atLeast, upper: $0.atMost) },
      limits.map { try self[$0.property].predict(candidates) })
    return zip(success, kept).map { $0 + $1 }
  }

  /// What all models say about some candidates, as the ledger keeps it.
  func predictions(of candidates: [Candidate]) throws -> [[String: PredictedValue]] {
    var said = candidates.map { _ in [String: PredictedValue]() }
    for expression in expressions {
      for (place, prediction) in try self[expression].predict(candidates).enumerated() {
        said[place][expression.description] = PredictedValue(
          mean: prediction.mean, deviation: prediction.standardDeviation,
          epistemicDeviation: prediction.epistemicVariance.squareRoot())
      }
    }
    return said
  }
}
