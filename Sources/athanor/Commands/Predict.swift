import ArgumentParser
import Ecosystem
import Formats
import Foundation
import Learning
import Matter

struct Predict: AsyncParsableCommand, NetworkCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predict a property with its interval.",
    discussion: """
      Columns: the mean, the ends of the calibrated interval, the predicted standard deviation \
      before calibration, its part that more data would remove (epistemic), how much of the material \
      the model knows (in_domain, 0 to 1), the calibrated standard deviation, and a note where the \
      model extrapolates. --neighbors adds the nearest training rows by name, and how far the \
      nearest is beside what training rows are from each other (distance_rank, 0 to 1).
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

  @Option(help: "What the property cannot be below, such as 0: intervals end there.")
  var lowerBound: Double?

  @Option(help: "What the property cannot be above.")
  var upperBound: Double?

  @Option(help: "How many of the nearest training rows to name.")
  var neighbors = 0

  @Option(help: "A CSV file to write instead of standard output.")
  var output: String?

  @OptionGroup var networks: DeviceOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard coverage > 0, coverage < 1 else {
      throw ValidationError("--coverage must lie between 0 and 1.")
    }
    guard (lowerBound ?? -.infinity) < (upperBound ?? .infinity) else {
      throw ValidationError("--lower-bound must be below --upper-bound, and both numbers.")
    }
    guard (0...100).contains(neighbors) else {
      throw ValidationError("--neighbors must lie between 0 and 100.")
    }
    try Suffix.check(output, is: [".csv"], of: "--output")
  }

  struct Row: Encodable {
    let formula: String
    let prediction: ModelPrediction
    let note: String?
    let nearest: [TrainingRows.Neighbor]?
    let distanceRank: Double?
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
    let nearest = try nearest(to: questions.map(\.candidate), model)
    let rows = questions.indices.map { place in
      Row(
        formula: questions[place].name, prediction: bounded(predictions[place]),
        note: model.card.note(on: questions[place].candidate), nearest: nearest?[place],
        distanceRank: nearest?[place].first.flatMap { model.training?.rank(of: $0.distance) })
    }
    if common.json { return try Terminal.printJSON(rows) }
    try deliver(csv(rows, target: model.card.target), count: rows.count)
  }

  private func deliver(_ text: String, count: Int) throws {
    guard let output else { return print(text, terminator: "") }
    try AtomicFile.write(text, to: output)
    Terminal.log("Wrote \(count) predictions to \(output).")
  }

  /// A prediction whose interval keeps to what the property can be.
  private func bounded(_ prediction: ModelPrediction) -> ModelPrediction {
    let possible = (lowerBound ?? -.infinity)...(upperBound ?? .infinity)
    let interval = (prediction.lowerBound...prediction.upperBound).clamped(to: possible)
    var result = prediction
    (result.lowerBound, result.upperBound) = (interval.lowerBound, interval.upperBound)
    return result
  }

  private func nearest(
    to candidates: [Candidate], _ model: Model
  ) throws -> [[TrainingRows.Neighbor]]? {
    guard neighbors > 0 else { return nil }
    guard let training = model.training else {
      throw CommandError(
        "\(self.model) was written by an older program and does not know its training rows; train "
          + "again, or leave --neighbors out.")
    }
    return training.neighbors(of: candidates, count: neighbors, threads: common.threads)
  }

  private func csv(_ rows: [Row], target: String) -> String {
    var table = CSVText(
      header: [
        "formula", target, "lower", "upper", "raw_deviation", "raw_epistemic", "in_domain",
        "deviation", "note",
      ] + (neighbors > 0 ? ["distance_rank", "nearest"] : []))
    for row in rows {
      let prediction = row.prediction
      let numbers = [
        prediction.mean, prediction.lowerBound, prediction.upperBound,
        prediction.standardDeviation, prediction.epistemicDeviation, prediction.inDomainScore,
        prediction.calibratedDeviation,
      ]
      var cells = [row.formula] + numbers.map(Terminal.rounded) + [row.note ?? ""]
      if let nearest = row.nearest {
        cells.append(row.distanceRank.map(Terminal.rounded) ?? "")
        cells.append(nearest.map { "\($0.formula) (\($0.identifier))" }.joined(separator: "; "))
      }
      table.append(cells)
    }
    return table.text
  }
}
