import DenseMath
import Formats
import Foundation
import Matter
import Testing

@testable import Ecosystem

@Suite("Exports come back")
struct RoundTripTests {
  private static let rows = """
    id,formula,gap (eV),sigma,hardness,method
    a1,Fe2O3,2.1,0.1,9,PBE
    a1,Fe2O3,2.2,,,experiment
    "b, line 3",TiO2,3.0,0.2,,
    ,Si,1.1,,12.5,PBE
    c,Ge,,,,
    "q""uote é",Fe0.1O0.9,0.000123456789012345,1e-20,7,HSE
    d,Na,-1,,NaN,PBE
    d,Na,,,4 eV,PBE

    """

  /// A store of compositions, crystals and molecules from several files.
  private func store(in folder: StoreFolder, seed: UInt64) throws -> RecordStore {
    let store = try folder.store("one.sqlite")
    var options = ImportOptions()
    options.fidelityColumn = "method"
    options.uncertainties = ["gap (eV)": "sigma"]
    _ = try DataImport(options: options).run(folder.write(Self.rows, to: "t.csv"), into: store)
    _ = try DataImport().run(folder.table(rows: 200, seed: seed, name: "u.csv"), into: store)
    var rng = SplitMix64(seed: seed)
    let crystals = try (0..<30).map { _ in try Crystal.random(using: &rng) }
    for (name, part) in [("one.json", crystals[..<20]), ("two.json", crystals[10...])] {
      let entries = part.enumerated().map { place, crystal in
        OPTIMADEJSON.text(
          StructureEntry(arrangement: .crystal(crystal)), identifier: "\(name)-\(place)")
      }
      let text = "{\"data\": [\(entries.joined(separator: ","))], \"meta\": {}}"
      _ = try DataImport().run(folder.write(text, to: name), into: store)
    }
    _ = try DataImport().run(
      folder.write("2\nenergy=-1.5\nH 0 0 0\nH 0 0 0.74\n", to: "h2.xyz"), into: store)
    return store
  }

  private func jsonLines(_ store: RecordStore, withFlagged: Bool = false) throws -> String {
    var text = ""
    try store.forEachBatch(withFlagged: withFlagged) { records in
      for record in records {
        text += try record.jsonLine(flagged: withFlagged ? store.flaggedValues(of: record) : [])
        text += "\n"
      }
      return true
    }
    return text
  }

  private func csv(_ store: RecordStore) throws -> String {
    let table = try RecordTable(
      store.properties(), uncertainties: store.propertiesWithUncertainty())
    var text = CSVText(header: table.header)
    for record in try store.records(structures: false) {
      for row in table.rows(record) { text.append(row) }
    }
    return text.text
  }

  @Test(
    "JSON lines become the same records, flagged values included", arguments: UInt64(0)..<3,
    [false, true])
  func jsonLines(seed: UInt64, withFlagged: Bool) throws {
    let folder = try StoreFolder()
    let one = try store(in: folder, seed: seed)
    let text = try jsonLines(one, withFlagged: withFlagged)
    #expect(text.contains("\"flagged\"") == withFlagged)
    let two = try folder.store("two.sqlite")
    let job = DataImport(errorRule: seed == 0 ? .stop : .skip, threads: 2)
    let outcome = try job.run(folder.write(text, to: "out.jsonl"), into: two)
    #expect(outcome.run.refused == 0)
    #expect(try jsonLines(two, withFlagged: withFlagged) == text)
    #expect(try csv(two) == csv(one))
    #expect(try two.properties() == one.properties())
    let (before, after) = (try one.records(), try two.records())
    #expect(before == after && before.contains { $0.crystal != nil })
    #expect(after.contains { $0.molecule != nil })
    try two.verify()
    #expect(try job.run(folder.path("out.jsonl"), into: two).kind == .present)
  }

  @Test("CSV becomes the same values with source, row name and method")
  func csv() throws {
    let folder = try StoreFolder()
    let one = try folder.store("one.sqlite")
    var options = ImportOptions()
    options.fidelityColumn = "method"
    options.uncertainties = ["gap (eV)": "sigma"]
    _ = try DataImport(options: options).run(folder.write(Self.rows, to: "t.csv"), into: one)
    _ = try DataImport().run(folder.table(rows: 300, seed: 3, name: "u.csv"), into: one)
    let text = try csv(one)
    let two = try folder.store("two.sqlite")
    let outcome = try DataImport().run(folder.write(text, to: "out.csv"), into: two)
    #expect(outcome.run.refused == 0 && outcome.run.flagged == 0)
    #expect(try csv(two) == text)
    // The columns of the export have an order of their own.
    let (before, after) = (try one.records(), try two.records())
    #expect(after.map(\.key) == before.map(\.key))
    #expect(after.map { Set($0.measurements) } == before.map { Set($0.measurements) })
    #expect(after.allSatisfy { !$0.sources.isEmpty })
    #expect(text.contains("t.csv,PBE,") && text.contains("\"b, line 3, line 4\""))
  }

  @Test("A record whose structure was changed by hand is refused")
  func tampered() throws {
    let folder = try StoreFolder()
    let store = try folder.store()
    let file = try folder.write(
      "s\n1.0\n4.2 0 0\n0 4.2 0\n0 0 4.2\nMg O\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n", to: "a.poscar")
    _ = try DataImport().run(file, into: store)
    let line = try jsonLines(store)
    let other = try folder.store("other.sqlite")
    for (name, text) in [
      ("cell", line.replacing("4.2", with: "4.3")), ("site", line.replacing("0.5,0.5", with: "x")),
      ("source", line.replacing("\"origin\"", with: "\"o\"")), ("cut", String(line.dropLast(5))),
    ] {
      let outcome = try DataImport(errorRule: .skip).run(
        folder.write(text, to: "\(name).jsonl"), into: other)
      #expect(outcome.run.refused == 1 && outcome.refusals.first?.line == 1, "\(name)")
    }
    #expect(try other.recordCount() == 0)
  }
}
