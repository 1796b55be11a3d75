import DenseMath
import Ecosystem
import Formats
import Foundation
import Matter
import Testing

@Suite("Harmonizer")
struct HarmonizerTests {
  private func row(
    _ name: String, _ formula: String, _ value: Double, _ unit: String? = nil,
    _ fidelity: String = "", uncertainty: Double? = nil
  ) throws -> Harmonizer.Row {
    Harmonizer.Row(
      name, try Composition(formula: formula), value: value,
      unit: try unit.map { try Matter.Unit(parsing: $0) }, standardUncertainty: uncertainty,
      fidelity: fidelity)
  }

  @Test("Nothing happens that was not asked for")
  func untouched() throws {
    let rows = try [row("a", "Fe2O3", 1, "eV", "PBE"), row("b", "Fe4O6", 2, nil, "HSE")]
    let (result, record) = try Harmonizer().harmonize(rows)
    #expect(result.map(\.value) == [1, 2] && result.map(\.fidelity) == ["PBE", "HSE"])
    #expect(record.units.isEmpty && record.methods.isEmpty && record.duplicates == nil)
  }

  @Test("Units are converted row by row, and what was done is written down")
  func units() throws {
    var harmonizer = Harmonizer()
    harmonizer.unit = try Matter.Unit(parsing: "eV/atom")
    harmonizer.countsAtomsOfFormula = true
    harmonizer.equivalences = [.mole(of: .formulaUnit)]
    let (result, record) = try harmonizer.harmonize([
      row("a", "Fe2O3", -8.25, "eV/f.u.", uncertainty: 0.5),
      row("b", "NaCl", -411.12, "kJ/mol"),  // standard enthalpy of formation, NIST-JANAF
      row("c", "Si", 0.25, "eV/atom"),
    ])
    #expect(abs(result[0].value + 1.65) < 1e-12)
    #expect(abs(try #require(result[0].standardUncertainty) - 0.1) < 1e-12)
    #expect(abs(result[1].value + 411.12 / 96.48533212331 / 2) < 1e-9)
    #expect(result[2].value == 0.25)
    #expect(record.units.map(\.from) == ["eV/atom", "eV/f.u.", "kJ/mol"])
    harmonizer.countsAtomsOfFormula = false
    #expect(throws: HarmonizationError.self) {
      try harmonizer.harmonize([row("a", "Fe2O3", -8.25, "eV/f.u.")])
    }
    #expect(throws: HarmonizationError.noUnit("a")) {
      try harmonizer.harmonize([row("a", "Fe2O3", -8.25)])
    }
  }

  @Test("Formation energies are counted from the references that were given")
  func references() throws {
    let csv = "element,energy (meV/atom)\nFe,-8000\nO,-5000\n"
    let references = try ElementReferences(Table(Array(csv.utf8), file: "r.csv"))
    var harmonizer = Harmonizer()
    harmonizer.references = references
    // (2 · −8 + 3 · −5) / 5 = −6.2 eV/atom.
    let total = try harmonizer.harmonize([row("a", "Fe2O3", -7, "eV/atom")])
    #expect(abs(total.rows[0].value + 0.8) < 1e-12)
    let fe = try #require(Element(symbol: "Fe"))
    let o = try #require(Element(symbol: "O"))
    harmonizer.oldReferences = ElementReferences(name: "old", energies: [fe: -8.1, o: -4.8])
    let moved = try harmonizer.harmonize([row("a", "Fe2O3", -0.8, "eV/atom")])
    #expect(abs(moved.rows[0].value - (-0.8 - 6.12 + 6.2)) < 1e-12)
    #expect(moved.record.references?.oldReferences?.name == "old")
    #expect(throws: HarmonizationError.noReference("Na", table: "r.csv")) {
      try references.energy(of: Composition(formula: "NaFe"))
    }
    #expect(throws: HarmonizationError.notEnergyPerAtom("eV")) {
      try harmonizer.harmonize([row("a", "Fe2O3", -0.8, "eV")])
    }
    #expect(throws: ReadingError.self) {
      try ElementReferences(Table(Array("element,energy\nFe,-8\n".utf8), file: "r.csv"))
    }
  }

  @Test("Duplicates are merged by the rule, and their spread is kept")
  func duplicates() throws {
    let rows = try [
      row("a", "Fe2O3", 2), row("b", "TiO2", 3), row("c", "Fe4O6", 5), row("d", "Fe0.4O0.6", 2.5),
    ]
    var harmonizer = Harmonizer()
    harmonizer.duplicates = .median
    let (median, record) = try harmonizer.harmonize(rows)
    #expect(median.map(\.identifier) == ["a", "b"] && median[0].value == 2.5)
    #expect(
      median[0].members == ["a", "c", "d"] && median[0].count == 3 && median[1].spread == nil)
    let spread = Statistics.standardDeviation([2, 5, 2.5], degreesOfFreedomLost: 1)
    #expect(abs(try #require(median[0].spread) - spread) < 1e-12)
    #expect(record.duplicates?.rows == 3 && record.rowsOut == 2)
    #expect(
      abs(try #require(record.duplicates?.pooledStandardDeviation) - spread) < 1e-12)
    harmonizer.duplicates = .lowest
    let lowest = try harmonizer.harmonize(rows).rows
    #expect(lowest[0].value == 2 && lowest[0].identifier == "a")
    harmonizer.duplicates = .keep
    #expect(try harmonizer.harmonize(rows).rows.count == 4)
    harmonizer.duplicates = .median
    harmonizer.tolerance = 0.02
    let near = try harmonizer.harmonize([
      row("a", "Ni50Al50", 1), row("b", "Ni51Al49", 2), row("c", "Ni60Al40", 3),
    ]).rows
    #expect(near.map(\.identifier) == ["a", "c"] && near[0].value == 1.5)
  }

  @Test("Rows of different methods are never merged")
  func methodsStayApart() throws {
    var harmonizer = Harmonizer()
    harmonizer.duplicates = .median
    let rows = try [row("a", "Si", 0.6, nil, "PBE"), row("b", "Si", 1.1, nil, "experiment")]
    #expect(try harmonizer.harmonize(rows).rows.count == 2)
  }

  @Test(
    "Values are corrected to the method that is asked for", arguments: FidelityShift.Form.allCases)
  func methods(form: FidelityShift.Form) throws {
    var rows: [Harmonizer.Row] = []
    for amount in 1...40 {
      let low = 0.5 + 0.1 * Double(amount)
      rows.append(try row("p\(amount)", "Fe\(amount)O7", low, nil, "PBE"))
      if amount <= 30 { rows.append(try row("h\(amount)", "Fe\(amount)O7", low + 1, nil, "HSE")) }
    }
    rows.append(try row("x", "Fe99O7", 3))
    var harmonizer = Harmonizer()
    harmonizer.fidelity = "HSE"
    harmonizer.form = form
    let (result, record) = try harmonizer.harmonize(rows)
    let last = try #require(result.first { $0.identifier == "p40" })
    #expect(
      abs(last.value - 5.5) < 1e-9 && last.fidelity == "HSE" && last.originalFidelity == "PBE")
    #expect(record.methods.first?.rows == 40 && record.methods.first?.shift.pairs == 30)
    #expect(record.notes.count == 1 && result.last?.value == 3)
    harmonizer.fidelity = "GW"
    #expect(throws: HarmonizationError.unknownFidelity("GW", known: ["HSE", "PBE"])) {
      try harmonizer.harmonize(rows)
    }
  }
}
