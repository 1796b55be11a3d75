package import Matter

extension Species {
  /// The species of a symbol as structure files write it: an element, or `D` and `T` for the heavy
  /// isotopes of hydrogen; `nil` for anything else.
  package init?(symbol: String, oxidationState: Double? = nil, massNumber: Int? = nil) {
    if let element = Element(symbol: symbol) {
      self.init(element, oxidationState: oxidationState, massNumber: massNumber)
    } else if let isotope = ["D": 2, "T": 3][symbol], let hydrogen = Element(atomicNumber: 1) {
      self.init(hydrogen, oxidationState: oxidationState, massNumber: isotope)
    } else {
      return nil
    }
  }

  /// The symbol that ``init(symbol:oxidationState:massNumber:)`` reads back.
  package var symbol: String {
    guard element.atomicNumber == 1 else { return element.symbol }
    return massNumber == 2 ? "D" : massNumber == 3 ? "T" : "H"
  }
}
