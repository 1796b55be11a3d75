/// What can sit on a site: an element, where known with its charge and isotope.
public struct Species: Hashable, Sendable {
  public let element: Element

  /// In elementary charges; may be a mean such as 2.5. `nil` when nothing is said.
  public let oxidationState: Double?

  /// Of one isotope (deuterium has 2); `nil` for the natural mixture.
  public let massNumber: Int?

  public init(_ element: Element, oxidationState: Double? = nil, massNumber: Int? = nil) {
    self.element = element
    self.oxidationState = oxidationState
    self.massNumber = massNumber
  }
}

/// A species and the share of a site that it fills.
public struct Occupant: Hashable, Sendable {
  public let species: Species

  /// Greater than 0, at most 1.
  public let occupancy: Double

  public init(_ species: Species, occupancy: Double = 1) {
    self.species = species
    self.occupancy = occupancy
  }

  public var element: Element { species.element }
}
