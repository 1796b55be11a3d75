import Formats
import Foundation
public import Matter

/// What a program or a service outside is asked to measure, as JSON.
///
/// ```json
/// {"formula": "Fe0.5Ni0.5", "composition": {"Fe": 0.5, "Ni": 0.5},
///  "variables": {"temperature": 900}, "seed": 7, "attempt": 1, "settings": {}}
/// ```
///
/// A candidate that is a crystal has it as CIF in `cif`, which every program of the field reads.
public struct WorkOrder: Codable, Hashable, Sendable {
  /// Empty for conditions alone.
  public let formula: String

  /// Amounts by symbol, as written in the formula.
  public let composition: [String: Double]

  /// By the names of the plan; without names `x1`, `x2`, …
  public let variables: [String: Double]

  /// CIF 1.1 in P 1 with every site and all digits; `nil` where only the composition is known.
  public let cif: String?
  public let seed: UInt64

  /// 1 for the first try of this measurement.
  public let attempt: Int

  /// Those of the recipe for this attempt.
  public let settings: [String: String]

  public init(
    _ candidate: Candidate, variableNames: [String], seed: UInt64, attempt: Int = 1,
    settings: [String: String] = [:]
  ) {
    let composition = candidate.composition
    formula = composition.elements.isEmpty ? "" : composition.formula
    self.composition = Dictionary(
      uniqueKeysWithValues: zip(composition.elements.map(\.symbol), composition.amounts))
    variables = Dictionary(
      uniqueKeysWithValues: candidate.variables.enumerated().map { place, value in
        (variableNames.indices.contains(place) ? variableNames[place] : "x\(place + 1)", value)
      })
    cif = candidate.crystal.map { CIF.text([StructureEntry(arrangement: .crystal($0))]) }
    self.seed = seed
    self.attempt = attempt
    self.settings = settings
  }

  var json: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return try encoder.encode(self)
    }
  }
}
