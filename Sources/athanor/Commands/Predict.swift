import ArgumentParser
import Ecosystem
import Formats
import Foundation
import Learning

struct Predict: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predict a property with its interval.",
    discussion: """
      Columns: the mean, the ends of the calibrated interval, the predicted standard deviation \
      before calibration, its part that more data would remove (epistemic), and how much of the material the model \
      knows (in_domain, 0 to 1).
      """)

  @Argument(help: "A model file from athanor train.")
  var model: String

  @Argument(help: "Tables with a column of formulas, or formulas.")
  var inputs: [String]

  @Option(help: "The probability with which a new measurement lies in the interval.")
  var coverage = 0.9

  @Option(
    help: "The method whose values are predicted, of a model that was trained with --fidelity.")
  var fidelity: String?

  @Option(help: "A CSV file to write instead of standard output.")
  var output: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard coverage > 0, coverage < 1 else {
      throw ValidationError("--coverage must lie between 0 and 1.")
    }
    try Suffix.check(output, is: [".csv"], of: "--output")
  }

  struct Row: Encodable {
    let formula: String
    let prediction: ModelPrediction
  }

  func run() async throws {
    let model = try Model(contentsOf: self.model)
    let questions = try DataFile.questions(inputs, for: model.card, fidelity: fidelity)
    if let classes = model.card.classes {
      let answers = try ClassAnswers(model, classes, questions, coverage: coverage)
      if common.json { return try Terminal.printJSON(answers.rows) }
      return try deliver(answers.csv(target: model.card.target), count: questions.count)
    }
    let predictions = try model.predict(questions.map(\.candidate), coverage: coverage)
    if !model.calibration.isConformal(coverage: coverage) {
      Terminal.log(
        "athanor: \(model.card.rows) training rows are too few to guarantee a coverage of "
          + "\(coverage); the intervals are a guess.")
    }
    if common.json {
      return try Terminal.printJSON(
        zip(questions, predictions).map { Row(formula: $0.name, prediction: $1) })
    }
    try deliver(
      csv(questions.map(\.name), predictions, target: model.card.target),
      count: predictions.count)
  }

  private func deliver(_ text: String, count: Int) throws {
    guard let output else { return print(text, terminator: "") }
    try AtomicFile.write(text, to: output)
    Terminal.log("Wrote \(count) predictions to \(output).")
  }

  private func csv(
    _ names: [String], _ predictions: [ModelPrediction], target: String
  ) -> String {
    var table = CSVText(
      header: ["formula", target, "lower", "upper", "raw_deviation", "raw_epistemic", "in_domain"])
    for (name, prediction) in zip(names, predictions) {
      let numbers = [
        prediction.mean, prediction.lowerBound, prediction.upperBound,
        prediction.standardDeviation, prediction.epistemicDeviation, prediction.inDomainScore,
      ]
      table.append([name] + numbers.map(Self.rounded))
    }
    return table.text
  }

  /// Six significant digits: more than any prediction is worth. JSON has them all.
  private static func rounded(_ value: Double) -> String {
    value.isFinite ? String(format: "%.6g", value) : "\(value)"
  }
}
