import Formats
import Learning

extension SurrogateRecipe {
  init(_ root: RecipeMapping) throws(ReadingError) {
    self.init()
    let hasFidelities = root.has("fidelities")
    if hasFidelities { kind = .coKriging }
    guard let mapping = try root.optionalMapping("surrogate") else { return }
    kind = try mapping.choice("kind", default: kind)
    guard (kind == .coKriging) == hasFidelities else {
      throw mapping.error(
        at: "kind",
        hasFidelities
          ? "several fidelities are learned together by co-kriging; leave it out."
          : "co-kriging learns from several fidelities, and there are none.")
    }
    if mapping.has("coupling") {
      guard hasFidelities else { throw mapping.error(at: "coupling", "there are no fidelities.") }
      coupling = try mapping.choice("coupling", default: .autoregressive)
    }
    if try mapping.optionalString("features") != nil {
      features = try mapping.choice("features", default: .magpie)
    }
    if mapping.has("noise") {
      noise = try mapping.choice("noise", default: .gaussian)
      guard kind == .gp || noise == .gaussian else {
        throw mapping.error(at: "noise", "student-t is for kind: gp.")
      }
    }
    members = try mapping.optionalInteger("members")
    steps = try mapping.optionalInteger("steps")
    for (key, value) in [("members", members), ("steps", steps)] {
      if let value, value < 1 {
        throw mapping.error(at: key, "it is \(value); it must be at least 1.")
      }
    }
  }
}

extension CandidateCost {
  private static let forms = "give a column of the table, prices of elements, or kilograms."

  init(_ mapping: RecipeMapping) throws(ReadingError) {
    let column = try mapping.optionalString("column")
    let prices = try mapping.optionalMapping("elements")
    let kilograms = try mapping.optionalDouble("kilograms")
    switch (column, prices, kilograms) {
    case (let column?, nil, nil): self = .column(column)
    case (nil, let prices?, nil):
      var named: [String: Double] = [:]
      for symbol in prices.keys { named[symbol] = try prices.double(symbol) }
      self = .elements(base: try mapping.double("base", default: 1), prices: named)
    case (nil, nil, let kilograms?):
      self = .market(base: try mapping.double("base", default: 1), kilograms: kilograms)
    case (nil, nil, nil): throw mapping.error(at: "column", Self.forms)
    default: throw mapping.error(at: "column", "\(Self.forms.dropLast()), not two of them.")
    }
  }
}
