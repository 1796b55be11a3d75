import Foundation
import Matter

/// Formula parsing. `D` and `T` count as hydrogen here, as the reference program counts them.
enum CompositionArea: ConformanceArea {
  static func answer(_ testCase: [String: Any], folder: URL) throws -> [String: Any] {
    let composition = try Composition(formula: formula(of: testCase), isotopes: .asElements)
    let symbols = composition.elements.map(\.symbol)
    return [
      "amounts": Dictionary(uniqueKeysWithValues: zip(symbols, composition.amounts)),
      "fractions": Dictionary(uniqueKeysWithValues: zip(symbols, composition.fractions)),
      "total_atoms": composition.totalAtoms,
      "weight_g_mol": composition.mass,
      "n_elements": composition.elements.count,
      "anonymized": composition.anonymizedFormula,
      "hill": composition.hillFormula,
    ]
  }

  /// The text, or the one that `[[text, count], …]` spells out.
  private static func formula(of testCase: [String: Any]) -> String {
    if let formula = testCase["formula"] as? String { return formula }
    let pieces = testCase["formula_repeat"] as? [[Any]] ?? []
    return pieces.map { piece in
      String(repeating: piece.first as? String ?? "", count: piece.last as? Int ?? 0)
    }.joined()
  }
}
