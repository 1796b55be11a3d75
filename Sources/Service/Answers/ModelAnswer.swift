import Ecosystem
import Foundation
import Learning
import Matter

/// One model in a list.
struct ModelSummary: Encodable, Hashable, Sendable {
  let name: String
  var target: String?
  var unit: String?
  var surrogate: String?
  var rows: Int?
  var elements: Int?

  /// On held-out rows, in the unit of what was learned; that of the mean of the rows beside it.
  var meanAbsoluteError: Double?
  var baselineError: Double?
  var r2: Double?

  /// The share of held-out values inside their 90 % intervals.
  var coverage90: Double?
  var classes: [String]?
  var needsStructures: Bool?

  /// Why it cannot be used.
  var problem: String?

  init(name: String, problem: String) {
    self.name = name
    self.problem = problem
  }

  init(name: String, _ card: ModelCard) {
    self.name = name
    target = card.target
    unit = card.unit
    surrogate = card.surrogate
    rows = card.rows
    elements = card.elementRows.count
    meanAbsoluteError = card.quality.regression.meanAbsoluteError
    baselineError = card.quality.baseline.meanAbsoluteError
    r2 = card.quality.regression.r2
    coverage90 = card.quality.coverage(nominal: 0.9)?.observed
    classes = card.classes?.labels
    needsStructures = (card.crystalRows ?? 0) > 0
  }
}

/// What a model says about one material.
struct MaterialPrediction: Encodable, Hashable, Sendable {
  let name: String?
  var formula: String?
  var mean: Double?
  var lowerBound: Double?
  var upperBound: Double?
  var standardDeviation: Double?
  var epistemicDeviation: Double?

  /// How much of the material the training rows knew, 0 to 1.
  var inDomainScore: Double?

  /// Of a model of classes: the chance of each, and the set that holds the true one.
  var chances: [String: Double]?
  var classes: [String]?

  /// The nearest training rows, and how far the nearest is beside others, 0 to 1.
  var nearest: [TrainingRows.Neighbor]?
  var distanceRank: Double?

  /// Why there is no answer, or what to beware of.
  var note: String?
}

/// Answers about some materials, in their order.
struct PredictionsAnswer: Encodable, Sendable {
  let target: String
  let unit: String?
  let coverage: Double
  let predictions: [MaterialPrediction]
}

/// What carries the prediction of one material.
struct MaterialExplanation: Encodable, Sendable {
  let name: String?
  var formula: String?
  var explanation: Explanation?
  var note: String?
}

struct ExplanationsAnswer: Encodable, Sendable {
  let target: String
  let unit: String?
  let surrogate: String
  let explanations: [MaterialExplanation]
}
