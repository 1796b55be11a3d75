import Ecosystem
import Foundation
import Matter
import Testing

@Suite("Filters on a store")
struct FilterStoreTests {
  private func store(_ folder: StoreFolder) throws -> RecordStore {
    let store = try folder.store()
    let file = try folder.write(
      "id,formula,gap (eV),method\na,TiO2,3.0,PBE\nb,Si,1.1,HSE\nc,MgO,7.8,PBE\n", to: "t.csv")
    var options = ImportOptions()
    options.fidelityColumn = "method"
    _ = try DataImport(options: options).run(file, into: store)
    return store
  }

  private func formulas(_ store: RecordStore, _ filter: String) throws -> [String] {
    try store.records(matching: store.filter(parsing: filter)).map(\.composition.formula)
  }

  @Test("Thousands of alternatives are judged, not refused", arguments: ["OR", "AND"])
  func manyConditions(word: String) throws {
    let folder = try StoreFolder()
    let store = try store(folder)
    let numbers = (0..<5_000).map { $0 == 4_321 ? "gap = 1.1" : "gap = \($0 + 100)" }
    if word == "OR" {
      #expect(try formulas(store, numbers.joined(separator: " OR ")) == ["Si"])
      let texts = (0..<3_000).map { "formula = \"X\($0)\"" } + ["formula = \"MgO\""]
      #expect(try formulas(store, texts.joined(separator: " OR ")) == ["MgO"])
    } else {
      let bounds = (0..<5_000).map { "gap > 1.\(String(format: "%04d", $0))" }
      #expect(try formulas(store, bounds.joined(separator: " AND ")) == ["TiO2", "MgO"])
      let symbols = (0..<5_000).map { _ in "\"O\"" }.joined(separator: ",")
      #expect(try formulas(store, "elements HAS ALL \(symbols)") == ["TiO2", "MgO"])
    }
  }

  @Test(
    "Values of the wrong kind are refused with the remedy",
    arguments: [
      ("formula = 5", "formula is a text and 5 is a number"),
      ("gap > \"1\"", "write a number without quotation marks"),
      ("5 = formula", "write a text in quotation marks"),
      ("elements = \"O\"", "ask elements HAS"),
      ("elements HAS 3", "each of elements is a text and 3 is a number"),
      ("gap HAS 3", "gap is a number, of which HAS cannot be asked"),
      ("gap CONTAINS \"1\"", "of which CONTAINS cannot be asked"),
      ("nsites LENGTH 3", "of which LENGTH cannot be asked"),
      ("nelements = TRUE", "nelements is a number and TRUE is TRUE or FALSE"),
      ("gap.pbee > 1", "Did you mean pbe?"), ("formula.x = \"a\"", "formula has no parts"),
      ("NOT (nelements = 2 OR formula > 3)", "formula is a text"),
      ("gpa > 1", "Did you mean gap?"),
    ])
  func refuses(_ filter: String, _ words: String) throws {
    let folder = try StoreFolder()
    let store = try store(folder)
    let error = #expect(throws: (any Error).self) { try store.filter(parsing: filter) }
    #expect("\(error.map { "\($0)" } ?? "")".contains(words), "\(String(describing: error))")
  }

  @Test("What can be asked is asked")
  func accepts() throws {
    let folder = try StoreFolder()
    let store = try store(folder)
    #expect(try formulas(store, "gap.pbe > 3") == ["MgO"])
    #expect(try formulas(store, "formula = chemical_formula_reduced") == ["Si", "MgO"])
    #expect(try formulas(store, "elements_ratios HAS > 0.6") == ["TiO2", "Si"])
    #expect(try formulas(store, "elements LENGTH nelements AND gap IS KNOWN").count == 3)
  }

  @Test("A formula means every record of its stoichiometry; ids and keys mean one")
  func names() throws {
    let folder = try StoreFolder()
    let store = try store(folder)
    #expect(try store.histories(of: "Ti2O4").histories.map(\.formula) == ["TiO2"])
    #expect(try store.histories(of: "Mg0.5O0.5").histories.map(\.formula) == ["MgO"])
    let byName = try store.histories(of: "b").histories
    #expect(byName.map(\.formula) == ["Si"])
    #expect(try store.histories(of: String(byName[0].key.prefix(6))).histories == byName)
    let missing = #expect(throws: StoreError.self) { try store.histories(of: "GaAs") }
    #expect(missing.map { "\($0)" }?.contains("no record is of the formula \"GaAs\"") ?? false)
  }
}
