public import Matter

/// What each element of a material adds to its prediction: `base + Σ parts + remainder` is the
/// prediction.
public struct ElementContributions: Codable, Hashable, Sendable {
  public enum Method: String, Codable, Hashable, Sendable, CaseIterable {
    /// Shapley values over all coalitions of elements.
    case shapley
    /// Shapley values over sampled orders of joining, for materials of many elements.
    case sampledShapley = "shapley-sampled"
    /// Integrated gradients from an average element to each element.
    case integratedGradients = "integrated-gradients"
  }

  public enum Base: String, Codable, Hashable, Sendable {
    /// The mean of the training targets.
    case trainingMean = "training-mean"
    /// The prediction of a reference material.
    case reference
  }

  public struct Part: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Hashable, Sendable {
      case element
      /// Elements of the reference that the material does not hold, together.
      case absentElements = "absent-elements"
      /// What the amounts say by themselves, with an average element in every place.
      case amounts
      /// What the structure says beyond the elements: with an average element on each site, or beyond
      /// the formula.
      case structure
      /// Learners that see no sites, beside networks that do.
      case others
      case variable
    }

    public var kind: Kind

    /// The symbol of an element, the column of a variable.
    public var name: String

    /// Atomic fraction of an element, value of a variable.
    public var amount: Double?

    /// The same in the reference.
    public var referenceAmount: Double?

    /// In the unit of the target.
    public var contribution: Double

    /// Of ``contribution``, where orders were sampled.
    public var standardError: Double?

    /// How the prediction changes when the element receives one more percent of the atoms, where it
    /// was asked for: see
    /// ``elementEffects(of:around:adding:share:)``.
    public var effectOfOnePercent: Double?

    public var element: Element? { kind == .element ? Element(symbol: name) : nil }
  }

  public var method: Method
  public var baseKind: Base

  /// Where the contributions start from, in the unit of the target.
  public var base: Double
  public var parts: [Part]

  /// What the parts miss of the prediction: rounding.
  public var remainder: Double
}
