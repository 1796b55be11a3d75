/// Elements that behave alike, as chemists group them.
public enum ElementFamily: String, Codable, Hashable, Sendable, CaseIterable {
  case alkaliMetals = "alkali metals"
  case alkalineEarths = "alkaline earths"
  case lanthanoids
  case actinides
  case transitionMetals = "transition metals"
  case otherMetals = "other metals"
  case metalloids
  case nonmetals
  case halogens
  case nobleGases = "noble gases"
}

extension Element {
  /// The family of the element: every element has one.
  ///
  /// Lanthanoids are La to Lu, actinides Ac to Lr, transition metals the other elements of groups 3 to
  /// 12 (IUPAC Red Book 2005, IR-3.6.2, which counts group 12 apart). Metalloids are B, Si, Ge, As, Sb
  /// and Te, on which most lists agree (Vernon, J. Chem. Educ. 90, 1703 (2013)).
  public var family: ElementFamily {
    switch atomicNumber {
    case 57...71: return .lanthanoids
    case 89...103: return .actinides
    case 1, 6, 7, 8, 15, 16, 34: return .nonmetals
    case 5, 14, 32, 33, 51, 52: return .metalloids
    default: break
    }
    switch column {
    case 1: return .alkaliMetals
    case 2: return .alkalineEarths
    case 3...12: return .transitionMetals
    case 17: return .halogens
    case 18: return .nobleGases
    default: return .otherMetals
    }
  }
}
