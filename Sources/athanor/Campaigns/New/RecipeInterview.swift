import Discovery
import Ecosystem
import Formats
import Foundation
import Matter

/// Asks the few questions that a recipe needs answers to, in the order in which they follow from
/// each other.
struct RecipeInterview {
  let given: RecipeQuestions
  let interview: Interview
  let file: String
  var draft = RecipeDraft()
  var profile: TableProfile?

  /// - Parameter file: The recipe to be written.
  init(_ given: RecipeQuestions, _ interview: Interview, file: String) {
    self.given = given
    self.interview = interview
    self.file = file
  }

  mutating func run() throws -> RecipeDraft {
    try askName()
    try askSpace()
    try askMeasurer()
    try askGoal()
    try askSize()
    try askCost()
    return draft
  }

  private mutating func askName() throws {
    let own = ((file as NSString).lastPathComponent as NSString).deletingPathExtension
    draft.name = try interview.ask(
      "What is the campaign called", option: "--name", given: given.name, standard: own
    ) { $0 }
    draft.seed = given.seed
  }

  private var measurers: [(RecipeDraft.Measurer, String)] {
    let people = (RecipeDraft.Measurer.person, "people or robots, who are asked and tell")
    let outside = [
      (RecipeDraft.Measurer.program, "a program on this machine"),
      (RecipeDraft.Measurer.service, "a service over HTTP"),
    ]
    return switch draft.space {
    case .table: [(.replay, "the table itself: what was measured before"), people] + outside
    case .elements: [people, (.virtualLaboratory, "atomistic simulation of metals")] + outside
    case .settings, .formulas: [people]
    }
  }

  private mutating func askMeasurer() throws {
    let implied: RecipeDraft.Measurer? =
      given.program != nil ? .program : given.service != nil ? .service : nil
    let choices = measurers
    draft.measurer = try interview.choose(
      "Who measures", among: choices, option: "--oracle", given: given.oracle ?? implied,
      standard: choices[0].0)
    switch draft.measurer {
    case .program:
      draft.command = try interview.ask(
        "Which program, with its arguments", option: "--program", given: given.program,
        standard: nil
      ) { $0.split(separator: " ").map(String.init) }
    case .service:
      draft.address = try interview.ask(
        "At which address", option: "--service", given: given.service, standard: nil
      ) { $0 }
    case .person, .replay, .virtualLaboratory: break
    }
  }

  private mutating func askGoal() throws {
    let named = given.maximize ?? given.minimize ?? given.property
    let property = try interview.ask(
      "Which property is wanted", option: "--maximize, --minimize or --property", given: named,
      standard: standardProperty
    ) { text in
      draft.measurer == .replay ? try column(text) : (try? column(text)) ?? text
    }
    let implied: RecipeDraft.Aim? =
      given.maximize != nil
      ? .maximize
      : given.minimize != nil
        ? .minimize : given.property != nil || given.target != nil ? .target : nil
    draft.aim = try interview.choose(
      "What should it be",
      among: [
        (.maximize, "as large as can be"), (.minimize, "as small as can be"),
        (.target, "near a value"),
      ], option: "--maximize, --minimize or --target", given: implied, standard: .maximize)
    if draft.aim == .target {
      draft.target = try interview.number(
        "Which value should it have", option: "--target", given: given.target, standard: nil)
    }
    draft.property = property
    try askUnit()
    try askConditions()
  }

  /// The last column of numbers that is no formula; what the virtual laboratory measures.
  private var standardProperty: String? {
    if draft.measurer == .virtualLaboratory { return "bulkModulusGPa / density" }
    return profile?.columns.last { $0.kind == .number && $0.name != draft.formula }?.name
  }

  private mutating func askUnit() throws {
    let property = draft.property
    // Names of columns and of simulated properties have theirs.
    guard draft.measurer != .virtualLaboratory, !property.contains(" / "),
      Table.unit(of: property) == nil
    else { return }
    let unit = try interview.ask(
      "In which unit", option: "--unit", given: given.unit, standard: ""
    ) { $0 }
    let isColumn = profile?.columns.contains { $0.name == property } ?? false
    if draft.measurer == .person, !isColumn, !unit.isEmpty {
      draft.property = "\(property) (\(unit))"
    } else {
      draft.unit = unit
    }
  }

  private mutating func askConditions() throws {
    guard draft.space == .table, let profile else { return }
    let others = profile.columns.filter {
      ($0.kind == .number || $0.kind == .text && $0.distinct <= 20) && $0.missing == 0
        && $0.name != draft.formula && $0.name != draft.property && $0.name != given.costColumn
    }.map(\.name)
    let text = given.variables.isEmpty ? nil : given.variables.joined(separator: ",")
    draft.variables = try interview.ask(
      draft.formula == nil
        ? "Which columns are settings, with commas between"
        : "Which columns are conditions beside the formula, with commas between",
      option: "--variable", given: text,
      standard: draft.formula == nil ? others.joined(separator: ",") : ""
    ) { try Interview.list($0).map(column) }
    guard draft.formula != nil || !draft.variables.isEmpty else {
      throw CommandError(
        "The table needs a column of formulas (--formula) or settings (--variable).")
    }
    let target = profile.columns.first { $0.name == draft.property }
    draft.hasData =
      draft.measurer != .replay && target?.kind == .number && target?.missing != profile.rows
  }

  private mutating func askSize() throws {
    let rows = draft.measurer == .replay ? profile?.rows ?? 30 : 30
    draft.budget = try interview.whole(
      "How many measurements in all", option: "--budget", given: given.budget,
      standard: min(draft.measurer == .replay ? 100 : 30, rows))
    draft.initial = try interview.whole(
      "How many of them before the first model", option: "--initial", given: given.initial,
      standard: max(1, min(10, draft.budget / 3)))
    draft.batch = try interview.whole(
      "How many are proposed together", option: "--batch", given: given.batch, standard: 1)
  }

  private mutating func askCost() throws {
    let implied: RecipeDraft.CostKind? =
      given.costColumn != nil
      ? .column
      : given.costElements != nil ? .elements : given.costKilograms != nil ? .kilograms : nil
    var choices: [(RecipeDraft.CostKind, String)] = [(.none, "all candidates cost the same")]
    if draft.space == .table { choices.append((.column, "a column of the table says it")) }
    if draft.space != .settings {
      choices.append((.elements, "as prices of elements that you give"))
      choices.append((.kilograms, "as the elements in a sample cost on the market"))
    }
    let kind =
      choices.count == 1 && implied == nil
      ? .none
      : try interview.choose(
        "What does a measurement cost", among: choices,
        option: "--cost-column, --cost-elements or --cost-kilograms", given: implied,
        standard: RecipeDraft.CostKind.none)
    switch kind {
    case .none: draft.cost = .none
    case .column:
      draft.cost = .column(
        try interview.ask(
          "Which column", option: "--cost-column", given: given.costColumn, standard: nil, column))
    case .elements:
      draft.cost = .elements(
        try interview.ask(
          "Prices, such as Pd=40,Pt=30", option: "--cost-elements", given: given.costElements,
          standard: nil, SettingText.prices))
    case .kilograms:
      draft.cost = .kilograms(
        try interview.number(
          "Kilograms in a sample", option: "--cost-kilograms", given: given.costKilograms,
          standard: 0.01))
    }
  }
}
