import Ecosystem
import Formats
import Foundation
import Matter

extension RecipeInterview {
  private var impliedSpace: RecipeDraft.Space? {
    if given.table != nil { return .table }
    if !given.settings.isEmpty { return .settings }
    return given.elements != nil ? .elements : nil
  }

  mutating func askSpace() throws {
    draft.space = try interview.choose(
      "What is there to choose from",
      among: [
        (.table, "rows of a table (CSV, TSV, JSON)"), (.settings, "settings of a process"),
        (.elements, "elements to mix"), (.formulas, "neutral formulas of elements"),
      ], option: "--space", given: given.space ?? impliedSpace, standard: nil)
    switch draft.space {
    case .table: try askTable()
    case .settings: try askSettings()
    case .elements: try askElements(atLeast: 2)
    case .formulas: try askElements(atLeast: 2)
    }
  }

  private mutating func askTable() throws {
    let (path, table) = try interview.ask(
      "Which file", option: "--table", given: given.table, standard: nil
    ) { path in (path, try Table(AtomicFile.read(path), file: path)) }
    draft.table = RelativePath.text(of: path, from: file)
    let profile = TableProfile(table, formulaNames: Dataset.formulaNames)
    self.profile = profile
    if interview.isInteractive { for line in profile.lines(path) { Terminal.log(line) } }
    let found = table.firstColumn(among: Dataset.formulaNames) ?? profile.formulaColumn
    let formula = try interview.ask(
      "Which column holds the formulas", option: "--formula", given: given.formula,
      standard: found ?? ""
    ) { try $0.isEmpty ? "" : column($0) }
    draft.formula = formula.isEmpty ? nil : formula
  }

  /// A column by its name or its number in the list.
  func column(_ text: String) throws -> String {
    let names = profile?.columns.map(\.name) ?? []
    if names.contains(text) { return text }
    if let number = Int(text), names.indices.contains(number - 1) { return names[number - 1] }
    throw CommandError("There is no such column; there are \(names.joined(separator: ", ")).")
  }

  private mutating func askSettings() throws {
    if !given.settings.isEmpty || !interview.isInteractive {
      guard !given.settings.isEmpty else {
        throw CommandError("Which settings? Say so with --setting, such as --setting T=180:260:5.")
      }
      draft.settings = try given.settings.map(SettingText.read)
      return
    }
    Terminal.log("Settings, one after the other: T=180:260:5, T=180,200,220 or oil=corn,olive.")
    while true {
      let first = draft.settings.isEmpty
      let setting = try interview.ask(
        first ? "The first setting" : "Another one", option: "--setting", given: nil,
        standard: first ? nil : ""
      ) { try $0.isEmpty ? nil : SettingText.read($0) }
      guard let setting else { return }
      draft.settings.append(setting)
    }
  }

  private mutating func askElements(atLeast least: Int) throws {
    draft.elements = try interview.ask(
      "Which elements, with commas between", option: "--elements", given: given.elements,
      standard: nil
    ) { text in
      let symbols = Interview.list(text)
      for symbol in symbols where Element(symbol: symbol) == nil {
        throw CommandError("\"\(symbol)\" is not an element. Symbols are case-sensitive.")
      }
      guard Set(symbols).count == symbols.count, symbols.count >= least else {
        throw CommandError("Write at least \(least) different elements.")
      }
      return symbols
    }
    draft.maximumElements = try interview.whole(
      "At most how many elements in one candidate", option: "--maximum-elements",
      given: given.maximumElements, standard: min(4, draft.elements.count))
    if draft.space == .elements {
      draft.step = try interview.number(
        "In which steps of atomic fraction", option: "--step", given: given.step, standard: 0.05)
    } else {
      draft.maximumAtoms = try interview.whole(
        "At most how many atoms in one formula", option: "--maximum-atoms",
        given: given.maximumAtoms, standard: 12)
    }
  }
}
