import Formats
import Matter

extension LaboratoryRules {
  /// Reads the recipe's `laboratory`.
  init(_ mapping: RecipeMapping) throws(ReadingError) {
    self.init()
    leaseSeconds = try mapping.seconds("lease", default: leaseSeconds)
    attempts = try mapping.integer("attempts", default: attempts)
    needsApproval = try mapping.bool("approval", default: needsApproval)
    ahead = try mapping.optionalInteger("ahead")
    replicates = try mapping.integer("replicates", default: replicates)
    if let sample = try mapping.optionalMapping("control") {
      control = try ControlSample(sample)
    }
    for item in try mapping.mappings("resources") {
      resources.append(
        LaboratoryResource(
          try item.string("name"), count: try item.integer("count", default: 1),
          condition: try item.optionalMapping("when").map { when throws(ReadingError) in
            try NeedCondition(when)
          }))
    }
    for item in try mapping.mappings("stock") { stock.append(try LaboratoryStock(item)) }
    if let rule = try mapping.optionalMapping("setup") {
      setup = SetupRule(
        variable: try rule.string("variable"), cost: try rule.double("cost", default: 0))
    }
    if let limits = try mapping.optionalMapping("budget") {
      costLimit = try limits.optionalDouble("cost")
      hoursLimit = try limits.optionalDouble("hours")
    }
  }
}

extension ControlSample {
  fileprivate init(_ mapping: RecipeMapping) throws(ReadingError) {
    var composition = Composition.empty
    if let formula = try mapping.optionalString("formula") {
      do throws(FormulaError) {
        composition = try Composition(formula: formula)
      } catch {
        throw mapping.error(at: "formula", error.description)
      }
    }
    self.init(
      Candidate(composition, variables: try mapping.doubles("variables")),
      every: try mapping.integer("every", default: 20))
  }
}

extension NeedCondition {
  fileprivate init(_ mapping: RecipeMapping) throws(ReadingError) {
    if let element = try mapping.element("element") {
      self = .element(element)
    } else {
      self = .variable(
        try mapping.string("variable"), atLeast: try mapping.double("atLeast"))
    }
  }
}

extension LaboratoryStock {
  fileprivate init(_ mapping: RecipeMapping) throws(ReadingError) {
    self.init(
      try mapping.string("name"), amount: try mapping.double("amount"),
      unit: try mapping.string("unit", default: "g"),
      perSample: try mapping.double("perSample"), element: try mapping.element("element"))
  }
}

extension RecipeMapping {
  /// A time above zero, in seconds.
  func seconds(_ key: String, default value: Double) throws(ReadingError) -> Double {
    let seconds = try double(key, default: value)
    guard seconds > 0, seconds <= 1e7 else {
      throw error(at: key, "it is \(seconds) s; write a number above 0 and at most 1e7.")
    }
    return seconds
  }

  fileprivate func element(_ key: String) throws(ReadingError) -> Element? {
    guard let symbol = try optionalString(key) else { return nil }
    guard let element = Element(symbol: symbol) else {
      throw error(at: key, "\"\(symbol)\" is not an element. Symbols are case-sensitive.")
    }
    return element
  }
}
