import ArgumentParser
import Ecosystem
import Formats
import Foundation
import Learning

struct SymbolicApply: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Add what a formula says to the rows of a table.",
    discussion: """
      The table needs the columns that the formula names, in the same or in convertible units. For \
      classes the number of the formula, the class and its probability are added.
      """)

  @Argument(help: "The formulas that athanor symbolic wrote, .json.")
  var formulas: String

  @Argument(help: "A table (CSV, TSV, JSON).")
  var file: String

  @Option(help: "Which of the formulas to apply: 1 is the best.")
  var rank = 1

  @Option(name: .shortAndLong, help: "The file to write, .csv (default: standard output).")
  var output: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard rank >= 1 else { throw ValidationError("--rank starts at 1.") }
    try Suffix.check(output, is: [".csv"], of: "--output")
  }

  struct Row: Encodable {
    let value: Double?
    let `class`: String?
    let probability: Double?
  }

  struct Result: Encodable {
    let formula: String
    let rows: [Row]
  }

  func run() throws {
    let found = try SymbolicResult(AtomicFile.read(formulas), file: formulas)
    guard rank <= found.formulas.count else {
      throw CommandError("\(formulas) holds \(found.formulas.count) formulas; --rank is too high.")
    }
    let table = try DataFile.table(file)
    let application = try found.apply(to: table, rank: rank - 1)
    let missing = application.values.count { $0 == nil }
    if missing > 0 {
      Terminal.log("athanor: the formula has no finite value in \(missing) of the rows.")
    }
    if common.json {
      let rows = application.values.indices.map { row in
        Row(
          value: application.values[row], class: application.classes[row],
          probability: application.probabilities[row])
      }
      return try Terminal.printJSON(
        Result(formula: found.formulas[rank - 1].text, rows: rows))
    }
    try write(application, found, table)
  }

  private func write(
    _ application: SymbolicResult.Application, _ found: SymbolicResult, _ table: Table
  ) throws {
    let name = found.target
    let added =
      found.classes == nil
      ? ["\(name) by formula"]
      : ["\(name) number", "\(name) by formula", "\(name) probability"]
    var text = CSVText(header: table.columns + added)
    let columns = try table.columns.map { try table.strings($0) }
    for row in 0..<table.rowCount {
      let value = application.values[row].map(CSVText.number) ?? ""
      let own =
        found.classes == nil
        ? [value]
        : [
          value, application.classes[row] ?? "",
          application.probabilities[row].map { CSVText.number($0) } ?? "",
        ]
      text.append(columns.map { $0[row] } + own)
    }
    guard let output else { return print(text.text, terminator: "") }
    try AtomicFile.write(text.text, to: output)
    Terminal.log("Wrote \(table.rowCount) rows to \(output).")
  }
}

struct SymbolicCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Judge a formula of your own by the rows of a table.",
    discussion: """
      Units are checked. Numbers are compared with coefficient · formula + constant, classes with the \
      limits given, or else with the best limit on the training rows.
      """)

  @Argument(help: "The formula, for example 'rX / rB - nA * (nA - rA / rB / log(rA / rB))'.")
  var formula: String

  @Argument(help: "A table (CSV, TSV, JSON).")
  var file: String

  @OptionGroup var rows: SymbolicRows

  @Option(help: "The class lies above this value of the formula.")
  var above: Double?

  @Option(help: "The class lies below this value of the formula.")
  var below: Double?

  @OptionGroup var common: CommonOptions

  func run() throws {
    let formula = try Formula(parsing: self.formula)
    let loaded = try rows.load(file, seed: common.seed)
    let isBounded = above != nil || below != nil
    guard !isBounded || loaded.problem.target.isClassification else {
      throw CommandError("--above and --below divide classes; \(rows.target) holds numbers.")
    }
    let limits = isBounded ? FormulaCheck.Limits(above: above, below: below) : nil
    let check = try FormulaCheck(
      formula, loaded.problem, training: loaded.training, test: loaded.test, limits: limits)
    if common.json { return try Terminal.printJSON(check) }
    print("\(check.formula)\(check.unit.map { "  in \($0)" } ?? "")")
    if let limits = check.limits {
      let bounds = [limits.above.map { "above \($0)" }, limits.below.map { "below \($0)" }]
      print("  the class lies \(bounds.compactMap { $0 }.joined(separator: " and "))")
    }
    if let coefficient = check.coefficient, let intercept = check.intercept {
      print("  \(loaded.problem.targetName) = \(coefficient) · formula + \(intercept)")
    }
    let unit = loaded.problem.targetUnit.map { " \($0)" } ?? ""
    print(
      "  training (\(check.training.rows) rows): \(SymbolicText.figures(check.training, unit: unit))"
    )
    if let test = check.test {
      print("  test (\(test.rows) rows): \(SymbolicText.figures(test, unit: unit))")
    }
    print("  LaTeX: \(check.latex)")
  }
}
