import ArgumentParser
import Ecosystem
import Formats
import Foundation
import Matter
import Reporting

struct DataHarmonize: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "harmonize",
    abstract: "Bring values to one unit, one reference, one method and one row for each material.",
    discussion: """
      Each step is taken only where it is asked for, in this order: units (--unit), element \
      references (--references), methods (--fidelity-column with --to), duplicates. What was done is \
      written beside the table, as OUTPUT.json.
      """)

  @OptionGroup var rows: DataRows

  @Option(help: "The column of values.")
  var target: String

  @Option(help: "The unit to convert to.")
  var unit: String?

  @Option(help: "The unit of the values (default: what the column's name has in parentheses).")
  var fromUnit: String?

  @Option(help: "The column that holds the unit of each row.")
  var unitColumn: String?

  @Option(
    name: .customLong("equivalence"),
    help: """
      A law or count that conversions may use: spectroscopy, thermal, vickers, mole-of-atoms, \
      mole-of-formulas, atoms-of-formula. Repeatable.
      """)
  var equivalences: [String] = []

  @Option(help: "Energies of the elements (element, energy) that formation energies count from.")
  var references: String?

  @Option(help: "What they count from now; without it the values are total energies.")
  var oldReferences: String?

  @Option(help: "The column that says how each value was obtained.")
  var fidelityColumn: String?

  @Flag(help: "Take labels of one family of methods (PBE, pbe/PAW 520 eV) as one method.")
  var families = false

  @Option(help: "The method to whose scale the others are corrected.")
  var to: String?

  @Option(help: "How: shift (median), line (Theil-Sen) or elements (median and elements).")
  var form: ShiftForm = ShiftForm(value: .shift)

  @Option(help: "The column by which rows of two methods are one material (default: composition).")
  var matchColumn: String?

  @Option(help: "The column of standard uncertainties, in the unit of the values.")
  var uncertaintyColumn: String?

  @Option(help: "Rows of one composition: median, lowest or keep.")
  var duplicates: DuplicateChoice = DuplicateChoice(value: .keep)

  @Option(help: "The share of atoms within which compositions count as one.")
  var tolerance = 0.0

  @Option(name: .shortAndLong, help: "The table to write, .csv.")
  var output: String

  @OptionGroup var common: CommonOptions

  func validate() throws {
    try Suffix.check(output, is: [".csv"], of: "--output")
    guard to == nil || fidelityColumn != nil else {
      throw ValidationError("--to needs --fidelity-column.")
    }
    guard !families || fidelityColumn != nil else {
      throw ValidationError("--families needs --fidelity-column.")
    }
    guard oldReferences == nil || references != nil else {
      throw ValidationError("--old-references needs --references.")
    }
    guard fromUnit == nil || unitColumn == nil else {
      throw ValidationError("Give --from-unit or --unit-column, not both.")
    }
    guard (0..<1).contains(tolerance) else {
      throw ValidationError("--tolerance is a share of the atoms, from 0 to below 1.")
    }
  }

  mutating func run() throws {
    let table = try rows.load().table
    try findColumns(table)
    let (inputs, places, skipped) = try read(table)
    let keys = try matchColumn.map { name in
      let cells = try table.strings(name)
      return places.map { cells[$0] }
    }
    let (harmonized, record) = try harmonizer().harmonize(inputs, overlapKeys: keys)
    let outputUnit = unit ?? fromUnit ?? Table.unit(of: target)
    try AtomicFile.write(csv(harmonized, unit: outputUnit), to: output)
    let result = Result(
      source: table.file, target: target, output: output, record: record,
      protocols: try protocols(table), rowsWithoutValue: skipped)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(Array(encoder.encode(result)) + [10], to: output + ".json")
    if common.json { return try Terminal.printJSON(result) }
    for line in lines(result, unit: outputUnit) { print(line) }
  }

  struct Result: Encodable {
    let source: String
    let target: String
    let output: String
    let record: HarmonizationRecord

    /// What the methods of the rows mean.
    let protocols: [ProtocolFamily]
    let rowsWithoutValue: Int
  }

  // MARK: Reading

  /// Full names in the place of names without units.
  private mutating func findColumns(_ table: Table) throws {
    target = try table.column(meaning: target)
    unitColumn = try unitColumn.map { try table.column(meaning: $0) }
    fidelityColumn = try fidelityColumn.map { try table.column(meaning: $0) }
    matchColumn = try matchColumn.map { try table.column(meaning: $0) }
    uncertaintyColumn = try uncertaintyColumn.map { try table.column(meaning: $0) }
  }

  /// The families of the methods, of rows with a value.
  private func protocols(_ table: Table) throws -> [ProtocolFamily] {
    guard let column = try fidelityColumn ?? rows.usualFidelityColumn(of: table) else { return [] }
    let labels = try table.strings(column)
    let values = try table.optionalDoubles(target)
    return ProtocolFamily.all(in: labels.indices.filter { values[$0] != nil }.map { labels[$0] })
  }

  private func read(
    _ table: Table
  ) throws -> (rows: [Harmonizer.Row], places: [Int], skipped: Int) {
    let subject = try SplitRows(table, formula: rows.formulaColumn(of: table))
    let values = try table.optionalDoubles(target)
    let fidelities = try fidelityColumn.map { try table.strings($0) }?
      .map { families ? MethodLabel.family(of: $0) : $0 }
    let uncertainties = try uncertaintyColumn.map { try table.optionalDoubles($0) }
    let units = try units(table)
    var inputs: [Harmonizer.Row] = []
    var places: [Int] = []
    for (place, value) in values.enumerated() {
      guard let value else { continue }
      if let uncertainty = uncertainties?[place], !MeasurementCheck.isUncertainty(uncertainty) {
        throw CommandError(
          "\(table.file):\(table.lines[place]): \(uncertainty) is no standard uncertainty; correct "
            + "or remove it.")
      }
      inputs.append(
        Harmonizer.Row(
          subject.identifiers[place], subject.compositions[place], value: value,
          unit: units?[place], standardUncertainty: uncertainties?[place],
          fidelity: fidelities?[place] ?? ""))
      places.append(place)
    }
    return (inputs, places, values.count - inputs.count)
  }

  /// The unit of each row; `nil` where none is stated.
  private func units(_ table: Table) throws -> [Matter.Unit]? {
    if let unitColumn {
      var known: [String: Matter.Unit] = [:]
      return try table.strings(unitColumn).enumerated().map { row, text in
        if let unit = known[text] { return unit }
        do throws(UnitError) {
          let unit = try Matter.Unit(parsing: text)
          known[text] = unit
          return unit
        } catch {
          throw table.error(row: row, column: unitColumn, "\(error)")
        }
      }
    }
    guard let text = fromUnit ?? Table.unit(of: target) else { return nil }
    // A unit that only the name states is needed only where something is converted.
    if fromUnit == nil, unit == nil, references == nil { return nil }
    let unit = try Matter.Unit(parsing: text)
    return [Matter.Unit](repeating: unit, count: table.rowCount)
  }

  // MARK: Doing

  private func harmonizer() throws -> Harmonizer {
    var harmonizer = Harmonizer()
    harmonizer.unit = try unit.map { try Matter.Unit(parsing: $0) }
    for name in equivalences {
      switch name {
      case "spectroscopy": harmonizer.equivalences.append(.spectroscopy)
      case "thermal": harmonizer.equivalences.append(.thermal)
      case "vickers": harmonizer.equivalences.append(.vickersHardness)
      case "mole-of-atoms": harmonizer.equivalences.append(.mole(of: .atom))
      case "mole-of-formulas": harmonizer.equivalences.append(.mole(of: .formulaUnit))
      case "atoms-of-formula": harmonizer.countsAtomsOfFormula = true
      default:
        throw CommandError(
          "There is no equivalence \"\(name)\"; there are spectroscopy, thermal, vickers, "
            + "mole-of-atoms, mole-of-formulas and atoms-of-formula.")
      }
    }
    harmonizer.references = try references.map { try ElementReferences(DataFile.table($0)) }
    harmonizer.oldReferences = try oldReferences.map { try ElementReferences(DataFile.table($0)) }
    harmonizer.fidelity = to
    harmonizer.form = form.value
    harmonizer.duplicates = duplicates.value
    harmonizer.tolerance = tolerance
    harmonizer.seed = common.seed
    return harmonizer
  }

  // MARK: Saying

  private func csv(_ harmonized: [HarmonizedRow], unit: String?) -> String {
    let stem = Table.unit(of: target).map { target.replacing(" (\($0))", with: "") } ?? target
    var text = CSVText(header: [
      "id", "formula", unit.map { "\(stem) (\($0))" } ?? stem, "standard_uncertainty", "spread",
      "rows", "method", "original_method",
    ])
    for row in harmonized {
      text.append([
        row.identifier, row.formula, CSVText.number(row.value),
        row.standardUncertainty.map { CSVText.number($0) } ?? "",
        row.spread.map { CSVText.number($0) } ?? "", "\(row.count)", row.fidelity,
        row.originalFidelity,
      ])
    }
    return text.text
  }

  private func lines(_ result: Result, unit: String?) -> [String] {
    let record = result.record
    let unit = unit.map { " \($0)" } ?? ""
    var lines = [
      "\(result.source): \(DataText.count(record.rowsIn, "value")) became "
        + DataText.count(record.rowsOut, "row")
    ]
    if result.rowsWithoutValue > 0 {
      lines.append("  left out without a value: \(DataText.count(result.rowsWithoutValue, "row"))")
    }
    for step in record.units {
      let factor = step.factor.map { ", times \(Report.number($0, significant: 7))" } ?? ""
      lines.append(
        "  units: \(DataText.count(step.rows, "value")) from \(step.from) to \(step.to)\(factor)")
    }
    if let step = record.references {
      let from = step.oldReferences.map { "from \($0.name)" } ?? "from total energies"
      lines.append(
        "  references: \(DataText.count(step.rows, "value")) \(from) to \(step.references.name)")
    }
    lines += ProtocolText.lines(result.protocols)
    for step in record.methods { lines += methodLines(step, unit) }
    if let step = record.duplicates {
      let noise = step.pooledStandardDeviation.map {
        "; they differ by \(Report.number($0))\(unit) (pooled standard deviation)"
      }
      lines.append(
        "  duplicates: \(DataText.count(step.rows, "row")) of "
          + "\(DataText.count(step.groups, "material")) merged (\(step.rule.rawValue))"
          + (noise ?? ""))
    }
    lines += record.notes.map { "  \($0)" }
    return lines + ["Written: \(output) and \(output).json"]
  }

  private func methodLines(_ step: HarmonizationRecord.MethodStep, _ unit: String) -> [String] {
    let shift = step.shift
    func interval(_ estimate: IntervalEstimate) -> String {
      "\(Report.number(estimate.value)) (95 %: \(Report.number(estimate.lower)) to "
        + "\(Report.number(estimate.upper)))"
    }
    var lines = [
      "  \(shift.source) to \(shift.target): \(shift.pairs) materials have both",
      "    median difference \(interval(shift.median))\(unit), Huber "
        + "\(interval(shift.huber))\(unit), spread \(Report.number(shift.spread))\(unit)",
    ]
    if let slope = shift.slope, let intercept = shift.intercept {
      lines.append(
        "    line: slope \(interval(slope)), intercept \(Report.number(intercept))\(unit)")
    }
    let left = ["none", "shift", "line", "elements"].compactMap { name in
      shift.remaining[name].map { "\(name) \(Report.number($0))" }
    }
    lines.append(
      "    mean absolute difference left on held-out materials:"
        + " \(left.joined(separator: ", "))\(unit)")
    return lines + ["    \(DataText.count(step.rows, "value")) corrected by \(step.form.rawValue)"]
  }
}

/// Values of options by their names.
struct ShiftForm: ExpressibleByArgument {
  let value: FidelityShift.Form

  init(value: FidelityShift.Form) {
    self.value = value
  }

  init?(argument: String) {
    guard let value = FidelityShift.Form(rawValue: argument) else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { value.rawValue }
}

struct DuplicateChoice: ExpressibleByArgument {
  let value: DuplicateRule

  init(value: DuplicateRule) {
    self.value = value
  }

  init?(argument: String) {
    guard let value = DuplicateRule(rawValue: argument) else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { value.rawValue }
}
