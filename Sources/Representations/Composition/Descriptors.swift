/// The fixed descriptors by name.
public enum Descriptors {
  /// The sets that make up `all`, in the order of its columns.
  private static let parts: [(name: String, make: @Sendable () -> any FixedDescriptor)] = [
    ("magpie", { MagpieDescriptor() }), ("stoichiometry", { StoichiometryDescriptor() }),
    ("valence", { ValenceDescriptor() }), ("ionic", { IonicDescriptor() }),
    ("oxidation", { OxidationDescriptor() }), ("alloy", { AlloyDescriptor() }),
    ("orbital", { OrbitalDescriptor() }), ("physical", { PhysicalDescriptor() }),
    ("fractions", { ElementFractions() }),
  ]

  /// Every single set, then the two collections, `ward2016` and `all`, and `pettifor` and `supply`,
  /// which are in neither.
  public static let names = parts.map(\.name) + ["ward2016", "all", "pettifor", "supply"]

  /// The sets that say different things, each once: what models choose their features from.
  public static var all: JoinedDescriptor {
    JoinedDescriptor(parts.map { $0.make() }, name: "all")
  }

  /// The 145 attributes of Ward et al., npj Comput. Mater. 2, 16028 (2016): stoichiometry, element
  /// statistics, shares of valence electrons, ionic character.
  public static var ward2016: JoinedDescriptor {
    JoinedDescriptor(
      [
        StoichiometryDescriptor(), MagpieDescriptor(), ValenceDescriptor(sharesOnly: true),
        IonicDescriptor(),
      ], name: "ward2016")
  }

  /// - Returns: `nil` for a name that is not in ``names``; `fractions` covers all 118 elements.
  public static func named(_ name: String) -> (any FixedDescriptor)? {
    switch name {
    case "all": all
    case "ward2016": ward2016
    case "pettifor": CumulativeShares()
    case "supply": SupplyDescriptor()
    default: parts.first { $0.name == name }?.make()
    }
  }
}
