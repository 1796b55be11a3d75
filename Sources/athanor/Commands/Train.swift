import ArgumentParser
import Ecosystem
import Formats
import Foundation
import Learning
import Matter
import Reporting

struct Train: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Learn a property from a table and measure how well it is learned.",
    discussion: """
      Every row is predicted once by a model that has not seen it; errors, coverage and \
      calibration come from these predictions. The model that is written was trained on all rows; \
      with a split of one test set (--split), on its training rows.
      """)

  @Argument(help: "A table (CSV, TSV, JSON) with a column of formulas.")
  var file: String

  @Option(help: "The column to predict.")
  var target: String

  @Option(help: "The column of formulas (default: found by its name).")
  var formula: String?

  @Option(
    name: .customLong("variable"),
    help: "A column of numbers to use beside the formula, such as a temperature. Repeatable.")
  var variables: [String] = []

  @Option(help: "The unit of the target (default: what its name has in parentheses).")
  var unit: String?

  @Option(
    help: """
      Rows with equal values of this column are held out together (default: rows of the same \
      composition).
      """)
  var group: String?

  @Option(help: "What learns: \(SurrogateChoice.help)")
  var with: SurrogateChoice?

  @Option(help: "Folds of the cross-validation.")
  var folds = 5

  @Option(
    help: """
      A split that data split made, in the place of --folds and --group: its test rows are judged. A \
      split with one test set also keeps these rows out of the model.
      """)
  var split: String?

  @Option(
    name: .shortAndLong, help: "The model file to write (default: TARGET.safetensors).")
  var output: String?

  @Option(help: "Also write a page about the model: an HTML file.")
  var report: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard folds >= 2 else { throw ValidationError("--folds must be at least 2.") }
    guard !variables.contains(target) else {
      throw ValidationError("--variable \"\(target)\" is the target itself.")
    }
    guard split == nil || group == nil else {
      throw ValidationError("Give --split or --group, not both.")
    }
    try Suffix.check(output, is: [".safetensors"], of: "--output")
    try Suffix.check(report, is: [".html"], of: "--report")
  }

  func run() async throws {
    let table = try DataFile.table(file)
    let column = try table.column(meaning: target)
    var columns = Dataset.Columns(target: column, formula: formula)
    columns.variables = variables
    columns.unit = unit
    let dataset = try Dataset(table, columns: columns)
    let choice = with ?? .standard(rows: dataset.rows.count)
    let groups = try group.map { try table.strings($0) } ?? dataset.repeatedCompositions
    let split = try readSplit(for: dataset)
    let outcome = try fit(dataset, choice, groups: groups, split: split)
    guard let surrogate = outcome.surrogate as? any StorableSurrogate else {
      throw CommandError("A model of the kind \(choice.rawValue) cannot be stored.")
    }
    // A single test set is no part of the model.
    let trained = split?.foldCount == 1 ? try dataset.subset(split?.training(0) ?? []) : dataset
    let card = ModelCard(
      dataset: trained, formulaColumn: try Dataset.formulaColumn(of: table, formula),
      surrogate: (surrogate as? Stack).map { "auto (\($0.summary))" } ?? choice.rawValue,
      settings: settings(choice), seed: common.seed,
      versions: ["athanor": Version.current], quality: outcome.quality)
    let model = Model(
      surrogate: surrogate, calibration: outcome.calibration, card: card,
      training: TrainingRows(trained, threads: common.threads))
    let path = output ?? "\(target.replacing("/", with: "_")).safetensors"
    if let report { try write(outcome, dataset, card, to: report) }
    do {
      try model.write(to: path)
    } catch {
      // A page about a model that is not there would mislead.
      if let report { try? FileManager.default.removeItem(atPath: report) }
      throw error
    }
    try TrainingResult(card, model: path, report: report).print(asJSON: common.json)
  }

  /// The split that is asked for.
  ///
  /// - Throws: ``SplitError`` where it belongs to other rows.
  private func readSplit(for dataset: Dataset) throws -> Split? {
    guard let path = split else { return nil }
    let split = try SplitFile.read(path)
    do throws(SplitError) {
      try split.verify(dataset)
    } catch {
      throw CommandError("\(path): \(error)")
    }
    return split
  }

  private func fit(
    _ dataset: Dataset, _ choice: SurrogateChoice, groups: [String]?, split: Split?
  ) throws -> TrainingOutcome {
    let fits = (split?.foldCount ?? folds) + 1
    let bar = ProgressBar("training and judging \(choice.rawValue)", total: fits, unit: "fits")
    defer { bar.finish() }
    if let split {
      let parts = (0..<split.foldCount).map {
        TrainingPipeline.Part(training: split.training($0), test: split.test($0))
      }
      return try TrainingPipeline(threads: common.threads).run(
        candidates: dataset.candidates, targets: dataset.targets, parts: parts,
        trainer: trainer(choice, dataset),
        seed: common.seed
      ) { done, total in
        bar.set(fraction: Double(done) / Double(total))
      }
    }
    return try TrainingPipeline(.init(folds: folds), threads: common.threads).run(
      candidates: dataset.candidates, targets: dataset.targets, groups: groups,
      trainer: trainer(choice, dataset), seed: common.seed
    ) { done, total in
      bar.set(fraction: Double(done) / Double(total))
    }
  }

  private func trainer(_ choice: SurrogateChoice, _ dataset: Dataset) -> any SurrogateTrainer {
    choice.trainer(rows: dataset.rows.count, threads: common.threads, folds: folds)
  }

  /// The command that makes the same model.
  private func settings(_ choice: SurrogateChoice) -> String {
    let named = [
      ("--formula", formula), ("--unit", unit), ("--group", group), ("--split", split),
    ]
    let options =
      [("--target", target)] + variables.map { ("--variable", $0) }
      + named.compactMap { name, value in value.map { (name, $0) } }
    return "athanor train \"\(file)\" "
      + options.map { "\($0) \"\($1)\" " }.joined()
      + "--with \(choice.rawValue) \(split == nil ? "--folds \(folds) " : "")--seed \(common.seed)"
  }

  private func write(
    _ outcome: TrainingOutcome, _ dataset: Dataset, _ card: ModelCard, to path: String
  ) throws {
    let page = TrainingReport(
      outcome, card: card,
      names: outcome.heldOut.map { dataset.candidates[$0.row].composition.percentFormula }
    ).page
    try AtomicFile.write(page.html(vegaBundle: ChartBundle.text), to: path)
  }
}
