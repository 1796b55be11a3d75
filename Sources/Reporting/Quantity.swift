/// What an axis or a column shows: its name and its unit.
public struct Quantity: Hashable, Sendable {
  /// For people: "Yield strength".
  public var name: String

  /// As printed, for example "GPa"; empty for a dimensionless quantity.
  public var unit: String

  public init(_ name: String, unit: String = "") {
    self.name = name
    self.unit = unit
  }

  /// "Yield strength (MPa)", or the name alone.
  public var label: String { name + unitSuffix }

  /// A value with its unit: "1 850 MPa".
  func text(_ value: Double, significant digits: Int = 3) -> String {
    let number = Numeral.text(value, significant: digits)
    return unit.isEmpty ? number : "\(number)\u{a0}\(unbrokenUnit)"
  }

  /// The name inside a sentence: the first letter is lowered unless the word is an abbreviation.
  var inSentence: String {
    guard let first = name.first, !(name.dropFirst().first?.isUppercase ?? false),
      name.dropFirst().first?.isLetter ?? false
    else { return name }
    return first.lowercased() + name.dropFirst()
  }

  /// " (MPa)", or nothing.
  var unitSuffix: String { unit.isEmpty ? "" : " (\(unbrokenUnit))" }

  /// The unit with spaces at which no line breaks.
  private var unbrokenUnit: String { unit.replacing(" ", with: "\u{a0}") }
}
