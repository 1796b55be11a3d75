public import Matter

/// What the sites of a crystal, and the bonds between them, add to its prediction.
///
/// `base + geometry + Σ sites + others + remainder` is the prediction, and so is `base +
/// bonds.elements + Σ bonds + others + bonds.remainder`: two ways to tell the same number. Sites that
/// symmetry makes of each other have equal contributions; in a supercell of n cells, whose prediction is
/// that of the cell, each has an n-th.
public struct SiteContributions: Codable, Hashable, Sendable {
  /// What sits on a site.
  public struct Occupant: Codable, Hashable, Sendable {
    /// The symbol of the element.
    public var element: String
    public var share: Double
    public var contribution: Double
  }

  public struct Site: Codable, Hashable, Sendable {
    /// Place in the crystal, from 1.
    public var site: Int

    /// The name that the file gives it.
    public var label: String?
    public var occupants: [Occupant]

    /// The first site that the networks cannot tell from this one: symmetry makes them of each other,
    /// as a rule.
    public var like: Int

    /// How many sites are like it, itself included.
    public var multiplicity: Int

    /// In the unit of the target; the sum over its occupants.
    public var contribution: Double
  }

  /// Two neighbors, each pair once.
  public struct Bond: Codable, Hashable, Sendable {
    /// Sites, from 1.
    public var first: Int
    public var second: Int

    /// The cell in which the second lies, in cell vectors from that of the first.
    public var image: [Int]

    /// Å.
    public var distance: Double

    /// Bonds of equal number are alike to the networks.
    public var kind: Int

    /// Of both directions together, in the unit of the target.
    public var contribution: Double
  }

  public struct Bonds: Codable, Hashable, Sendable {
    /// What the networks say of the elements and of who is beside whom, without distances, less the
    /// base.
    public var elements: Double

    /// Those of a site in order of their length.
    public var bonds: [Bond]

    /// What the bonds miss of the prediction.
    public var remainder: Double
  }

  /// How much of the model are networks on crystals: 1 but for stacks.
  public var share: Double

  /// The mean of the training targets.
  public var base: Double

  /// What the networks say of the arrangement, and of the conditions, with an average element on each
  /// site, less the base.
  public var geometry: Double

  public var sites: [Site]

  /// What the rest of the model says, less the base: it knows formulas and statistics, no sites.
  public var others: Double

  /// What the sites miss of the prediction: the error of the integral.
  public var remainder: Double

  /// `nil` where they were not asked for.
  public var bonds: Bonds?

  /// The sum over the sites that hold an element, each with what the element itself adds there.
  public func sum(of element: Element) -> Double {
    sites.reduce(0) { sum, site in
      sum
        + site.occupants.filter { $0.element == element.symbol }.reduce(0) { $0 + $1.contribution }
    }
  }
}
