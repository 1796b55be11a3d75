import ArgumentParser
import Ecosystem
import Formats
import Foundation
import Learning
import Reporting

struct Evaluate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure a model on rows that it has not seen.")

  @Argument(help: "A model file from athanor train.")
  var model: String

  @Argument(help: "A table with a column of formulas and the measured property.")
  var file: String

  @Option(help: "The column with the measured property (default: that of the training).")
  var target: String?

  @OptionGroup var common: CommonOptions

  struct Result: Encodable {
    let rows: Int
    let regression: RegressionMetrics
    let uncertainty: UncertaintyMetrics
    let baseline: RegressionMetrics
    let coverage90: Double
    let sameDataAsTraining: Bool
  }

  func run() async throws {
    let model = try Model(contentsOf: self.model)
    let card = model.card
    let table = try DataFile.table(file)
    let wanted = table.columns.contains(card.formulaColumn) ? card.formulaColumn : nil
    var columns = Dataset.Columns(target: target ?? card.target, formula: wanted)
    columns.variables = card.variableNames
    let dataset = try Dataset(table, columns: columns)
    if let measured = dataset.unit, let learned = card.unit, measured != learned {
      throw CommandError(
        "\(file): \(dataset.targetName) is in \(measured), but the model predicts \(learned). "
          + "Convert the column and name its unit.")
    }
    let predictions = try model.predict(dataset.candidates)
    let result = try Result(dataset, predictions, card)
    if result.sameDataAsTraining {
      Terminal.log(
        "athanor: these are the rows that the model was trained on; the figures say nothing about "
          + "new materials.")
    }
    if common.json { return try Terminal.printJSON(result) }
    print("\(dataset.targetName): \(result.rows) rows of \(file)")
    let unit = (dataset.unit ?? card.unit).map { " \($0)" } ?? ""
    print(
      FigureTable.lines(result.regression, baseline: result.baseline, unit: unit)
        .joined(separator: "\n"))
    print("  90 % intervals hold \(Report.percent(result.coverage90))")
  }
}

extension Evaluate.Result {
  /// - Parameter predictions: One a row, with intervals of 90 %.
  fileprivate init(
    _ dataset: Dataset, _ predictions: [ModelPrediction], _ card: ModelCard
  ) throws {
    let targets = dataset.targets
    rows = targets.count
    regression = try RegressionMetrics(targets: targets, predictions: predictions.map(\.mean))
    uncertainty = try UncertaintyMetrics(
      targets: targets, means: predictions.map(\.mean),
      standardDeviations: predictions.map(\.standardDeviation))
    let mean = card.targetMean
    baseline = try RegressionMetrics(
      targets: targets, predictions: targets.map { _ in mean })
    let inside = zip(targets, predictions).count { $0 >= $1.lowerBound && $0 <= $1.upperBound }
    coverage90 = Double(inside) / Double(targets.count)
    sameDataAsTraining = dataset.contentHash.hex == card.dataHash
  }
}
