public import Matter

/// What the named features of one material add to its prediction: `base + Σ features + others +
/// remainder` is the prediction.
public struct FeatureContributions: Codable, Hashable, Sendable {
  public struct Feature: Codable, Hashable, Sendable {
    /// The column of the descriptor, or the variable.
    public var name: String

    /// Of this material; `nil` where it is missing.
    public var value: Double?

    /// Of the training rows, where the model knows it.
    public var trainingMean: Double?

    /// In the unit of the target.
    public var contribution: Double
  }

  /// How contributions were found: see ``FeatureTable/Method``.
  public var methods: [FeatureTable.Method]

  /// The share of the model that has named features: 1 but for stacks that hold networks.
  public var share: Double

  /// Where the contributions start from; what has no features starts from the mean of the training
  /// targets.
  public var base: Double

  /// The largest contributions, largest first.
  public var features: [Feature]

  /// The sum of all other features.
  public var others: Double

  /// What features do not explain: networks beside them, and what lies between the median that
  /// trees predict and the mean that is explained.
  public var remainder: Double
}

/// What all features of some materials add to their predictions.
public struct FeatureTable: Sendable {
  public enum Method: String, Codable, Hashable, Sendable {
    /// Exact Shapley values of trees: ``TreeContributions``.
    case treeShapley = "tree-shapley"
    /// Gradients integrated from the mean of the training rows to the material.
    case integratedGradients = "integrated-gradients"
  }

  public var methods: [Method]

  /// `[features]`.
  public var names: [String]

  /// Values of the features, `[rows][features]`; NaN where missing.
  public var values: [[Double]]

  /// `[features]`, NaN where it is not known.
  public var trainingMeans: [Double]

  /// `[rows][features]`, in the unit of the target.
  public var contributions: [[Double]]

  public var base: Double

  /// How much of the model all this stands for; ``base`` and ``contributions`` are of this part.
  public var share = 1.0

  /// The features of one row with the largest contributions.
  ///
  /// - Parameters:
  ///   - prediction: Of the row.
  ///   - targetMean: Of the training rows.
  func largest(
    _ count: Int, row: Int, prediction: Double, targetMean: Double
  ) -> FeatureContributions {
    let own = contributions[row]
    let order = own.indices.filter { own[$0] != 0 }
      .sorted { (abs(own[$1]), $0) < (abs(own[$0]), $1) }
    let top = order.prefix(count).map { place in
      FeatureContributions.Feature(
        name: names[place], value: values[row][place].finite,
        trainingMean: trainingMeans[place].finite, contribution: own[place])
    }
    let others = order.dropFirst(count).reduce(0) { $0 + own[$1] }
    let named = top.reduce(0) { $0 + $1.contribution }
    let start = base + (1 - share) * targetMean
    return FeatureContributions(
      methods: methods, share: share, base: start, features: Array(top), others: others,
      remainder: prediction - start - others - named)
  }

  /// The same with the last columns, which are variables, under their names.
  func naming(variables: [String]) -> FeatureTable {
    var result = self
    for (place, name) in variables.enumerated() {
      let own = FeatureTable.name(ofVariable: place)
      if let column = names.firstIndex(of: own) { result.names[column] = name }
    }
    return result
  }

  /// What a variable is called until the model's card names it; no descriptor has such a column.
  static func name(ofVariable place: Int) -> String { "\u{0}variable \(place)" }
}

extension Double {
  /// `nil` for what is no number.
  fileprivate var finite: Double? { isFinite ? self : nil }
}

/// A surrogate that can say what named features add to its predictions.
public protocol FeatureExplainable: Surrogate {
  /// Laws: `base + Σ contributions` is what the surrogate predicts, or the mean beside the median that
  /// it predicts; a row does not depend on the others.
  ///
  /// - Returns: `nil` where nothing in it has named features.
  func featureContributions(_ candidates: [Candidate]) throws -> FeatureTable?

  /// What one row costs, in steps of some nanoseconds; `nil` where nothing has named features.
  var featureCost: Double? { get }
}

extension Surrogate {
  func featureContributions(_ candidates: [Candidate]) throws -> FeatureTable? {
    try (self as? any FeatureExplainable)?.featureContributions(candidates)
  }

  var featureCost: Double? { (self as? any FeatureExplainable)?.featureCost }
}
