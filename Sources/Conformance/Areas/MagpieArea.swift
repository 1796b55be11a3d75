import Foundation
import Matter
import Representations

/// Element statistics, stoichiometric norms and valence orbitals of a formula.
enum MagpieArea: ConformanceArea {
  static func answer(_ testCase: [String: Any], folder: URL) throws -> [String: Any] {
    guard let formula = testCase["formula"] as? String else { return ["error": "no formula"] }
    let composition = try Composition(formula: formula)
    return [
      "magpie": try MagpieDescriptor().rows([composition]),
      "stoichiometry": try StoichiometryDescriptor().rows([composition]),
      "valence": try ValenceDescriptor().rows([composition]),
    ]
  }
}
