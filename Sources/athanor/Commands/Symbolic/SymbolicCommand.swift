import ArgumentParser
import Ecosystem
import Formats
import Foundation
import Learning

struct SymbolicCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "symbolic",
    abstract: "Find a formula that a person can read, and use it.",
    subcommands: [SymbolicFind.self, SymbolicApply.self, SymbolicCheck.self],
    defaultSubcommand: SymbolicFind.self)
}

/// The rows, target and features of a search.
struct SymbolicRows: ParsableArguments {
  @Option(help: "The column to explain: numbers, or two classes.")
  var target: String

  @Option(
    name: .customLong("feature"),
    help: ArgumentHelp(
      """
      A column that formulas may use, with its unit where the name does not state it (1 for a plain \
      number). Repeatable (default: all columns of numbers).
      """, valueName: "column[=unit]"))
  var features: [String] = []

  @Option(help: "What the target is: auto, regression, classification.")
  var task = "auto"

  @Option(
    name: .customLong("class"),
    help: "The class to tell from all others (default: the second of two).")
  var positive: String?

  @Option(
    help: """
      A column that marks rows of training (train, 1) and test (test, 0, -1). Test rows are judged \
      only.
      """)
  var splitColumn: String?

  @Option(help: "Keep this share of the rows, chosen by chance, for a test.")
  var holdout: Double?

  func validate() throws {
    guard SymbolicTable.Task(rawValue: task) != nil else {
      throw ValidationError("--task is auto, regression or classification, not \(task).")
    }
    guard splitColumn == nil || holdout == nil else {
      throw ValidationError("Give --split-column or --holdout, not both.")
    }
    guard holdout.map({ $0 > 0 && $0 < 1 }) ?? true else {
      throw ValidationError("--holdout is a share of the rows, between 0 and 1.")
    }
  }

  struct Loaded {
    let problem: SymbolicProblem
    let training: [Int]
    let test: [Int]
  }

  func load(_ file: String, seed: UInt64) throws -> Loaded {
    let table = try DataFile.table(file)
    var columns = SymbolicTable(target: SymbolicTable.Column(parsing: target, in: table))
    columns.features = features.map { SymbolicTable.Column(parsing: $0, in: table) }
    columns.task = SymbolicTable.Task(rawValue: task) ?? .automatic
    columns.positiveClass = positive
    let marks = try splitColumn.map { try table.column(meaning: $0) }
    if let marks { columns.excluded = [marks] }
    let (problem, notes) = try columns.problem(table)
    for note in notes { Terminal.log("athanor: \(note)") }
    let split = try SymbolicSplit(problem.target, holdout: holdout ?? 0, seed: seed)
    guard let marks else {
      return Loaded(problem: problem, training: split.training, test: split.test)
    }
    let marked = try SymbolicSplit(table, marks: marks)
    return Loaded(problem: problem, training: marked.training, test: marked.test)
  }
}

struct SymbolicFind: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find",
    abstract: "Find a formula for a column (the default of athanor symbolic).",
    discussion: """
      Operators are applied to the columns again and again (rungs), units permitting; the features \
      that explain most are combined (dimension). How far to go is chosen by cross-validation inside \
      the training rows. Operators: \
      \(FormulaOperator.allCases.map(\.rawValue).joined(separator: ", ")).
      """)

  @Argument(help: "A table (CSV, TSV, JSON).")
  var file: String

  @OptionGroup var rows: SymbolicRows

  @Option(help: "How often operators are applied at most, 0 to 3.")
  var rungs = SymbolicConfiguration().rungs

  @Option(name: .shortAndLong, help: "How many features are combined at most, 1 to 3.")
  var dimension = SymbolicConfiguration().dimension

  @Option(help: "The operators, with commas between them.")
  var operators = FormulaOperator.usual.map(\.rawValue).joined(separator: ",")

  @Option(help: "About how many features of the last rung are looked at in one pass.")
  var budget = SymbolicConfiguration().budget

  @Option(help: "Features that each screening keeps.")
  var subspace = SymbolicConfiguration().subspace

  @Option(help: "Folds of the cross-validation.")
  var folds = SymbolicConfiguration().folds

  @Option(help: "How many formulas are given.")
  var top = SymbolicConfiguration().top

  @Option(name: .shortAndLong, help: "The file to write the formulas to, .json.")
  var output: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (0...3).contains(rungs) else { throw ValidationError("--rungs is 0, 1, 2 or 3.") }
    guard (1...3).contains(dimension) else { throw ValidationError("--dimension is 1, 2 or 3.") }
    guard (1000...2_000_000_000).contains(budget) else {
      throw ValidationError("--budget is a number of features from 1000 to 2000000000.")
    }
    guard (1...5000).contains(subspace) else {
      throw ValidationError("--subspace is a number from 1 to 5000.")
    }
    guard (2...100).contains(folds) else { throw ValidationError("--folds is 2 to 100.") }
    guard (1...subspace).contains(top) else {
      throw ValidationError("--top is a number from 1 to --subspace.")
    }
    _ = try parsedOperators()
    try Suffix.check(output, is: [".json"], of: "--output")
  }

  private func parsedOperators() throws -> [FormulaOperator] {
    let names = operators.split(separator: ",").map { $0.filter { $0 != " " } }
    guard !names.isEmpty else { throw ValidationError("--operators names none.") }
    var seen: Set<FormulaOperator> = []
    return try names.compactMap { name in
      guard let function = FormulaOperator(rawValue: name) else {
        throw ValidationError(
          "There is no operator \"\(name)\"; there are "
            + "\(FormulaOperator.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      return seen.insert(function).inserted ? function : nil
    }
  }

  func run() throws {
    let loaded = try rows.load(file, seed: common.seed)
    var configuration = SymbolicConfiguration()
    configuration.rungs = rungs
    configuration.dimension = dimension
    configuration.operators = try parsedOperators()
    configuration.budget = budget
    configuration.subspace = subspace
    configuration.folds = folds
    configuration.top = top
    configuration.seed = common.seed
    let start = Date()
    let bar = ProgressBar("features", total: 1000, unit: "‰")
    let result: SymbolicResult
    do {
      defer { bar.finish() }
      result = try SymbolicRegression(configuration, threads: common.threads).find(
        loaded.problem, training: loaded.training, test: loaded.test
      ) { fraction, label in bar.set(fraction: fraction, label: label) }
    }
    if let output {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try AtomicFile.write(Array(encoder.encode(result)) + [10], to: output)
    }
    if common.json {
      try Terminal.printJSON(result)
    } else {
      for line in SymbolicText.lines(result, file: file) { print(line) }
      if let output { print("Written to \(output).") }
    }
    let seconds = Date().timeIntervalSince(start)
    Terminal.log(String(format: "athanor: %.1f s on %d threads.", seconds, common.threads))
  }
}
