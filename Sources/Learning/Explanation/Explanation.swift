/// What carries one prediction.
public struct Explanation: Codable, Hashable, Sendable {
  public var prediction: ModelPrediction
  public var elements: ElementContributions

  /// `nil` for models without named features, and where they were not asked for.
  public var features: FeatureContributions?

  /// `nil` for models without attention, and where it was not asked for.
  public var attention: AttentionFlow?

  /// `nil` for a candidate without a crystal, and for models without networks on crystals.
  public var sites: SiteContributions?
}

/// Why a prediction cannot be explained as it was asked for.
public enum ExplanationError: Error, Hashable, Sendable {
  /// - Parameter surrogate: Its kind.
  case noGradients(surrogate: String)
  case gradientsTakeNoReference
  /// - Parameter what: That has no structure.
  case needsStructures(what: String)
  case noAttention(surrogate: String)
  case attentionUntold(encoder: String)
  case tooManyPlayers(formula: String, count: Int)
  case notFinite(formula: String)
}

extension ExplanationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noGradients(let surrogate):
      "A model of the kind \"\(surrogate)\" has no gradients by its elements; explain it by Shapley "
        + "values."
    case .gradientsTakeNoReference:
      "Integrated gradients start from an average element, not from a reference; explain by Shapley "
        + "values, or without a reference."
    case .needsStructures(let what):
      "The model needs structures, and \(what) has none: it is explained by its sites (gradients) "
        + "alone."
    case .noAttention(let surrogate):
      "A model of the kind \"\(surrogate)\" has no attention; train with ensemble or auto to have one."
    case .attentionUntold(let encoder):
      "Networks of the kind \(encoder) do not tell their attention; those of --encoder compact do."
    case .tooManyPlayers(let formula, let count):
      "\(formula) has \(count) elements and variables; at most \(ShapleyValues.mostPlayers) can be "
        + "told apart."
    case .notFinite(let formula):
      "The model predicts no finite number for parts of \(formula), so nothing can be attributed."
    }
  }
}
