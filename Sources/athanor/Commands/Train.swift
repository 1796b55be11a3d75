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
      calibration come from these predictions. The model that is written was trained on all rows.
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

  @Option(help: "The model file to write (default: TARGET.safetensors).")
  var output: String?

  @Option(help: "Also write a page about the model: an HTML file.")
  var report: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard folds >= 2 else { throw ValidationError("--folds must be at least 2.") }
    guard !variables.contains(target) else {
      throw ValidationError("--variable \"\(target)\" is the target itself.")
    }
    try Suffix.check(output, is: [".safetensors"], of: "--output")
    try Suffix.check(report, is: [".html"], of: "--report")
  }

  func run() async throws {
    let table = try DataFile.table(file)
    var columns = Dataset.Columns(target: target, formula: formula)
    columns.variables = variables
    columns.unit = unit
    let dataset = try Dataset(table, columns: columns)
    let choice = with ?? .standard(rows: dataset.rows.count)
    let groups = try group.map { try table.strings($0) } ?? dataset.repeatedCompositions
    let outcome = try fit(dataset, choice, groups: groups)
    guard let surrogate = outcome.surrogate as? any StorableSurrogate else {
      throw CommandError("A model of the kind \(choice.rawValue) cannot be stored.")
    }
    let card = ModelCard(
      dataset: dataset, formulaColumn: try Dataset.formulaColumn(of: table, formula),
      surrogate: choice.rawValue, settings: settings(choice), seed: common.seed,
      versions: ["athanor": Version.current], quality: outcome.quality)
    let model = Model(surrogate: surrogate, calibration: outcome.calibration, card: card)
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

  private func fit(
    _ dataset: Dataset, _ choice: SurrogateChoice, groups: [String]?
  ) throws -> TrainingOutcome {
    let bar = ProgressBar("training and judging \(choice.rawValue)", total: folds + 1, unit: "fits")
    defer { bar.finish() }
    return try TrainingPipeline(.init(folds: folds), threads: common.threads).run(
      candidates: dataset.candidates, targets: dataset.targets, groups: groups,
      trainer: choice.trainer, seed: common.seed
    ) { done, total in
      bar.set(fraction: Double(done) / Double(total))
    }
  }

  /// The command that makes the same model.
  private func settings(_ choice: SurrogateChoice) -> String {
    let named = [("--formula", formula), ("--unit", unit), ("--group", group)]
    let options =
      [("--target", target)] + variables.map { ("--variable", $0) }
      + named.compactMap { name, value in value.map { (name, $0) } }
    return "athanor train \"\(file)\" "
      + options.map { "\($0) \"\($1)\" " }.joined()
      + "--with \(choice.rawValue) --folds \(folds) --seed \(common.seed)"
  }

  private func write(
    _ outcome: TrainingOutcome, _ dataset: Dataset, _ card: ModelCard, to path: String
  ) throws {
    let page = TrainingReport(
      outcome, card: card,
      names: dataset.candidates.map {
        $0.composition.percentFormula
      }
    ).page
    try AtomicFile.write(page.html(vegaBundle: ChartBundle.text), to: path)
  }
}
