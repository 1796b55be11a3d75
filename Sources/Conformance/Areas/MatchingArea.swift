import Foundation
import Matter

/// Whether two crystals are the same.
enum MatchingArea: ConformanceArea {
  static func answer(_ testCase: [String: Any], folder: URL) throws -> [String: Any] {
    let match = try StructureMatcher().match(
      try crystal("a", testCase), try crystal("b", testCase))
    guard let match else { return ["match": false] }
    return ["match": true, "rms": match.rms, "max": match.maximum]
  }

  private static func crystal(_ key: String, _ testCase: [String: Any]) throws -> Crystal {
    guard let object = testCase[key] as? [String: Any],
      let symbols = object["species"] as? [String]
    else { throw CaseError.missing(key) }
    let elements = try symbols.map { symbol in
      guard let element = Element(symbol: symbol) else { throw CaseError.missing(symbol) }
      return element
    }
    let cell = try vectors("lattice", object)
    guard cell.count == 3 else { throw CaseError.missing("lattice") }
    return try Crystal(
      lattice: Lattice(a: cell[0], b: cell[1], c: cell[2]), elements: elements,
      positions: vectors("frac", object))
  }

  private static func vectors(_ key: String, _ object: [String: Any]) throws -> [SIMD3<Double>] {
    guard let rows = object[key] as? [[NSNumber]], rows.allSatisfy({ $0.count == 3 }) else {
      throw CaseError.missing(key)
    }
    return rows.map { SIMD3($0[0].doubleValue, $0[1].doubleValue, $0[2].doubleValue) }
  }
}
