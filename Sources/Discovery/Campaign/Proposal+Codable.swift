import Matter

extension Proposal: Codable {
  private enum CodingKeys: String, CodingKey {
    case number, composition, variables, predictions, acquisition, feasibility, reason, role
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
      candidate: Candidate(
        composition.isEmpty ? .empty : try Composition(composition),
        variables: try container.decodeIfPresent([Double].self, forKey: .variables) ?? []),
      predictions: try container.decodeIfPresent(
        [String: PredictedValue].self, forKey: .predictions) ?? [:],
      acquisition: try container.decodeIfPresent(Double.self, forKey: .acquisition),
      feasibility: try container.decodeIfPresent(Double.self, forKey: .feasibility),
      reason: try container.decode(String.self, forKey: .reason),
      role: try container.decodeIfPresent(Role.self, forKey: .role))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(number, forKey: .number)
    let composition = candidate.composition
    try container.encode(
      Dictionary(
        uniqueKeysWithValues: zip(composition.elements.map(\.symbol), composition.amounts)),
      forKey: .composition)
    if !candidate.variables.isEmpty {
      try container.encode(candidate.variables, forKey: .variables)
    }
    if !predictions.isEmpty { try container.encode(predictions, forKey: .predictions) }
    try container.encodeIfPresent(acquisition, forKey: .acquisition)
    try container.encodeIfPresent(feasibility, forKey: .feasibility)
    try container.encode(reason, forKey: .reason)
    try container.encodeIfPresent(role, forKey: .role)
  }
}
