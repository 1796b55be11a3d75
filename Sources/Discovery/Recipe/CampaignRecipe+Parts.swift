import Formats
import Simulation

extension SurrogateRecipe {
  init(_ root: RecipeMapping) throws(ReadingError) {
    self.init()
    guard let mapping = try root.optionalMapping("surrogate") else { return }
    kind = try mapping.choice("kind", default: kind)
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

extension OracleRecipe {
  init(_ root: RecipeMapping) throws(ReadingError) {
    // Where nothing answers by itself, people do.
    if !root.has("oracle"), root.has("space") {
      self = .person
      return
    }
    if let word = try? root.optionalString("oracle") {
      guard word == "person" else {
        throw root.error(at: "oracle", "\"\(word)\" is no oracle; write person, or its settings.")
      }
      self = .person
      return
    }
    let mapping = try root.mapping("oracle")
    if mapping.has("person") {
      try mapping.optionalMapping("person")?.refuseUnknownKeys()
      self = .person
      return
    }
    let file = try mapping.optionalString("replay")
    let laboratory = try mapping.optionalMapping("virtualLaboratory")
    switch (file, laboratory) {
    case (let file?, nil):
      let variables = try mapping.strings("variables")
      let table = TableRecipe(
        file: file, formula: try mapping.optionalString("formula"),
        variables: variables.isEmpty ? nil : variables)
      self = .replay(table, try mapping.choice("replicates", default: .mean))
    case (nil, let settings?):
      self = .virtualLaboratory(try Self.laboratory(settings))
    default:
      throw mapping.error(
        at: "replay", "give replay with a file, virtualLaboratory with its settings, or person.")
    }
  }

  private static func laboratory(
    _ mapping: RecipeMapping
  ) throws(ReadingError) -> VirtualLaboratory.Configuration {
    var configuration = VirtualLaboratory.Configuration()
    configuration.atoms = try mapping.integer("atoms", default: configuration.atoms)
    configuration.cells = try mapping.integer("cells", default: configuration.cells)
    configuration.elasticConstants = try mapping.bool(
      "elasticConstants", default: configuration.elasticConstants)
    configuration.screeningGap = try mapping.double(
      "screeningGap", default: configuration.screeningGap)
    configuration.maximumSteps = try mapping.integer(
      "maximumSteps", default: configuration.maximumSteps)
    let names = try mapping.strings("phases")
    if !names.isEmpty {
      configuration.phases = names.compactMap(CrystalPhase.init(rawValue:))
      guard configuration.phases.count == names.count else {
        throw mapping.error(at: "phases", "phases are fcc, bcc and hcp.")
      }
    }
    return configuration
  }
}
