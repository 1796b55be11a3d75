public import ArgumentParser
public import Ecosystem
import Formats
import Foundation
import Learning
import Matter
import Reporting

/// Which rows of a table a model learns from, and what they say: options of `train`.
struct TrainingTable: ParsableArguments {
  @Option(help: "The column of formulas (default: found by its name).")
  var formula: String?

  @OptionGroup var structures: StructureOptions

  @Option(
    name: .customLong("variable"),
    help: "A column of numbers to use beside the formula, such as a temperature. Repeatable.")
  var variables: [String] = []

  @Option(help: "The unit of the target (default: what its name has in parentheses).")
  var unit: String?

  @Option(
    help: """
      Whether the target is a number or a class; auto: a class where it is true or false, 0 or 1, or \
      a few texts.
      """)
  var task = TaskKind.auto

  @Option(help: "A column of weights: how much each row counts in training.")
  var weight: String?

  @Option(
    help: """
      A column that names the method of each row (PBE, HSE, experiment); COLUMN=METHOD says of which \
      one predictions are.
      """)
  var fidelity: String?

  @Option(
    help: """
      With --fidelity COLUMN: learn this method's values with the help of the others', judged on its rows \
      alone and against a model that sees no others.
      """)
  var predictFidelity: String?

  @Flag(
    help: """
      With --predict-fidelity: values of the other methods are known of whatever will be asked about, so \
      that held-out materials keep theirs.
      """)
  var lowerKnown = false

  @Option(
    help: """
      Rows with equal values of this column are held out together (default: rows of the same \
      composition).
      """)
  var group: String?

  @Option(help: "What becomes of rows with the same material: keep, mean, median or drop.")
  var repeats = Dataset.Repeats.keep

  @Option(
    help: """
      What a row does whose target is no number where numbers are learned, such as <0.1: stop refuses \
      the table, skip leaves the row out and lists it.
      """)
  var onError = OnError.stop

  @Flag(help: "Take a target that is a limit, such as <0.1 or >500, as that number.")
  var limitsAsValues = false

  @Flag(help: "Learn the decimal logarithm of the target, which must be above 0.")
  var log = false

  enum TaskKind: String, ExpressibleByArgument, CaseIterable {
    case auto, regression, classification
  }

  func validate() throws {
    guard !(log && task == .classification) else {
      throw ValidationError("Classes have no logarithm: leave --log out.")
    }
    guard predictFidelity == nil || fidelity != nil else {
      throw ValidationError("--predict-fidelity needs the column of methods: --fidelity COLUMN.")
    }
    guard !lowerKnown || predictFidelity != nil else {
      throw ValidationError("--lower-known is for --predict-fidelity.")
    }
    guard predictFidelity == nil || task != .classification else {
      throw ValidationError("--predict-fidelity learns numbers, not classes.")
    }
  }

  /// The rows of a file, those that cannot be used aside.
  struct Source {
    let materials: MaterialBatch
    let skipped: [SkippedRow]

    /// Rows of the file.
    let total: Int
  }

  /// The rows of a file or a folder with their materials; which of them are left out is said on
  /// standard error.
  ///
  /// - Parameter reader: What learns from them, where it needs crystals.
  func source(_ path: String, crystalsFor reader: String?, threads: Int) throws -> Source {
    let all = try MaterialRows.all(
      path, options: structures.reading(formula: formula), threads: threads)
    var (materials, skipped) = (all, all.isOfStructures ? all.skipped : [])
    if let reader {
      let found = try all.crystals(neededBy: reader)
      materials = found.batch
      skipped += found.skipped
    } else {
      SkippedRows.logFormulas(all)
    }
    SkippedRows.log(skipped, of: all.rows.count, in: path, all: Self.whereAll)
    return Source(materials: materials, skipped: skipped, total: all.rows.count)
  }

  private static let whereAll = "train lists all with --json and --report"

  /// Rows to learn from, and those that are left out.
  struct Rows {
    let dataset: Dataset
    let skipped: [SkippedRow]
  }

  /// The rows with this target; what was done to them is said on standard error.
  func rows(_ source: Source, target: String, threads: Int) throws -> Rows {
    var (usable, skipped) = (source.materials, source.skipped)
    let column = try usable.table.column(meaning: target)
    if limitsAsValues { usable = try limits(usable, column: column) }
    let isClass = try holdsClasses(usable.table, column: column)
    if onError == .skip, !isClass {
      let (numbers, others) = try Self.numbers(usable, column: column)
      SkippedRows.log(others, of: source.total, in: usable.table.file, all: Self.whereAll)
      usable = numbers
      skipped += others
    }
    let dataset: Dataset
    do {
      dataset = try self.dataset(usable, target: column, isClass: isClass, threads: threads)
    } catch let error as ReadingError where error.field == column && onError == .stop {
      let limits = try usable.table.strings(column).contains { LimitValues.number($0) != nil }
      throw CommandError(
        "\(error) --on-error skip leaves such rows out"
          + (limits ? "; --limits-as-values takes limits as numbers." : "."))
    }
    let targets = try usable.table.strings(column)
    for (row, target) in zip(usable.rows, targets) where target.isEmpty && row.skipped == nil {
      skipped.append(SkippedRow(line: row.line, name: row.name, reason: "It has no \(column)."))
    }
    return Rows(dataset: dataset, skipped: skipped.sorted { $0.line < $1.line })
  }

  /// The rows with limits as numbers; how many is said on standard error.
  func limits(_ materials: MaterialBatch, column: String) throws -> MaterialBatch {
    let (result, count) = try LimitValues.taken(materials, column: column)
    if count > 0 {
      Terminal.log(
        "athanor: \(count) of \(materials.rows.count) rows have a limit as their \(column), which is "
          + "taken as the number.")
    }
    return result
  }

  private func holdsClasses(_ table: Table, column: String) throws -> Bool {
    switch task {
    case .auto: try !log && Dataset.holdsClasses(table, column: column)
    case .regression: false
    case .classification: true
    }
  }

  /// The rows whose target is a number or empty, and the others.
  private static func numbers(
    _ materials: MaterialBatch, column: String
  ) throws -> (MaterialBatch, [SkippedRow]) {
    let cells = try materials.table.strings(column)
    let others = cells.indices.filter { row in
      !cells[row].isEmpty && Table.number(cells[row]) == nil && materials.rows[row].skipped == nil
    }
    guard !others.isEmpty else { return (materials, []) }
    let left = Set(others)
    return (
      materials.subset(cells.indices.filter { !left.contains($0) }),
      others.map { row in
        SkippedRow(
          line: materials.rows[row].line, name: materials.rows[row].name,
          reason: "\(column) is \"\(cells[row].prefix(40))\", which is no number.")
      }
    )
  }

  /// - Parameter column: By its full name.
  private func dataset(
    _ materials: MaterialBatch, target column: String, isClass: Bool, threads: Int
  ) throws -> Dataset {
    let table = materials.table
    guard !variables.contains(column) else {
      throw CommandError("--variable \"\(column)\" is the target itself.")
    }
    var columns = Dataset.Columns(target: column, formula: formula)
    columns.variables = variables
    columns.unit = unit
    columns.weight = weight
    columns.group = group
    columns.leavesOutMissing = true
    columns.isClass = isClass
    let (method, standard) = try method(table)
    columns.fidelity = method
    columns.standardFidelity = standard
    var dataset = try Dataset(materials, columns: columns)
    let usable =
      materials.isOfStructures ? materials.rows.count { $0.skipped == nil } : table.rowCount
    report(missing: usable - dataset.rows.count, of: table, column)
    dataset = try dealt(dataset, threads: threads)
    if !dataset.classes.isEmpty { return try withoutRareClasses(dataset) }
    guard log else {
      offerLogarithm(dataset)
      return dataset
    }
    return try dataset.logarithmic()
  }

  /// `COLUMN=METHOD`; a column whose own name holds the sign is found first.
  private func method(_ table: Table) throws -> (column: String?, standard: String?) {
    guard let fidelity, !table.has(fidelity),
      let sign = fidelity.lastIndex(of: "=")
    else { return (fidelity, nil) }
    return (String(fidelity[..<sign]), String(fidelity[fidelity.index(after: sign)...]))
  }

  private func report(missing: Int, of table: Table, _ column: String) {
    guard missing > 0 else { return }
    Terminal.log(
      "athanor: \(missing) of \(table.rowCount) rows have no \(column) and are left out.")
  }

  private func dealt(_ dataset: Dataset, threads: Int) throws -> Dataset {
    let same = try dataset.firstOfSame(threads: threads)
    let contradictions = dataset.contradictions(among: same)
    let result = try dataset.dealing(with: repeats, among: same)
    guard !contradictions.isEmpty else { return result }
    let example = MaterialIdentity.reduced(contradictions[0].composition).percentFormula
    let count = "\(contradictions.count) material\(contradictions.count == 1 ? "" : "s")"
    let fate =
      switch repeats {
      case .keep:
        "all rows are kept as repeated measurements (--repeats mean|median|drop joins them)"
      case .mean, .median: "each is now one row with the \(repeats.rawValue)"
      case .drop: "they are left out"
      }
    Terminal.log(
      "athanor: \(count) with different values of \(dataset.targetName), such as \(example): \(fate)."
    )
    return result
  }

  private func withoutRareClasses(_ dataset: Dataset) throws -> Dataset {
    let rare = dataset.classes(withFewerRowsThan: ClassPipeline.leastRows)
    guard !rare.isEmpty else { return dataset }
    let names = rare.map { "\"\($0.prefix(40))\"" }.prefix(10).joined(separator: ", ")
    guard dataset.classes.count - rare.count > 1 else {
      throw TrainingError.tooFewClasses(
        dataset.classes.filter { !rare.contains($0) }, leastRows: ClassPipeline.leastRows)
    }
    Terminal.log(
      "athanor: fewer than \(ClassPipeline.leastRows) rows have the class \(names): too few to "
        + "learn from and to judge by; they are left out.")
    return try dataset.without(classes: rare)
  }

  private func offerLogarithm(_ dataset: Dataset) {
    guard let decades = dataset.decades, decades >= 4 else { return }
    Terminal.log(
      "athanor: \(dataset.targetName) spans \(Int(decades.rounded())) decades; with --log its "
        + "logarithm is learned, so that small values count as much as large ones.")
  }
}

extension Dataset.Repeats: ExpressibleByArgument {}
