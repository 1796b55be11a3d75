import Formats
import Simulation

extension OracleRecipe {
  /// The keys of which an oracle has one.
  private static let kinds = [
    "replay", "virtualLaboratory", "engine", "program", "service", "node",
  ]

  /// Reads `oracle`, or the oracles of `fidelities`.
  init(_ root: RecipeMapping) throws(ReadingError) {
    if root.has("fidelities") {
      guard !root.has("oracle") else {
        throw root.error(at: "oracle", "each of the fidelities has its own; leave it out.")
      }
      self = .fidelities(
        try root.mappings("fidelities").map { (item) throws(ReadingError) in
          Fidelity(name: try item.string("name"), oracle: try OracleRecipe(item))
        })
      return
    }
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
    try self.init(settings: root.mapping("oracle"))
  }

  private init(settings mapping: RecipeMapping) throws(ReadingError) {
    let given = Self.kinds.filter(mapping.has)
    guard let kind = given.first else {
      throw mapping.error(
        at: "replay", "give one of \(Self.kinds.joined(separator: ", ")), or write oracle: person.")
    }
    guard given.count == 1 else {
      throw mapping.error(at: given[1], "one oracle answers; leave out the others.")
    }
    switch kind {
    case "replay": self = try Self.replay(mapping)
    case "virtualLaboratory":
      self = .virtualLaboratory(try Self.laboratory(mapping.mapping(kind)))
    case "engine": self = .engine(try EngineOracle.Configuration(mapping.mapping(kind)))
    case "program": self = .program(try ProgramOracle.Configuration(mapping))
    case "service": self = .service(try ServiceOracle.Configuration(mapping))
    default: self = .node(try NodeOracle.Configuration(mapping.mapping(kind)))
    }
  }

  private static func replay(_ mapping: RecipeMapping) throws(ReadingError) -> OracleRecipe {
    let variables = try mapping.strings("variables")
    let table = TableRecipe(
      file: try mapping.string("replay"), formula: try mapping.optionalString("formula"),
      variables: variables.isEmpty ? nil : variables)
    return .replay(table, try mapping.choice("replicates", default: .mean))
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

extension ProgramOracle.Configuration {
  fileprivate init(_ mapping: RecipeMapping) throws(ReadingError) {
    let command = try mapping.strings("program")
    guard !command.isEmpty else { throw mapping.error(at: "program", "it names no program.") }
    self.init(command: command)
    timeLimitSeconds = try mapping.seconds("timeLimit", default: timeLimitSeconds)
    memoryLimitMB = try mapping.optionalInteger("memoryMB")
    if let memory = memoryLimitMB, memory < 1 {
      throw mapping.error(at: "memoryMB", "it is \(memory); it must be at least 1.")
    }
    let texts = try mapping.mappings("settings").map {
      (item) throws(ReadingError) -> [String: String] in
      var texts: [String: String] = [:]
      for key in item.keys { texts[key] = try item.string(key) }
      return texts
    }
    if !texts.isEmpty { settings = texts }
  }
}

extension ServiceOracle.Configuration {
  fileprivate init(_ mapping: RecipeMapping) throws(ReadingError) {
    self.init(address: try mapping.string("service"))
    timeLimitSeconds = try mapping.seconds("timeLimit", default: timeLimitSeconds)
    attempts = try mapping.integer("attempts", default: attempts)
    guard (1...100).contains(attempts) else {
      throw mapping.error(at: "attempts", "write a number from 1 to 100.")
    }
    tokenVariable = try mapping.optionalString("tokenVariable")
  }
}
