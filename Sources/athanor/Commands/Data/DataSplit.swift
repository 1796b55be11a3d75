import ArgumentParser
import DenseMath
import Ecosystem
import Formats
import Foundation
import Matter
import Reporting
import Representations

struct DataSplit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "split",
    abstract: "Divide rows into training and test, and measure what the test has seen.",
    discussion: """
      The split is a file that knows the rows it belongs to. Kinds: random; stratified (by the \
      target, or the classes of --column); grouped (by --column, or --groups formula or \
      chemical-system); matbench (the official folds, with --column for classification); cluster \
      (leave one cluster of similar compositions out); element (--elements Ti,Zn); sparse (the most \
      extreme targets); time (by --column: each period is tested by the earlier ones).
      """)

  @OptionGroup var rows: DataRows

  @Option(help: "The kind: \(SplitRecipe.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
  var kind: SplitKind

  @Option(help: "Folds.")
  var folds = 5

  @Option(help: "The column of the property: stratified and sparse need it.")
  var target: String?

  @Option(help: "The column of classes, groups or times.")
  var column: String?

  @Option(help: "What is held together: formula or chemical-system.")
  var groups: SplitGroups?

  @Option(help: "The elements to hold out, with commas between them.")
  var elements: String?

  @Option(help: "The share of the rows that the sparse kind tests.")
  var share: Double?

  @Option(help: "Which extremes the sparse kind tests: both, low or high.")
  var tail: SplitTail?

  @Option(help: "The share of atoms by which near compositions may differ.")
  var tolerance = 0.02

  @Option(name: .shortAndLong, help: "The file to write, .json.")
  var output: String

  @OptionGroup var common: CommonOptions

  func validate() throws {
    try Suffix.check(output, is: [".json"], of: "--output")
    guard tolerance > 0, tolerance < 1 else {
      throw ValidationError("--tolerance is a share of the atoms, between 0 and 1.")
    }
  }

  func run() throws {
    let loaded = try rows.load()
    let table = loaded.table
    let subject =
      try loaded.subject ?? SplitRows(table, formula: rows.formulaColumn(of: table))
    let decisive = try column.map { try table.column(meaning: $0) }
    var maker = SplitMaker(subject, recipe: try recipe(column: decisive))
    maker.targets = try target.map { try table.doubles(table.column(meaning: $0)) }
    maker.labels = try decisive.map { try table.strings($0) }
    if kind.value == .cluster { maker.features = try features(subject.compositions) }
    let split = try maker.split()
    let leakage = try SplitLeakage(
      split, rows: subject, crystalKeys: loaded.crystals?.identities(threads: common.threads),
      tolerance: tolerance)
    try SplitFile.write(split, to: output)
    let result = Result(
      output: output, name: split.name, contentHash: split.contentHash, rowsHash: split.rowsHash,
      folds: split.foldCount, leakage: leakage)
    if common.json { return try Terminal.printJSON(result) }
    for line in lines(split, leakage) { print(line) }
  }

  struct Result: Encodable {
    let output: String
    let name: String
    let contentHash: String
    let rowsHash: String
    let folds: Int
    let leakage: SplitLeakage
  }

  private func recipe(column: String?) throws -> SplitRecipe {
    var recipe = SplitRecipe(kind.value, folds: folds, seed: common.seed)
    if [.element, .sparse].contains(kind.value) { recipe.folds = 1 }
    recipe.column = column
    recipe.groups = groups?.value
    recipe.share = share
    recipe.tail = tail?.value
    recipe.elements = try elements?.split(separator: ",").map { part in
      let symbol = part.filter { $0 != " " }
      guard let element = Element(symbol: symbol) else {
        throw CommandError("\"\(symbol)\" is not the symbol of an element.")
      }
      return element
    }
    return recipe
  }

  /// Composition statistics of Magpie; columns with a missing value are left out.
  private func features(_ compositions: [Composition]) throws -> Matrix {
    let descriptor = MagpieDescriptor()
    let values = try descriptor.rows(compositions)
    let width = descriptor.columns.count
    let whole = (0..<width).filter { column in
      stride(from: column, to: values.count, by: width).allSatisfy { values[$0].isFinite }
    }
    return Matrix(
      rows: compositions.count, columns: whole.count,
      elements: compositions.indices.flatMap { row in whole.map { values[row * width + $0] } })
  }

  private func lines(_ split: Split, _ leakage: SplitLeakage) -> [String] {
    var lines = ["\(split.name), \(split.rowCount) rows: \(output)"]
    for fold in leakage.folds {
      let name = fold.name.map { " (\($0))" } ?? ""
      lines.append(
        "  fold \(fold.fold ?? 0)\(name): \(fold.trainingRows) train, \(fold.testRows) test; "
          + "in training: same composition \(Report.percent(fold.sameComposition)), near "
          + "\(Report.percent(fold.nearComposition)), same elements "
          + "\(Report.percent(fold.sameChemicalSystem))"
          + (fold.sameCrystal.map { ", same crystal \(Report.percent($0))" } ?? ""))
    }
    return lines + ["  SHA-256 \(split.contentHash)"]
  }
}

/// Splits as files.
enum SplitFile {
  static func read(_ path: String) throws -> Split {
    do {
      return try JSONDecoder().decode(Split.self, from: Data(AtomicFile.read(path)))
    } catch is DecodingError {
      throw CommandError("\(path) is not a split; make one with athanor data split.")
    } catch let error as SplitError {
      throw CommandError("\(path): \(error)")
    }
  }

  static func write(_ split: Split, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(Array(encoder.encode(split)) + [10], to: path)
  }
}

/// Values of options by their names.
struct SplitKind: ExpressibleByArgument {
  let value: SplitRecipe.Kind

  init?(argument: String) {
    guard let value = SplitRecipe.Kind(rawValue: argument) else { return nil }
    self.value = value
  }
}

struct SplitGroups: ExpressibleByArgument {
  let value: SplitRecipe.Groups

  init?(argument: String) {
    guard let value = SplitRecipe.Groups(rawValue: argument) else { return nil }
    self.value = value
  }
}

struct SplitTail: ExpressibleByArgument {
  let value: SplitRecipe.Tail

  init?(argument: String) {
    guard let value = SplitRecipe.Tail(rawValue: argument) else { return nil }
    self.value = value
  }
}
