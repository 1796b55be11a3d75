/// The fixed descriptors by name.
public enum Descriptors {
  public static let names = ["magpie", "stoichiometry", "valence", "fractions"]

  /// - Returns: `nil` for a name that is not in ``names``; `fractions` covers all 118 elements.
  public static func named(_ name: String) -> (any FixedDescriptor)? {
    switch name {
    case "magpie": MagpieDescriptor()
    case "stoichiometry": StoichiometryDescriptor()
    case "valence": ValenceDescriptor()
    case "fractions": ElementFractions()
    default: nil
    }
  }
}
