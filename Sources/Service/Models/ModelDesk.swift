import Ecosystem
import Learning
import Matter

/// Answers questions about materials with one model.
struct ModelDesk: Sendable {
  let model: Model
  let questions: [MaterialQuestion]

  /// Of the records that are asked about, by key.
  let records: [String: Candidate]

  /// The method whose values are wanted, of a model that knows several.
  let fidelity: String?
  let coverage: Double

  /// Rows that are answered between two looks at the clock.
  private static let block = 128

  /// - Parameter neighbors: How many of the nearest training rows to name.
  func predictions(neighbors: Int, _ token: WorkLine.Token) throws -> PredictionsAnswer {
    let card = model.card
    var answers: [MaterialPrediction] = []
    let candidates = try self.candidates()
    for start in stride(from: 0, to: candidates.count, by: Self.block) {
      try token.check()
      let block = start..<min(start + Self.block, candidates.count)
      answers += try predictions(block, candidates, neighbors)
    }
    return PredictionsAnswer(
      target: card.target, unit: card.unit, coverage: coverage, predictions: answers)
  }

  private func predictions(
    _ block: Range<Int>, _ candidates: [Result<Candidate, MaterialQuestion.Refused>],
    _ neighbors: Int
  ) throws -> [MaterialPrediction] {
    let usable = block.compactMap { place in try? candidates[place].get() }
    let found = try model.predict(usable, coverage: coverage)
    let chances = model.card.classes == nil ? nil : try model.chances(usable)
    let near =
      neighbors > 0 ? model.training?.neighbors(of: usable, count: neighbors) : nil
    var next = 0
    return block.map { place in
      var answer = MaterialPrediction(name: questions[place].name)
      switch candidates[place] {
      case .failure(let refused): answer.note = refused.sentence
      case .success(let candidate):
        fill(&answer, candidate, found[next], chances?[next], near?[next])
        next += 1
      }
      return answer
    }
  }

  private func fill(
    _ answer: inout MaterialPrediction, _ candidate: Candidate, _ found: ModelPrediction,
    _ chances: [Double]?, _ near: [TrainingRows.Neighbor]?
  ) {
    answer.formula = candidate.composition.formula
    answer.inDomainScore = found.inDomainScore
    if let chances, let classes = model.card.classes {
      answer.chances = Dictionary(
        zip(classes.labels, chances).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
      answer.classes = classes.set(chances, coverage: coverage).map { classes.labels[$0] }
    } else {
      answer.mean = found.mean
      answer.lowerBound = found.lowerBound
      answer.upperBound = found.upperBound
      answer.standardDeviation = found.standardDeviation
      answer.epistemicDeviation = found.epistemicDeviation
    }
    answer.nearest = near
    answer.distanceRank = near?.first.flatMap { model.training?.rank(of: $0.distance) }
    guard found.inDomainScore < 1 else { return }
    let unknown = candidate.composition.elements.filter {
      model.card.elementRows[$0.symbol] == nil
    }
    answer.note =
      unknown.isEmpty
      ? "Its variables lie beyond those of the training rows: the model extrapolates."
      : "No training row holds \(unknown.map(\.symbol).joined(separator: ", ")): the model "
        + "extrapolates."
  }

  /// - Parameter features: How many to name for each material.
  func explanations(features: Int, _ token: WorkLine.Token) throws -> ExplanationsAnswer {
    var settings = Explainer.Settings()
    settings.coverage = coverage
    settings.features = features
    settings.threads = 1
    let explainer = try Explainer(model, settings)
    let answers = try zip(questions, candidates()).map { question, candidate in
      try token.check()
      var answer = MaterialExplanation(name: question.name)
      switch candidate {
      case .failure(let refused): answer.note = refused.sentence
      case .success(let candidate):
        answer.formula = candidate.composition.formula
        answer.explanation = try explainer.explain([candidate]).explanations.first
      }
      return answer
    }
    return ExplanationsAnswer(
      target: model.card.learnedName, unit: model.card.learnedUnit,
      surrogate: model.card.surrogate, explanations: answers)
  }

  private func candidates() throws -> [Result<Candidate, MaterialQuestion.Refused>] {
    let methods = try methods()
    return questions.map { question in
      let found = question.candidate(for: model.card, methods: methods, records: records)
      guard case .success(let candidate) = found, model.needsCrystals, candidate.crystal == nil
      else { return found }
      return .failure(.init("The model learned from structures and needs one."))
    }
  }

  /// The last variables of every candidate: which method is asked for.
  private func methods() throws(Problem) -> [Double] {
    guard let known = model.card.fidelity else {
      guard fidelity == nil || fidelity == model.card.fidelities?.method else {
        throw Problem(422, "no-such-method", "The model does not know this method.")
      }
      return []
    }
    guard let level = fidelity ?? known.standard, let variables = known.variables(of: level) else {
      throw Problem(
        422, "no-such-method",
        "Say with fidelity whose values to predict: \(known.levels.joined(separator: ", ")).")
    }
    return variables
  }
}
