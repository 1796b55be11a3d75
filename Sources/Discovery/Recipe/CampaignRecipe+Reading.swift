import Design
public import Formats
import Foundation
import Matter
import Simulation

extension CampaignRecipe {
  /// Reads a recipe.
  ///
  /// - Parameter folder: Where relative files are looked for.
  /// - Throws: ``ReadingError`` with file, line and remedy: for unknown keys too.
  public init(_ document: RecipeDocument, folder: String) throws(ReadingError) {
    let root = document.root
    let oracle = try OracleRecipe(root)
    self.init(
      plan: try CampaignPlan(root), space: try SpaceRecipe(root, oracle), oracle: oracle)
    surrogate = try SurrogateRecipe(root)
    repeats = try root.integer("repeats", default: 1)
    guard (1...100_000).contains(repeats) else {
      throw root.error(at: "repeats", "it is \(repeats); write a number from 1 to 100000.")
    }
    compare = try Self.compared(root)
    output = try root.optionalString("output")
    data = try Self.data(root)
    if data != nil, repeats > 1 || !compare.isEmpty {
      throw root.error(at: "data", "it starts one campaign; leave out repeats and compare.")
    }
    rehearsal = try root.optionalMapping("rehearsal").map { (item) throws(ReadingError) in
      try Rehearsal(item)
    }
    if oracle.needsPeople, rehearsal != nil {
      throw root.error(
        at: "rehearsal",
        "nobody is asked in a rehearsal; give an oracle that stands for the laboratory.")
    }
    if oracle.needsPeople, repeats > 1 || !compare.isEmpty {
      throw root.error(
        at: repeats > 1 ? "repeats" : "compare", "people measure once; leave it out.")
    }
    self.folder = folder
    try root.refuseUnknownKeys()
    do throws(CampaignError) {
      try plan.check()
    } catch {
      throw ReadingError(file: document.file, line: 0, column: 0, message: error.description)
    }
  }
}

extension CampaignRecipe {
  /// A file, or a mapping of a file and its column of formulas.
  private static func data(_ root: RecipeMapping) throws(ReadingError) -> TableRecipe? {
    if let settings = try? root.optionalMapping("data") {
      return TableRecipe(
        file: try settings.string("table"), formula: try settings.optionalString("formula"))
    }
    return try root.optionalString("data").map { TableRecipe(file: $0) }
  }

  private static func compared(_ root: RecipeMapping) throws(ReadingError) -> [AcquisitionKind] {
    var kinds: [AcquisitionKind] = []
    for name in try root.strings("compare") {
      guard let kind = AcquisitionKind(rawValue: name) else {
        let names = AcquisitionKind.allCases.map(\.rawValue).joined(separator: ", ")
        throw root.error(at: "compare", "\"\(name)\" is no acquisition; there are \(names).")
      }
      kinds.append(kind)
    }
    return kinds
  }
}

/// What failed measurements teach, by its names in recipes.
private enum FailureRule: String, CaseIterable {
  case ignore
  case learn
}

extension CampaignPlan {
  fileprivate init(_ root: RecipeMapping) throws(ReadingError) {
    let objectives = try Self.objectives(root)
    self.init(
      name: try root.string("name", default: "campaign"), seed: try Self.seed(root),
      objective: objectives[0])
    if objectives.count > 1 { furtherObjectives = Array(objectives.dropFirst()) }
    for limit in try root.mappings("limits") { limits.append(try PropertyLimit(limit)) }
    for range in try root.mappings("ranges") {
      ranges.append(
        PropertyRange(
          property: try range.string("property"), atLeast: try range.optionalDouble("atLeast"),
          atMost: try range.optionalDouble("atMost"), unit: try range.optionalString("unit")))
    }
    let isSeveral = objectives.count > 1
    if isSeveral { acquisition.kind = .noisyHypervolume }
    if root.has("fidelities") { acquisition.kind = isSeveral ? .hypervolume : .logEI }
    if objective.goal != nil { acquisition.kind = .target }
    if let chosen = try root.optionalMapping("acquisition") { try readAcquisition(chosen) }
    try readInitial(root)
    try readBudget(root)
    batch = try root.integer("batch", default: batch)
    if let surrogate = try root.optionalMapping("surrogate") {
      refitInterval = try surrogate.integer("refitEvery", default: refitInterval)
      let rule: FailureRule = try surrogate.choice("failures", default: .ignore)
      if rule == .learn { learnsFailures = true }
    }
    try readStop(root)
    try readSearch(root)
    if let rules = try root.optionalMapping("laboratory") {
      laboratory = try LaboratoryRules(rules)
    }
  }

  private static func objectives(_ root: RecipeMapping) throws(ReadingError) -> [Objective] {
    let several = try root.mappings("objectives")
    guard !several.isEmpty else { return [try Objective(root.mapping("objective"))] }
    guard !root.has("objective") else {
      throw root.error(at: "objectives", "give either objective or objectives.")
    }
    return try several.map { (item) throws(ReadingError) in try Objective(item) }
  }

  private mutating func readAcquisition(_ chosen: RecipeMapping) throws(ReadingError) {
    acquisition.kind = try chosen.choice("kind", default: acquisition.kind)
    acquisition.alpha = try chosen.double("alpha", default: acquisition.alpha)
    acquisition.beta = try chosen.double("beta", default: acquisition.beta)
    acquisition.margin = try chosen.double("margin", default: acquisition.margin)
    acquisition.level = try chosen.optionalDouble("level")
    acquisition.share = try chosen.optionalDouble("share")
    acquisition.inputNoise = try chosen.optionalDouble("inputNoise")
    if chosen.has("batch") { acquisition.batch = try chosen.choice("batch", default: .believer) }
    if let cost = try chosen.optionalMapping("cost") { acquisition.cost = try CandidateCost(cost) }
  }

  /// A number, or a mapping of a number and a design.
  private mutating func readInitial(_ root: RecipeMapping) throws(ReadingError) {
    guard let settings = try? root.optionalMapping("initial") else {
      initial = try root.integer("initial", default: initial)
      return
    }
    initial = try settings.integer("count", default: initial)
    if settings.has("design") { design = try settings.choice("design", default: .random) }
  }

  /// A number of measurements, or of several fidelities a mapping with their cost.
  private mutating func readBudget(_ root: RecipeMapping) throws(ReadingError) {
    guard root.has("fidelities") else {
      budget = try root.integer("budget", default: budget)
      return
    }
    guard let settings = try? root.optionalMapping("budget") else {
      throw root.error(
        at: "budget", "experiments of several fidelities differ in cost; write budget: {cost: …}.")
    }
    budget = try settings.integer("measurements", default: Self.mostMeasurements)
    fidelities = try FidelityPlan(
      root, initial: initial, costLimit: settings.double("cost"))
    initial = fidelities?.levels.map(\.initial).max() ?? initial
  }

  /// Where cost is what ends a campaign.
  private static let mostMeasurements = 100_000

  private static func seed(_ root: RecipeMapping) throws(ReadingError) -> UInt64 {
    let seed = try root.integer("seed", default: 1)
    guard seed >= 0 else { throw root.error(at: "seed", "it is \(seed); write 0 or more.") }
    return UInt64(seed)
  }

  private mutating func readStop(_ root: RecipeMapping) throws(ReadingError) {
    guard let rules = try root.optionalMapping("stop") else { return }
    stop = StoppingRules(
      target: try rules.optionalDouble("target"), patience: try rules.optionalInteger("patience"),
      acquisitionBelow: try rules.optionalDouble("acquisitionBelow"))
  }

  private mutating func readSearch(_ root: RecipeMapping) throws(ReadingError) {
    guard let settings = try root.optionalMapping("search") else { return }
    search.poolSize = try settings.integer("pool", default: search.poolSize)
    search.climbers = try settings.integer("climbers", default: search.climbers)
    search.rounds = try settings.integer("rounds", default: search.rounds)
    search.enumerationLimit = try settings.integer(
      "enumerationLimit", default: search.enumerationLimit)
    let counts = [search.poolSize, search.climbers, search.enumerationLimit]
    guard counts.allSatisfy({ (1...10_000_000).contains($0) }), search.rounds >= 0 else {
      throw root.error(
        at: "search", "pool, climbers and enumerationLimit are at least 1, rounds at least 0.")
    }
  }
}

extension Objective {
  fileprivate init(_ mapping: RecipeMapping) throws(ReadingError) {
    let maximize = try mapping.optionalString("maximize")
    let minimize = try mapping.optionalString("minimize")
    let property = try mapping.optionalString("property")
    let reference = try mapping.optionalDouble("reference")
    switch (maximize, minimize, property) {
    case (let text?, nil, nil):
      self.init(.maximize, try mapping.expression("maximize", text), reference: reference)
    case (nil, let text?, nil):
      self.init(.minimize, try mapping.expression("minimize", text), reference: reference)
    case (nil, nil, let text?):
      self.init(
        meeting: try mapping.double("target"), try mapping.expression("property", text))
    default:
      throw mapping.error(
        at: "maximize",
        "give either maximize or minimize, with one property, or property and target.")
    }
  }
}

extension PropertyLimit {
  fileprivate init(_ mapping: RecipeMapping) throws(ReadingError) {
    let text = try mapping.string("property")
    let property = try mapping.expression("property", text)
    let atLeast = try mapping.optionalDouble("atLeast")
    let atMost = try mapping.optionalDouble("atMost")
    do throws(LimitError) {
      try self.init(property: property, atLeast: atLeast, atMost: atMost)
    } catch {
      throw mapping.error(at: "property", error.description)
    }
  }
}

extension RecipeMapping {
  fileprivate func expression(
    _ key: String, _ text: String
  ) throws(ReadingError) -> PropertyExpression {
    do throws(PropertyExpressionError) {
      return try PropertyExpression(text)
    } catch {
      throw self.error(at: key, error.description)
    }
  }
}
