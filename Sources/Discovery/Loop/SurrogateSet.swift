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

  /// The place of the method that counts among all.
  private let lastMethod: Int

  /// How many proposals' results the models were trained on.
  let trainedProposals: Int

  /// What models see of candidates, where all see the same, and the threads that may make it.
  private let features: CandidateFeatures?
  private let threads: Int

  /// Trains on the results of the first proposals.
  ///
  /// Models train side by side; each has a seed of its own, so that threads change nothing.
  init(
    _ campaign: Campaign, proposals: Int, trainer: any SurrogateTrainer, threads: Int
  ) throws {
    let expressions = campaign.plan.modeled
    let trained = try parallelMap(Array(expressions.indices), threads: threads) { place in
      let seed = campaign.seed(of: .training, proposals * expressions.count + place)
      return try Self.train(campaign, expressions[place], proposals, trainer, seed: seed)
    }
    self.expressions = expressions
    surrogates = Dictionary(uniqueKeysWithValues: zip(expressions, trained))
    trainedProposals = proposals
    features = (trainer as? any DescribingTrainer)?.features
    self.threads = threads
    lastMethod = (campaign.plan.fidelities?.levels.count ?? 1) - 1
    success = try Self.success(campaign, proposals, trainer)
  }

  /// Makes what the models see of candidates, as far as that takes long, before they are asked.
  func prepare(_ candidates: [Candidate]) throws {
    try features?.prepare(candidates, threads: threads)
  }

  /// On the results by all methods, where there are several.
  private static func train(
    _ campaign: Campaign, _ expression: PropertyExpression, _ proposals: Int,
    _ trainer: any SurrogateTrainer, seed: UInt64
  ) throws -> any Surrogate {
    if let joint = trainer as? JointFidelityTrainer, campaign.plan.fidelities != nil {
      return try joint.fit(campaign.trainingLevels(expression, 0..<proposals), seed: seed)
    }
    let data = campaign.trainingData(expression, 0..<proposals)
    return try trainer.train(candidates: data.candidates, targets: data.targets, seed: seed)
  }

  private static func success(
    _ campaign: Campaign, _ proposals: Int, _ trainer: any SurrogateTrainer
  ) throws -> SuccessModel? {
    guard campaign.plan.learnsFailures ?? false else { return nil }
    let known = zip(campaign.proposals, campaign.outcomes).prefix(proposals).compactMap {
      proposal, outcome -> (proposal: Proposal, succeeded: Bool)? in
      switch outcome {
      case .measured?: (proposal, true)
      case .failed?: (proposal, false)
      // Nobody tried, or what came says nothing.
      case .cancelled?, .withdrawn?, nil: nil
      }
    }
    guard Set(known.map(\.succeeded)).count == 2 else { return nil }
    let candidates = known.map(\.proposal.candidate)
    let usual: CandidateFeatures =
      candidates.allSatisfy(\.hasMaterial) ? .magpie : .named([])
    return try SuccessModel(
      (trainer as? any DescribingTrainer)?.features ?? usual, candidates: candidates,
      methods: known.map { campaign.method(of: $0.proposal) },
      methodCount: campaign.plan.fidelities?.levels.count ?? 1, succeeded: known.map(\.succeeded),
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
      if let joint = surrogate as? JointFidelityProcess {
        result.surrogates[expression] = try campaign.trainingLevels(
          expression, trainedProposals..<campaign.proposals.count
        ).reduce(joint) { try $0.taking($1) }
      }
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

  /// The models after a candidate, as if it had been measured by a method as predicted for that method.
  func believing(_ candidate: Candidate, by fidelity: String) throws -> SurrogateSet {
    var result = self
    for (expression, surrogate) in surrogates {
      guard let joint = surrogate as? JointFidelityProcess,
        let level = joint.levels.firstIndex(of: fidelity)
      else { continue }
      result.surrogates[expression] = try joint.conditioned(
        on: [candidate], level: level,
        targets: joint.predict([candidate], level: level).map(\.mean))
    }
    return result
  }

  /// What the models say a method below the one that counts will measure; empty where they have learned
  /// nothing of it.
  func predictions(
    of candidate: Candidate, by fidelity: String
  ) throws -> [String: PredictedValue] {
    var said: [String: PredictedValue] = [:]
    for (expression, surrogate) in surrogates {
      guard let joint = surrogate as? JointFidelityProcess,
        let level = joint.levels.dropLast().firstIndex(of: fidelity),
        let prediction = try joint.predict([candidate], level: level).first
      else { continue }
      said["\(expression) by \(fidelity)"] = PredictedValue(prediction)
    }
    return said
  }

  /// The model of the objective where it tells several methods apart.
  var joint: JointFidelityProcess? { objective as? JointFidelityProcess }

  /// - Parameter expression: The objective or a limited expression of the campaign's plan.
  subscript(expression: PropertyExpression) -> any Surrogate {
    guard let surrogate = surrogates[expression] else {
      preconditionFailure("no model of \(expression), only of \(expressions)")
    }
    return surrogate
  }

  var objective: any Surrogate { self[expressions[0]] }

  /// `log P` that a measurement succeeds.
  ///
  /// - Parameter method: Its place among the methods, `nil` for the one that counts.
  /// - Returns: 0 for each where that is not learned.
  func logSuccess(of candidates: [Candidate], by method: Int? = nil) throws -> [Double] {
    try success?.logProbabilities(candidates, method: method ?? lastMethod)
      ?? candidates.map { _ in 0 }
  }

  /// `log P` that a measurement succeeds, where that is learned, and that all limits are kept: by the method
  /// that counts.
  func logFeasibility(of candidates: [Candidate], limits: [PropertyLimit]) throws -> [Double] {
    let success = try logSuccess(of: candidates)
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
        said[place][expression.description] = PredictedValue(prediction)
      }
    }
    return said
  }
}

extension JointFidelityProcess {
  /// With further rows of a method; of one that it has not learned from it learns with the next fit.
  fileprivate func taking(_ rows: LowerFidelities.Level) throws -> JointFidelityProcess {
    guard let level = levels.firstIndex(of: rows.name), !rows.candidates.isEmpty else {
      return self
    }
    return try conditioned(on: rows.candidates, level: level, targets: rows.targets)
  }
}

extension PredictedValue {
  fileprivate init(_ prediction: Prediction) {
    self.init(
      mean: prediction.mean, deviation: prediction.standardDeviation,
      epistemicDeviation: max(prediction.epistemicVariance, 0).squareRoot())
  }
}
