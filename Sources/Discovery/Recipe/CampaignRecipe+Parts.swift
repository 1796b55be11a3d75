import Design
import Formats
import Matter
import Simulation

extension SpaceRecipe {
  /// A replay without a space searches its own table.
  init(_ root: RecipeMapping, _ oracle: OracleRecipe) throws(ReadingError) {
    guard let mapping = try root.optionalMapping("space") else {
      guard case .replay(let table, _) = oracle else {
        throw root.error(at: "space", "it is missing; give a table, structures or elements.")
      }
      self = .table(table)
      return
    }
    let table = try mapping.optionalString("table")
    let symbols = try mapping.strings("elements")
    if let structures = try mapping.optionalString("structures") {
      guard table == nil, symbols.isEmpty else {
        throw mapping.error(at: "structures", "give one of table, structures and elements.")
      }
      self = .structures(structures)
      return
    }
    switch (table, symbols.isEmpty) {
    case (let file?, true):
      self = .table(
        TableRecipe(file: file, formula: try mapping.optionalString("formula")))
    case (nil, false):
      self = .simplex(try SimplexRecipe(mapping, symbols))
    default:
      throw mapping.error(at: "elements", "give one of table, structures and elements.")
    }
  }
}

extension SimplexRecipe {
  fileprivate init(_ mapping: RecipeMapping, _ symbols: [String]) throws(ReadingError) {
    var elements: [Element] = []
    for symbol in symbols {
      guard let element = Element(symbol: symbol) else {
        throw mapping.error(
          at: "elements", "\"\(symbol)\" is not an element. Symbols are case-sensitive.")
      }
      elements.append(element)
    }
    self.init(
      elements: elements, step: try mapping.double("step", default: 0.05),
      maximumElements: try mapping.optionalInteger("maximumElements"))
    if let limits = try mapping.optionalMapping("shares") {
      for symbol in limits.keys {
        let bounds = try limits.doubles(symbol)
        guard bounds.count == 2, Element(symbol: symbol) != nil else {
          throw limits.error(at: symbol, "write an element with its least and most: [0, 0.3].")
        }
        shares[symbol] = CompositionSimplex.Share(minimum: bounds[0], maximum: bounds[1])
      }
    }
    do throws(SpaceError) {
      _ = try space()
    } catch {
      throw mapping.error(at: "elements", error.description)
    }
  }
}

extension SurrogateRecipe {
  init(_ root: RecipeMapping) throws(ReadingError) {
    self.init()
    guard let mapping = try root.optionalMapping("surrogate") else { return }
    kind = try mapping.choice("kind", default: kind)
    if try mapping.optionalString("features") != nil {
      features = try mapping.choice("features", default: .magpie)
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
    let mapping = try root.mapping("oracle")
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
        "give one of replay, virtualLaboratory, engine, program, service and workers.")
    }
  }

  /// An oracle that is not part of this program; `nil` where none is named.
  private static func outside(_ mapping: RecipeMapping) throws(ReadingError) -> OracleRecipe? {
    if let settings = try mapping.optionalMapping("engine") {
      return .engine(try EngineOracle.Configuration(settings))
    }
    let command = try mapping.strings("program")
    let address = try mapping.optionalString("service")
    let isWorkers = try mapping.bool("workers", default: false)
    switch (command.isEmpty, address, isWorkers) {
    case (true, nil, false): return nil
    case (true, nil, true): return .workers
    case (false, nil, false):
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
    case (true, let address?, false):
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
