/// A chemical element, ordered by atomic number.
public struct Element: Hashable, Comparable, Sendable {
  /// 1 (hydrogen) to 118 (oganesson).
  public let atomicNumber: Int

  /// `nil` outside 1...118.
  public init?(atomicNumber: Int) {
    guard (1...Element.count).contains(atomicNumber) else { return nil }
    self.atomicNumber = atomicNumber
  }

  /// - Precondition: `number` is in 1...118.
  init(unchecked number: Int) {
    atomicNumber = number
  }

  /// Case-sensitive: `Co` is cobalt, `CO` is nothing.
  public init?(symbol: String) {
    guard let number = Element.numberBySymbol[symbol] else { return nil }
    atomicNumber = number
  }

  /// How many elements there are: 118.
  public static let count = 118

  /// All elements, hydrogen first.
  public static let all: [Element] = (1...count).compactMap { Element(atomicNumber: $0) }

  public var symbol: String { Element.symbols[atomicNumber - 1] }

  public static func < (a: Element, b: Element) -> Bool { a.atomicNumber < b.atomicNumber }

  /// Symbols in order of atomic number (IUPAC).
  static let symbols: [String] = [
    "H", "He", "Li", "Be", "B", "C", "N", "O", "F", "Ne", "Na", "Mg", "Al", "Si", "P", "S", "Cl",
    "Ar", "K", "Ca", "Sc", "Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Ga", "Ge", "As",
    "Se", "Br", "Kr", "Rb", "Sr", "Y", "Zr", "Nb", "Mo", "Tc", "Ru", "Rh", "Pd", "Ag", "Cd", "In",
    "Sn", "Sb", "Te", "I", "Xe", "Cs", "Ba", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb",
    "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Hf", "Ta", "W", "Re", "Os", "Ir", "Pt", "Au", "Hg", "Tl",
    "Pb", "Bi", "Po", "At", "Rn", "Fr", "Ra", "Ac", "Th", "Pa", "U", "Np", "Pu", "Am", "Cm", "Bk",
    "Cf", "Es", "Fm", "Md", "No", "Lr", "Rf", "Db", "Sg", "Bh", "Hs", "Mt", "Ds", "Rg", "Cn", "Nh",
    "Fl", "Mc", "Lv", "Ts", "Og",
  ]

  static let numberBySymbol = Dictionary(
    uniqueKeysWithValues: symbols.enumerated().map { ($0.element, $0.offset + 1) })
}

extension Element: CustomStringConvertible {
  public var description: String { symbol }
}

extension Element: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let symbol = try container.decode(String.self)
    guard let element = Element(symbol: symbol) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\"\(symbol)\" is not the symbol of an element")
    }
    self = element
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(symbol)
  }
}
