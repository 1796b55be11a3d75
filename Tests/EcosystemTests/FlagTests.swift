import DenseMath
import Foundation
import Matter
import Testing

@testable import Ecosystem

@Suite("Flags of measurements")
struct FlagTests {
  @Test(
    "One value of each kind",
    arguments: [
      ("band gap", "eV", Double.nan, [MeasurementFlag.notFinite]),
      ("anything", nil, .infinity, [.notFinite]),
      ("anything", nil, 1e308, [.absurd]),
      ("anything", "GPa", -1e200, [.absurd]),
      ("band gap", "eV", 1e5, [.absurd]),
      ("bandgap_PBE", nil, -0.1, [.negative]),
      ("Band gap (direct)", "meV", -4, [.negative]),
      ("bulk_modulus_vrh", "GPa", -3, [.negative]),
      ("Young's modulus", "GPa", -1, [.negative]),
      ("latticeParameter", "Å", -4.2, [.negative]),
      ("density", "g/cm^3", -2, [.negative]),
      ("hardness", "HV", -900, [.negative]),
      ("Yield strength", "MPa", -1, [.negative]),
      ("temperature", "K", -1, [.negative]),
      ("melting temperature", "°C", -280, [.negative]),
      ("refractive index", nil, -1.5, [.negative]),
      ("thermal conductivity", "W/(m K)", -1, [.negative]),
      ("electrical conductivity", "S/cm", -1, [.negative]),
      ("volume fraction", "%", -1, [.negative]),
      ("annealing time", "h", -1, [.negative]),
      ("gap", "bananas", 1.1, [.unknownUnit]),
      ("anything", "bananas", 1.1, [.unknownUnit]),
      ("gap", "GPa", 1.1, [.wrongUnit]),
      ("density", "eV", 1.1, [.wrongUnit]),
      ("formation_energy_per_atom", "K", 1.1, [.wrongUnit]),
      ("gap", "GPa", -1.1, [.negative, .wrongUnit]),
    ] as [(String, String?, Double, [MeasurementFlag])])
  func bad(property: String, unit: String?, value: Double, flags: [MeasurementFlag]) {
    #expect(MeasurementCheck(property: property, unit: unit).flags(value) == flags)
  }

  @Test(
    "Values that people have are not flagged",
    arguments: [
      ("formation energy", "eV/atom", -3.2), ("e_form", "kJ/mol", -286), ("anything", "bar", -1e30),
      ("temperature", "°C", -40), ("temperature", nil, -40), ("Curie-Weiss temperature", "K", -300),
      ("log10(bulk_modulus)", nil, -1), ("log10(K_VRH)", "log10(GPa)", -0.5),
      ("gap_error", "eV", -1),
      ("charge density", "C/m^3", -1), ("current density", "A/cm^2", -1),
      ("effective mass", nil, -1),
      ("scattering length", "fm", -3.7), ("magnetic moment", "µB", -2), ("delta_gap", "eV", -0.2),
      ("carrier concentration", "cm^-3", 1e22), ("density", "g/cm3", 22.6), ("gap", "eV", 0),
      ("Seebeck coefficient", "µV/K", -200), ("thermal expansion coefficient", "1/K", -1e-6),
      ("heat of formation", "kJ/g", -3), ("conductivity", "W/m/K", 400), ("volume", "Å^3/atom", 11),
      ("hardness", "GPa", 90), ("bulk modulus", "GPa", 1200), ("melting point", "°F", -100),
      ("refractive index", "dimensionless", 2.4), ("intensity", "a.u.", -3), ("time", "h", 1e3),
      ("energy", "eV", -1e6), ("volume change", "%", -7), ("lattice mismatch", "%", -3),
    ] as [(String, String?, Double)])
  func good(property: String, unit: String?, value: Double) {
    #expect(MeasurementCheck(property: property, unit: unit).flags(value) == [])
  }

  @Test("Uncertainties are finite and not negative")
  func uncertainty() {
    let check = MeasurementCheck(property: "gap", unit: "eV")
    #expect(check.flags(1, uncertainty: 0.1) == [])
    for bad in [-0.1, .nan, .infinity, 1e300] {
      #expect(check.flags(1, uncertainty: bad) == [.uncertainty])
    }
  }

  @Test("Every unit of the table of properties is one")
  func tableOfProperties() throws {
    for kind in PropertyKind.all {
      for unit in kind.units { #expect(kind.allows(try Matter.Unit(parsing: unit)), "\(unit)") }
      for phrase in kind.phrases {
        #expect(PropertyKind.named(phrase)?.isPositive == kind.isPositive, "\(phrase)")
      }
    }
  }

  @Test(
    "A word in brackets is a unit, a damaged unit or a qualifier",
    arguments: [
      ("gap (bananas)", "bananas"), ("gap [Ev]", "Ev"), ("anything [bananas]", "bananas"),
      ("gap (direct)", nil), ("gap (HSE06)", nil), ("gap (GLLB-SC)", nil), ("gap (eV)", nil),
      ("conductivity (bulk)", nil), ("conductivity (300 K)", nil), ("log10(K_VRH)", nil),
      ("density (gpa)", "gpa"), ("anything (foo)", nil), ("gap", nil),
    ] as [(String, String?)])
  func brackets(column: String, unit: String?) {
    #expect(UnitText.unknown(in: column)?.unit == unit)
  }

  // MARK: In a store

  /// A row with one bad cell, and what must be found.
  private struct BadRow {
    let cells: String
    let raw: String
    let flag: MeasurementFlag
  }

  /// Rows of all kinds of damage.
  private static func badRows(_ count: Int, seed: UInt64) -> [BadRow] {
    var rng = SplitMix64(seed: seed)
    return (0..<count).map { row in
      let formula = "Zr\(1 + rng.index(below: 40))O\(1 + rng.index(below: 40))"
      let size = Double(1 + rng.index(below: 1000)) / 7
      func bad(_ raw: String, _ flag: MeasurementFlag, column: Int = 0) -> BadRow {
        let cell = raw.contains(",") ? "\"\(raw)\"" : raw
        let cells = "bad\(row),\(formula)," + (column == 0 ? "\(cell),," : ",\(cell),")
        return BadRow(cells: cells, raw: raw, flag: flag)
      }
      let choice = row / 10
      switch row % 10 {
      case 0: return bad(["NaN", "nan", "-NaN"][choice % 3], .notFinite)
      case 1: return bad(["inf", "-Infinity", "1e999"][choice % 3], .notFinite, column: 1)
      case 2: return bad(["1e308", "-1e308", "9e99"][choice % 3], .absurd)
      case 3: return bad("-\(size)", .negative)
      case 4: return bad("-\(size)", .negative, column: 1)
      case 5: return bad("\(size) bananas", .unknownUnit)
      case 6: return bad("\(size) \(["eV", "K", "g"][choice % 3])", .wrongUnit, column: 1)
      case 7: return bad(["high", "1,2", "about 3", "~2"][choice % 4], .text)
      case 8: return bad(["n/a", "-", "null", "?"][choice % 4], .missing)
      default:
        // The name and the formula of a good row, with another value.
        let cells = "g\(row),\(Self.formula(row)),9.\(87_654 + row),,"
        return BadRow(cells: cells, raw: "9.\(87_654 + row)", flag: .repeated)
      }
    }
  }

  private static func formula(_ row: Int) -> String { "Fe\(1 + row % 30)O\(1 + row % 7)" }

  private static let header = "id,formula,gap (eV),bulk modulus (GPa),dT (K)\n"

  private static func goodRows(_ count: Int) -> [String] {
    (0..<count).map { "g\($0),\(formula($0)),\(Double($0 % 90) / 10),\($0),-\($0)" }
  }

  private func export(_ store: RecordStore) throws -> [String] {
    let table = try RecordTable(
      store.properties(), uncertainties: store.propertiesWithUncertainty())
    let records = try store.records()
    return [table.header.joined(separator: ",")]
      + records.flatMap { table.rows($0).map { $0.joined(separator: ",") } }
      + (try records.map { try $0.jsonLine() })
  }

  @Test(
    "Bad measurements are all flagged, kept as written, and change nothing that is used",
    arguments: [(UInt64(1), 1, DataImport.ErrorRule.stop), (2, 2, .stop), (3, 2, .skip)])
  func badMeasurements(seed: UInt64, threads: Int, rule: DataImport.ErrorRule) throws {
    let folder = try StoreFolder()
    let (clean, dirty) = (try folder.store("clean.sqlite"), try folder.store("dirty.sqlite"))
    let text = Self.header + Self.goodRows(300).joined(separator: "\n") + "\n"
    // Of the same name, since exports name their sources.
    let file = try folder.write(text, to: "t.csv")
    var job = DataImport(errorRule: rule, threads: threads)
    job.step = 64
    _ = try job.run(file, into: clean)
    let bad = Self.badRows(300, seed: seed)
    try folder.write(text + bad.map(\.cells).joined(separator: "\n") + "\n", to: "t.csv")
    let outcome = try job.run(file, into: dirty)
    #expect(outcome.run.flagged == bad.count && outcome.run.refused == 0)

    let found = try dirty.flaggedValues(of: outcome.run.id)
    #expect(found.count == bad.count)
    for (row, entry) in zip(bad, found) {
      #expect(entry.measurement.flags.contains(row.flag), "\(row.cells): \(entry)")
      #expect(entry.measurement.text == row.raw, "\(row.cells): \(entry)")
    }
    let flags = Dictionary(uniqueKeysWithValues: outcome.flags.map { ($0.flag, $0.values) })
    #expect(flags[.notFinite] == 60 && flags[.repeated] == 30 && flags[.missing] == 30)

    #expect(try export(dirty) == export(clean))
    #expect(try dirty.recordCount() == clean.recordCount())
    #expect(try dirty.properties() == clean.properties())
    let history = try dirty.history(of: "bad3")
    #expect(history.sources.first?.flagged.first?.flags == [.negative])
    try dirty.verify()
  }

  @Test("Rows that differ in a condition, or have no name, are no contradiction")
  func conditions() throws {
    let folder = try StoreFolder()
    let store = try folder.store()
    let named = try folder.write(
      """
      sample,formula,temperature (K),ionic conductivity (S/cm)
      a,Li3N,300,0.001
      a,Li3N,400,0.01
      a,Li3N,300,0.5
      a,Li3N,300,0.001
      b,Li3N,300,0.7

      """, to: "named.csv")
    let first = try DataImport().run(named, into: store)
    let flagged = try store.flaggedValues(of: first.run.id)
    #expect(flagged.map(\.measurement.text) == ["0.5"])
    #expect(flagged.map(\.source.locator) == ["a, line 4"])
    let unnamed = try folder.write("formula,gap\nSi,1.1\nSi,1.2\n", to: "unnamed.csv")
    #expect(try DataImport().run(unnamed, into: store).run.flagged == 0)
    let twice = try folder.write(
      "formula,gap (eV),gap [eV]\nSi,1.1,1.1\nGe,0.7,0.9\n", to: "two.csv")
    #expect(try DataImport().run(twice, into: store).run.flagged == 1)
  }

  @Test("Values within their uncertainties do not contradict each other")
  func tolerance() throws {
    let folder = try StoreFolder()
    let store = try folder.store()
    let file = try folder.write(
      "id,formula,gap,s\na,Si,1.1,0.1\na,Si,1.3,0.1\na,Si,2.3,0.1\n", to: "t.csv")
    var options = ImportOptions()
    options.uncertainties = ["gap": "s"]
    let outcome = try DataImport(options: options).run(file, into: store)
    #expect(try store.flaggedValues(of: outcome.run.id).map(\.measurement.text) == ["2.3"])
  }

  @Test("Numbers of structures are judged, and the structure stays")
  func structures() throws {
    let folder = try StoreFolder()
    let frame = """
      2
      Lattice="4.2 0 0 0 4.2 0 0 0 4.2" Properties=species:S:1:pos:R:3 energy=%E band_gap=%G
      Mg 0 0 0
      O 2.1 2.1 2.1

      """
    func text(_ energy: String, _ gap: String) -> String {
      frame.replacing("%E", with: energy).replacing("%G", with: gap)
    }
    let file = try folder.write(text("-5.5", "-1.0"), to: "a.extxyz")
    let store = try folder.store()
    let outcome = try DataImport().run(file, into: store)
    #expect(outcome.run.measurements == 1 && outcome.run.flagged == 1)
    #expect(try store.flaggedValues(of: 1).first?.measurement.flags == [.negative])
    #expect(try store.records().first?.crystal != nil)
    let twice = try folder.write(text("-5.5", "1.0") + text("-7.5", "1.0"), to: "b.extxyz")
    let second = try DataImport().run(twice, into: store)
    #expect(second.run.flagged == 1 && second.run.measurements == 3)
  }
}
