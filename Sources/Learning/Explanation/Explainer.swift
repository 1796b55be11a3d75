import DenseMath
import Foundation
public import Matter
import Representations

/// Says what carries the predictions of a model: elements, named features, messages between
/// elements.
///
/// An explanation speaks of the model, not of nature: where the model is wrong, so is what it rests
/// on. The result depends on the model, the candidates and the settings, not on threads or on what
/// other candidates there are.
public struct Explainer: Sendable {
  public struct Settings: Sendable {
    /// How elements are credited; `nil` takes integrated gradients for networks, and Shapley values
    /// for all other models.
    public var method: Method?

    /// Materials of so many elements and variables that there are more coalitions than this are
    /// explained by sampled orders.
    public var mostCoalitions = 2048

    /// What contributions are counted from; `nil`: see ``ElementContributions/Base``.
    public var reference: Candidate?

    /// Of the interval beside each prediction.
    public var coverage = 0.9

    /// How many features are named for each prediction; 0 asks for none.
    public var features = 10

    /// What explaining features may cost, in leaves walked times squared depth: beyond, evenly
    /// spread rows stand for all.
    public var featureBudget = 1e11

    /// Whether ``ElementContributions/Part/effectOfOnePercent`` is asked for.
    public var effects = false

    public var attention = false

    /// Whether the sites and bonds of crystals are credited, where networks in the model read them.
    public var sites = true
    public var seed: UInt64 = 0
    public var threads = ProcessInfo.processInfo.activeProcessorCount

    public init() {}
  }

  public enum Method: String, CaseIterable, Sendable {
    case shapley
    case gradients
  }

  public let model: Model
  public let settings: Settings

  /// - Throws: ``ExplanationError`` when the settings ask for what the model does not have;
  ///   ``ModelInputError`` for a reference without the model's variables.
  public init(_ model: Model, _ settings: Settings = Settings()) throws {
    self.model = model
    self.settings = settings
    let needsSites = model.needsCrystals && !model.surrogate.crystalNetworks.isEmpty
    let hasGradients = model.surrogate is DeepEnsemble || needsSites
    if model.needsCrystals { try Self.check(settings, needsSites: needsSites) }
    if settings.method == .gradients, !hasGradients {
      throw ExplanationError.noGradients(surrogate: model.kind)
    }
    if settings.method == .gradients, settings.reference != nil {
      throw ExplanationError.gradientsTakeNoReference
    }
    if settings.attention {
      let networks = model.surrogate.networks.map(\.ensemble.configuration.encoder.architecture)
      guard !networks.isEmpty else {
        throw ExplanationError.noAttention(surrogate: model.kind)
      }
      if let other = networks.first(where: { $0 != .compact }) {
        throw ExplanationError.attentionUntold(encoder: other.rawValue)
      }
    }
    if let reference = settings.reference { _ = try model.predict([reference]) }
    method = settings.method ?? (hasGradients && settings.reference == nil ? .gradients : .shapley)
  }

  /// How elements are credited.
  let method: Method

  /// Explains the prediction of each candidate.
  ///
  /// - Parameters:
  ///   - names: What candidates are called in errors.
  ///   - progress: Called with how many are done, one call at a time.
  /// - Throws: What ``Model/predict(_:coverage:)`` throws; ``ExplanationError``.
  public func explain(
    _ candidates: [Candidate], progress: (@Sendable (Int) -> Void)? = nil
  ) throws -> ExplanationTable {
    let predictions = try model.predict(
      candidates, coverage: settings.coverage, asLearned: true)
    let described = try featureRows(candidates.count, around: candidates)
    let counter = ProgressCounter(total: 2 * candidates.count) { done, _ in progress?(done / 2) }
    let sites = try siteContributions(candidates, predictions.map(\.mean)) { counter.step() }
    let blocks = stride(from: 0, to: candidates.count, by: Self.block).map {
      $0..<min($0 + Self.block, candidates.count)
    }
    let parts = try parallelMap(blocks, threads: settings.threads) { rows in
      let part = try explain(
        Array(candidates[rows]), Array(predictions[rows]), Array(sites[rows]),
        described: described.filter(rows.contains),
        offset: rows.lowerBound)
      for _ in rows { counter.step() }
      return part
    }
    return ExplanationTable(
      explanations: parts.flatMap(\.explanations),
      features: FeatureSummary.joined(parts.compactMap(\.features)))
  }

  /// Candidates in one piece of work.
  private static let block = 16

  private struct Part: Sendable {
    var explanations: [Explanation]
    var features: FeatureSums?
  }

  private func explain(
    _ candidates: [Candidate], _ predictions: [ModelPrediction], _ sites: [SiteContributions?],
    described: [Int], offset: Int
  ) throws -> Part {
    let elements =
      needsSites
      ? zip(candidates, sites).compactMap { pair in
        pair.1.map { elementContributions(pair.0, $0) }
      } : try elementContributions(candidates, predictions.map(\.mean))
    var part = Part(
      explanations: zip(predictions, elements).map { Explanation(prediction: $0, elements: $1) })
    if settings.sites {
      for place in sites.indices { part.explanations[place].sites = sites[place] }
    }
    if settings.attention {
      for (place, flow) in try model.surrogate.attention(candidates).enumerated() {
        part.explanations[place].attention = flow
      }
    }
    guard !described.isEmpty else { return part }
    let places = described.map { $0 - offset }
    let table = try model.surrogate.featureContributions(places.map { candidates[$0] })
    guard let table = table?.naming(variables: model.card.variableNames) else { return part }
    for (row, place) in places.enumerated() {
      part.explanations[place].features = table.largest(
        settings.features, row: row, prediction: predictions[place].mean,
        targetMean: model.card.targetMean)
    }
    part.features = FeatureSums(table)
    return part
  }

  /// The rows whose features are explained: all, or as many as the budget allows, evenly spread.
  private func featureRows(_ count: Int, around candidates: [Candidate]) throws -> [Int] {
    guard settings.features > 0, let cost = model.surrogate.featureCost else { return [] }
    let affordable = Int(min(max(settings.featureBudget / max(cost, 1), 1), 1e9))
    guard count > affordable else { return Array(0..<count) }
    return (0..<affordable).map { $0 * count / affordable }
  }

  private func elementContributions(
    _ candidates: [Candidate], _ means: [Double]
  ) throws -> [ElementContributions] {
    var result: [ElementContributions]
    if method == .gradients, let ensemble = model.surrogate as? DeepEnsemble {
      result = try gradients(ensemble, candidates, means)
    } else {
      result = try shapley(candidates, means)
    }
    guard settings.effects else { return result }
    for (place, candidate) in candidates.enumerated() {
      // A formula with a little more of an element has no structure.
      let effects = try elementEffects(
        of: model.surrogate, around: [candidate.withoutCrystal],
        adding: candidate.composition.elements, share: 0.01)
      for effect in effects {
        let part = result[place].parts.firstIndex { $0.element == effect.element }
        if let part { result[place].parts[part].effectOfOnePercent = effect.meanChange }
      }
    }
    return result
  }
}

extension Explainer {
  /// - Parameter needsSites: Whether networks tell what the sites add.
  private static func check(_ settings: Settings, needsSites: Bool) throws(ExplanationError) {
    if settings.effects { throw .needsStructures(what: "one more percent of an element") }
    if settings.reference != nil { throw .needsStructures(what: "a reference") }
    if settings.method == .shapley || !needsSites {
      throw .needsStructures(what: "coalitions of elements")
    }
  }
}

extension Candidate {
  /// Known by its composition alone.
  var withoutCrystal: Candidate {
    crystal == nil ? self : Candidate(composition, variables: variables)
  }
}

extension Model {
  /// ``StorableSurrogate/kind`` of the surrogate.
  var kind: String { type(of: surrogate).kind }
}
