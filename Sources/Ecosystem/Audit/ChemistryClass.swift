public import Matter

/// A coarse class of a material, by its composition alone.
///
/// The rule, in this order: one element is an `element`; carbon with hydrogen is `organic`; without a
/// nonmetal it is `intermetallic` (alloys included); otherwise the most electronegative nonmetal
/// (Pauling) gives the name. Nonmetals here include B, Si, Ge, As, Sb and Te. Salts of oxoanions are
/// therefore oxides, and hydroxides too.
public enum ChemistryClass: String, Codable, CaseIterable, Sendable {
  case element, intermetallic, oxide, halide, chalcogenide, nitride, pnictide, carbide, hydride
  case boride, silicide, germanide, organic
  case nobleGas = "noble gas"

  public init(_ composition: Composition) {
    let elements = composition.elements
    let symbols = Set(elements.map(\.symbol))
    if elements.count == 1 {
      self = .element
    } else if symbols.contains("C"), symbols.contains("H") {
      self = .organic
    } else {
      let nonmetals = elements.filter { !Self.isMetal($0) }
      let anion = nonmetals.max {
        ($0.electronegativity ?? 0, $0) < ($1.electronegativity ?? 0, $1)
      }
      self = anion.flatMap { Self.byAnion[$0.symbol] } ?? .intermetallic
    }
  }

  /// Whether the element alone makes no compound another class than `intermetallic`.
  package static func isMetal(_ element: Element) -> Bool { byAnion[element.symbol] == nil }

  private static let byAnion: [String: ChemistryClass] = [
    "O": .oxide, "F": .halide, "Cl": .halide, "Br": .halide, "I": .halide, "At": .halide,
    "S": .chalcogenide, "Se": .chalcogenide, "Te": .chalcogenide, "N": .nitride, "P": .pnictide,
    "As": .pnictide, "Sb": .pnictide, "C": .carbide, "H": .hydride, "B": .boride,
    "Si": .silicide, "Ge": .germanide, "He": .nobleGas, "Ne": .nobleGas, "Ar": .nobleGas,
    "Kr": .nobleGas, "Xe": .nobleGas, "Rn": .nobleGas,
  ]
}
