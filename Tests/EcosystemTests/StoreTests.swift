import Formats
import Foundation
import GRDB
import Matter
import TestKit
import Testing

@testable import Ecosystem

@Suite("Store")
struct StoreTests {
  static let gaps = """
    id,formula,gap (eV),sigma,method
    a1,Fe2O3,2.1,0.1,PBE
    a2,Fe4O6,2.2,,experiment
    a3,TiO2,3.0,0.2,PBE
    a4,Si,,,PBE

    """

  @Test("keeps value, unit, uncertainty, fidelity, source and run of each measurement")
  func measurements() throws {
    let folder = try StoreFolder()
    let file = try folder.write(Self.gaps, to: "gaps.csv")
    let store = try folder.store()
    var options = ImportOptions()
    options.fidelityColumn = "method"
    options.uncertainties = ["gap (eV)": "sigma"]
    let outcome = try DataImport(options: options).run(file, into: store)
    #expect(outcome.kind == .imported)
    #expect(outcome.run.entries == 4 && outcome.run.measurements == 3 && outcome.run.missing == 1)
    #expect(outcome.run.newMaterials == 3)

    let records = try store.records()
    #expect(records.map(\.composition.formula) == ["Fe2O3", "TiO2", "Si"])
    let iron = try #require(records.first)
    #expect(
      iron.measurements == [
        SourcedMeasurement(
          Measurement("gap", value: 2.1, unit: "eV", standardUncertainty: 0.1, fidelity: "PBE"),
          source: Source(origin: file, locator: "a1, line 2")),
        SourcedMeasurement(
          Measurement("gap", value: 2.2, unit: "eV", fidelity: "experiment"),
          source: Source(origin: file, locator: "a2, line 3")),
      ])
    #expect(records[2].measurements.isEmpty)
    let summaries = try store.properties()
    #expect(summaries.map(\.fidelity) == ["PBE", "experiment"])
    #expect(summaries[0].values == 2 && summaries[0].minimum == 2.1 && summaries[0].maximum == 3)
    try store.verify()
  }

  @Test(
    "keeps a bad measurement as it is written, and does not use it",
    arguments: ["NaN", "inf", "-inf", "1e999", "n/a", "2,1", "high"],
    [
      DataImport.ErrorRule.stop, .skip,
    ])
  func badMeasurement(cell: String, rule: DataImport.ErrorRule) throws {
    let folder = try StoreFolder()
    let quoted = cell.contains(",") ? "\"\(cell)\"" : cell
    let file = try folder.write("formula,gap\nSi,1.1\nGe,\(quoted)\nC,5.5\n", to: "bad.csv")
    let store = try folder.store()
    let outcome = try DataImport(errorRule: rule).run(file, into: store)
    #expect(outcome.run.refused == 0 && outcome.run.entries == 3 && outcome.run.flagged == 1)
    #expect(try store.records().map(\.composition.formula) == ["Si", "C"])
    let entry = try #require(try store.flaggedValues(of: outcome.run.id).first)
    #expect(entry.measurement.text == cell && entry.formula == "Ge")
    #expect(entry.source.locator == "line 3")
  }

  @Test("refuses a formula that is none, with its line and column")
  func badFormula() throws {
    let folder = try StoreFolder()
    let file = try folder.write("formula,gap\nSi,1.1\nXx2,1\n", to: "bad.csv")
    #expect {
      try DataImport().run(file, into: folder.store())
    } throws: { error in
      "\(error)".contains("bad.csv:3, column \"formula\": \"Xx2\"")
    }
  }

  @Test("With skip, rows before damage of the file itself stay, and the damage is listed")
  func damagedFile() throws {
    let folder = try StoreFolder()
    let file = try folder.write("formula,gap\nSi,1.1\nGe,0.7,9\nC,5.5\n", to: "bad.csv")
    let store = try folder.store()
    let outcome = try DataImport(errorRule: .skip).run(file, into: store)
    #expect(outcome.run.refused >= 1 && outcome.run.state == .finished)
    #expect(outcome.refusals.contains { $0.line == 3 })
  }

  @Test("A unit that contradicts the column's name is refused")
  func contradictingUnit() throws {
    let folder = try StoreFolder()
    let file = try folder.write("formula,gap (eV)\nSi,1.1\n", to: "a.csv")
    var options = ImportOptions()
    options.units = ["gap (eV)": "meV"]
    let job = DataImport(options: options)
    #expect(throws: ReadingError.self) { try job.run(file, into: folder.store()) }
  }

  @Test("answers filters as the filter itself judges each record")
  func query() throws {
    let folder = try StoreFolder()
    let store = try folder.store()
    _ = try DataImport().run(folder.table(rows: 400, seed: 4, name: "t.csv"), into: store)
    let all = try store.records()
    let filters = [
      "elements HAS \"O\"", "elements HAS ANY \"Fe\",\"Ni\" AND nelements >= 2",
      "NOT elements HAS \"O\"", "gap > 4.5", "gap < 1 OR density = 3",
      "4.5 < gap AND nelements = 3", "gap IS UNKNOWN", "elements HAS ONLY \"Fe\",\"O\",\"H\"",
      "elements LENGTH 2 AND gap >= 2", "nsites > 2",
    ]
    for text in filters {
      let filter = try OptimadeFilter(parsing: text)
      let expected = all.filter { filter.matches(RecordSubject($0)) }.map(\.key)
      let found = try store.records(matching: store.filter(parsing: text)).map(\.key)
      #expect(found == expected, "\(text)")
    }
    #expect(throws: FilterError.self) { try store.filter(parsing: "gap >") }
    #expect(throws: StoreError.self) { try store.filter(parsing: "bandgap > 1") }
  }

  @Test("names formulas as OPTIMADE does")
  func subject() throws {
    let record = Ecosystem.Record(key: "k", composition: try Composition(formula: "TiO2"))
    let subject = RecordSubject(record)
    #expect(subject.value(of: ["chemical_formula_reduced"]) == .text("O2Ti"))
    #expect(subject.value(of: ["chemical_formula_anonymous"]) == .text("A2B"))
    #expect(subject.value(of: ["elements"]) == .list([.text("O"), .text("Ti")]))
    #expect(RecordSubject.name("Band gap (HSE)") == "band_gap__hse_")
  }

  @Test("withdraws a run or records as a new fact, and takes the file again")
  func withdrawal() throws {
    let folder = try StoreFolder()
    let file = try folder.write(Self.gaps, to: "gaps.csv")
    let store = try folder.store()
    let first = try DataImport().run(file, into: store)
    let iron = try #require(try store.records().first)
    try store.withdraw(records: [iron.key], reason: "mixed up")
    #expect(try store.records().map(\.composition.formula) == ["TiO2", "Si"])
    let history = try store.history(of: iron.key)
    #expect(history.sources.count == 2 && history.sources.allSatisfy { $0.withdrawn == "mixed up" })
    #expect(history.sources.flatMap(\.measurements).contains { $0.value == 2.1 })

    try store.withdraw(run: first.run.id, reason: "old")
    #expect(try store.records().isEmpty && store.properties().isEmpty)
    #expect(throws: StoreError.self) { try store.withdraw(run: first.run.id, reason: "again") }
    #expect(try DataImport().run(file, into: store).kind == .imported)
    #expect(try store.records().count == 3)
    #expect(try store.history(of: "a1").sources.count == 4)
    try store.verify()
  }

  @Test("Facts cannot be changed or deleted, whoever asks SQLite")
  func factsStay() throws {
    let folder = try StoreFolder()
    let store = try folder.store()
    _ = try DataImport().run(folder.write(Self.gaps, to: "gaps.csv"), into: store)
    try store.withdraw(run: 1, reason: "test")
    for sql in [
      "UPDATE measurement SET value = 0", "DELETE FROM measurement", "DELETE FROM source",
      "UPDATE material SET formula = 'H'", "DELETE FROM withdrawal",
      "UPDATE quantity SET unit = ''",
    ] {
      #expect(throws: DatabaseError.self, "\(sql)") {
        try store.database.write { try $0.execute(sql: sql) }
      }
    }
  }

  @Test("refuses a newer store, a foreign file and a missing one, and leaves their bytes alone")
  func refusals() throws {
    let folder = try StoreFolder()
    #expect(throws: StoreError.missing(folder.path("none.sqlite"))) {
      try RecordStore(path: folder.path("none.sqlite"), creating: false)
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path("none.sqlite")))
    do {
      let store = try folder.store("new.sqlite")
      try store.database.writeWithoutTransaction { db in
        try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('999')")
        _ = try db.checkpoint(.truncate)
      }
    }
    let before = try Data(contentsOf: folder.url.appendingPathComponent("new.sqlite"))
    #expect(throws: StoreError.newerSchema(folder.path("new.sqlite"))) {
      try folder.store("new.sqlite")
    }
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("new.sqlite")) == before)
    try folder.write(String(repeating: "formula,gap\nSi,1.1\n", count: 50), to: "table.csv")
    #expect(throws: StoreError.foreign(folder.path("table.csv"))) { try folder.store("table.csv") }
    _ = try SQLiteEventLog(path: folder.path("ledger.sqlite"))
    #expect(throws: StoreError.foreign(folder.path("ledger.sqlite"))) {
      try folder.store("ledger.sqlite")
    }
  }

  @Test("Commits survive a power loss, and references are enforced")
  func pragmas() throws {
    let store = try StoreFolder().store()
    let values = try store.database.inDatabase { db in
      try ["synchronous", "foreign_keys"].map { try Int.fetchOne(db, sql: "PRAGMA \($0)") }
    }
    #expect(values == [2, 1])
    #expect(throws: DatabaseError.self) {
      try store.database.write {
        try $0.execute(sql: "INSERT INTO source (run, material, line) VALUES (7, 7, 1)")
      }
    }
  }
}
