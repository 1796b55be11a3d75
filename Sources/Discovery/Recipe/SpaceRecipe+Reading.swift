import Design
import Formats
import Matter

extension SpaceRecipe {
  /// A replay without a space searches its own table.
  init(_ root: RecipeMapping, _ oracle: OracleRecipe) throws(ReadingError) {
    guard let mapping = try root.optionalMapping("space") else {
      guard case .replay(let table, _) = oracle else {
        throw root.error(
          at: "space", "it is missing; give a table, structures, elements or variables.")
      }
      self = .table(table)
      return
    }
    // A list of variables names columns of the table.
    let settings = try? mapping.optionalMapping("variables")
    let materials = try Self.materials(mapping, hasSettings: settings != nil)
    if let settings {
      let process = try ProcessRecipe(
        settings, constraints: mapping.strings("constraints"), mapping)
      self = .process(process, materials: materials)
    } else if let materials {
      self = materials
    } else {
      throw mapping.error(at: "elements", "give a table, structures, elements or variables.")
    }
  }

  /// Compositions, where there are some.
  private static func materials(
    _ mapping: RecipeMapping, hasSettings: Bool
  ) throws(ReadingError) -> SpaceRecipe? {
    let table = try mapping.optionalString("table")
    let symbols = try mapping.strings("elements")
    if let structures = try mapping.optionalString("structures") {
      guard table == nil, symbols.isEmpty else {
        throw mapping.error(at: "structures", "give one of table, structures and elements.")
      }
      return .structures(structures)
    }
    switch (table, symbols.isEmpty) {
    case (nil, true): return nil
    case (let file?, true):
      let columns = hasSettings ? [] : try mapping.strings("variables")
      var recipe = TableRecipe(
        file: file, formula: try mapping.optionalString("formula"),
        variables: columns.isEmpty ? nil : columns)
      recipe.limits = try SupplyLimits(mapping)
      return .table(recipe)
    case (nil, false):
      let elements = try Self.elements(mapping, symbols)
      return try mapping.bool("chargeNeutral", default: false)
        ? .neutral(NeutralRecipe(mapping, elements)) : .simplex(SimplexRecipe(mapping, elements))
    default: throw mapping.error(at: "elements", "give one of table, structures and elements.")
    }
  }

  private static func elements(
    _ mapping: RecipeMapping, _ symbols: [String]
  ) throws(ReadingError) -> [Element] {
    var elements: [Element] = []
    for symbol in symbols {
      guard let element = Element(symbol: symbol) else {
        throw mapping.error(
          at: "elements", "\"\(symbol)\" is not an element. Symbols are case-sensitive.")
      }
      elements.append(element)
    }
    return elements
  }
}

extension SupplyLimits {
  /// `nil` where none is given.
  fileprivate init?(_ mapping: RecipeMapping) throws(ReadingError) {
    self.init()
    for word in try mapping.strings("avoid") {
      guard let concern = ElementConcern(rawValue: word) else {
        let known = ElementConcern.allCases.map(\.rawValue).joined(separator: ", ")
        throw mapping.error(at: "avoid", "\"\(word)\" is none of: \(known).")
      }
      avoided.insert(concern)
    }
    mostPricePerKilogram = try mapping.optionalDouble("mostPricePerKilogram")
    mostProductionConcentration = try mapping.optionalDouble("mostProductionConcentration")
    mostReserveConcentration = try mapping.optionalDouble("mostReserveConcentration")
    if self == SupplyLimits() { return nil }
  }
}

extension SimplexRecipe {
  fileprivate init(_ mapping: RecipeMapping, _ elements: [Element]) throws(ReadingError) {
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

extension NeutralRecipe {
  fileprivate init(_ mapping: RecipeMapping, _ elements: [Element]) throws(ReadingError) {
    self.init(elements: elements)
    maximumAtoms = try mapping.integer("maximumAtoms", default: maximumAtoms)
    maximumElements = try mapping.integer("maximumElements", default: maximumElements)
    guard let states = try mapping.optionalMapping("oxidationStates") else { return }
    for symbol in states.keys {
      let own = try states.doubles(symbol)
      guard Element(symbol: symbol) != nil, !own.isEmpty,
        own.allSatisfy({ $0 == $0.rounded() && abs($0) <= 9 })
      else {
        throw states.error(at: symbol, "write an element with its states: [2, 3].")
      }
      oxidationStates[symbol] = own.map { Int($0) }
    }
  }
}

extension ProcessRecipe {
  fileprivate init(
    _ settings: RecipeMapping, constraints: [String], _ space: RecipeMapping
  ) throws(ReadingError) {
    var variables: [ProcessVariable] = []
    for name in settings.keys { variables.append(try Self.variable(name, settings)) }
    self.init(variables: variables)
    do throws(SpaceError) {
      for text in constraints { self.constraints.append(try SpaceConstraint(text)) }
    } catch {
      throw space.error(at: "constraints", error.description)
    }
  }

  /// A range, a list of numbers or a list of words.
  private static func variable(
    _ name: String, _ settings: RecipeMapping
  ) throws(ReadingError) -> ProcessVariable {
    do {
      if let range = try? settings.optionalMapping(name) {
        let (lower, upper) = (try range.double("from"), try range.double("to"))
        if let step = try range.optionalDouble("step") {
          return try ProcessVariable(name, from: lower, to: upper, step: step)
        }
        return try ProcessVariable(name, .interval(lower, upper))
      }
      if let numbers = try? settings.doubles(name), !numbers.isEmpty {
        return try ProcessVariable(name, .numbers(numbers))
      }
      return try ProcessVariable(name, .words(try settings.strings(name)))
    } catch let error as ReadingError {
      throw error
    } catch {
      throw settings.error(at: name, "\(error)")
    }
  }
}
