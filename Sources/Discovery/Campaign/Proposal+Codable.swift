import Ecosystem
import Formats
import Matter

extension Proposal: Codable {
  private enum CodingKeys: String, CodingKey {
    case number, composition, structure, variables, predictions, acquisition, feasibility, reason,
      role, fidelity
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let amounts = try container.decode([String: Double].self, forKey: .composition)
    var composition: [Element: Double] = [:]
    for (symbol, amount) in amounts {
      guard let element = Element(symbol: symbol) else {
        throw DecodingError.dataCorruptedError(
          forKey: .composition, in: container,
          debugDescription: "\"\(symbol)\" is not the symbol of an element")
      }
      composition[element] = amount
    }
    self.init(
      number: try container.decode(Int.self, forKey: .number),
      candidate: try Self.candidate(composition, container),
      predictions: try container.decodeIfPresent(
        [String: PredictedValue].self, forKey: .predictions) ?? [:],
      acquisition: try container.decodeIfPresent(Double.self, forKey: .acquisition),
      feasibility: try container.decodeIfPresent(Double.self, forKey: .feasibility),
      reason: try container.decode(String.self, forKey: .reason),
      role: try container.decodeIfPresent(Role.self, forKey: .role),
      fidelity: try container.decodeIfPresent(String.self, forKey: .fidelity))
  }

  /// A proposal of a crystal has its atoms beside the composition, exactly.
  private static func candidate(
    _ composition: [Element: Double], _ container: KeyedDecodingContainer<CodingKeys>
  ) throws -> Candidate {
    let variables = try container.decodeIfPresent([Double].self, forKey: .variables) ?? []
    guard let text = try container.decodeIfPresent(String.self, forKey: .structure) else {
      return Candidate(
        composition.isEmpty ? .empty : try Composition(composition), variables: variables)
    }
    let stored = try StoredStructure.read(Array(text.utf8), place: "a proposal")
    guard case .crystal(let crystal) = stored else {
      throw DecodingError.dataCorruptedError(
        forKey: .structure, in: container, debugDescription: "the structure has no cell")
    }
    return Candidate(crystal, variables: variables)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(number, forKey: .number)
    let composition = candidate.composition
    try container.encode(
      Dictionary(
        uniqueKeysWithValues: zip(composition.elements.map(\.symbol), composition.amounts)),
      forKey: .composition)
    if let crystal = candidate.crystal {
      let text = String(decoding: StoredStructure.bytes(crystal), as: UTF8.self)
      try container.encode(text, forKey: .structure)
    }
    if !candidate.variables.isEmpty {
      try container.encode(candidate.variables, forKey: .variables)
    }
    if !predictions.isEmpty { try container.encode(predictions, forKey: .predictions) }
    try container.encodeIfPresent(acquisition, forKey: .acquisition)
    try container.encodeIfPresent(feasibility, forKey: .feasibility)
    try container.encode(reason, forKey: .reason)
    try container.encodeIfPresent(role, forKey: .role)
    try container.encodeIfPresent(fidelity, forKey: .fidelity)
  }
}
