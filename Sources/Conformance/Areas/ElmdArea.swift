import Foundation
import Matter
import Representations

/// Element mover's distances between two formulas. `D` and `T` stand where hydrogen does.
enum ElmdArea: ConformanceArea {
  static func answer(_ testCase: [String: Any], folder: URL) throws -> [String: Any] {
    guard let a = testCase["a"] as? String, let b = testCase["b"] as? String else {
      return ["error": "no formulas"]
    }
    return [
      "elmd": ElementMoversDistance.distance(
        try Composition(formula: a, isotopes: .asElements),
        try Composition(formula: b, isotopes: .asElements))
    ]
  }
}
