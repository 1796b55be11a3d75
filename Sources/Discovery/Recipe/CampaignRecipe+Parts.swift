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
    if let outside = try Self.outside(mapping) {
      guard file == nil, laboratory == nil else {
        throw mapping.error(at: "replay", "one oracle answers; leave out the others.")
      }
      self = outside
      return
    }
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
        at: "replay",
        "give one of replay, virtualLaboratory, engine, program and service, or write oracle: person."
      )
    }
  }

  /// An oracle that is not part of this program; `nil` where none is named.
  private static func outside(_ mapping: RecipeMapping) throws(ReadingError) -> OracleRecipe? {
    if let settings = try mapping.optionalMapping("engine") {
      return .engine(try EngineOracle.Configuration(settings))
    }
    let command = try mapping.strings("program")
    let address = try mapping.optionalString("service")
    switch (command.isEmpty, address) {
    case (true, nil): return nil
    case (false, nil):
      var configuration = ProgramOracle.Configuration(command: command)
      configuration.timeLimitSeconds = try mapping.seconds(
        "timeLimit", default: configuration.timeLimitSeconds)
      configuration.memoryLimitMB = try mapping.optionalInteger("memoryMB")
      if let memory = configuration.memoryLimitMB, memory < 1 {
        throw mapping.error(at: "memoryMB", "it is \(memory); it must be at least 1.")
      }
      let settings = try mapping.mappings("settings").map {
        (item) throws(ReadingError) -> [String: String] in
        var texts: [String: String] = [:]
        for key in item.keys { texts[key] = try item.string(key) }
        return texts
      }
      if !settings.isEmpty { configuration.settings = settings }
      return .program(configuration)
    case (true, let address?):
      var configuration = ServiceOracle.Configuration(address: address)
      configuration.timeLimitSeconds = try mapping.seconds(
        "timeLimit", default: configuration.timeLimitSeconds)
      configuration.attempts = try mapping.integer("attempts", default: configuration.attempts)
      guard (1...100).contains(configuration.attempts) else {
        throw mapping.error(at: "attempts", "write a number from 1 to 100.")
      }
      configuration.tokenVariable = try mapping.optionalString("tokenVariable")
      return .service(configuration)
    default:
      throw mapping.error(at: "program", "one oracle answers; leave out the others.")
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
