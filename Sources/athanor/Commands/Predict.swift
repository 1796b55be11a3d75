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

      Files of any length are read and answered in pieces. Rows of structures have their names in \
      front; one that cannot be used keeps its line, with the reason as its note.
      """)

  @Argument(help: "A model file from athanor train.")
  var model: String

  @Argument(
    help:
      "Tables with a column of formulas or structures, files and folders of structures, or formulas."
  )
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
  @OptionGroup var structures: StructureOptions
  @OptionGroup var common: CommonOptions

  /// Rows that are answered at once.
  private static let batch = 2048

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
    /// Of rows that have a name of their own.
    let id: String?
    let formula: String
    let prediction: ModelPrediction?
    let note: String?
    let nearest: [TrainingRows.Neighbor]?
    let distanceRank: Double?
  }

  func run() async throws {
    let model = try Model(contentsOf: self.model)
    var questions = try Questions(
      inputs, for: model, fidelity: fidelity, structures: structures, batch: Self.batch,
      threads: common.threads)
    if model.card.classes == nil, !model.calibration.isConformal(coverage: coverage) {
      Terminal.log(
        "athanor: \(model.card.rows) training rows are too few to guarantee a coverage of "
          + "\(coverage); the intervals are a guess.")
    }
    let header =
      model.card.classes.map {
        ClassAnswers.header($0, target: model.card.target, haveNames: questions.haveNames)
      } ?? self.header(target: model.card.target, haveNames: questions.haveNames)
    var sink = try common.json ? RowSink() : RowSink(output, header: header)
    let bar = ProgressBar(
      "predicting", total: max(questions.progress.size >> 10, 1), unit: "KiB")
    defer { bar.finish() }
    while let batch = try questions.next() {
      try answer(batch, model, haveNames: questions.haveNames, into: &sink)
      let (done, size) = questions.progress
      if output != nil { bar.set(fraction: Double(done) / Double(max(size, 1))) }
    }
    bar.finish()
    questions.logSkipped()
    guard !questions.areAllSkipped else {
      throw CommandError(
        "No row of \(inputs.joined(separator: ", ")) could be read and predicted.")
    }
    try sink.finish()
    guard let output, !common.json else { return }
    Terminal.log("Wrote \(sink.count) predictions to \(output).")
  }

  private func answer(
    _ batch: [Questions.Question], _ model: Model, haveNames: Bool, into sink: inout RowSink
  ) throws {
    if let classes = model.card.classes {
      let answers = try ClassAnswers(
        model, classes, batch, coverage: coverage, haveNames: haveNames)
      return try sink.isJSON ? sink.write(answers.rows) : sink.write(answers.cells)
    }
    let rows = try rows(batch, model, haveNames: haveNames)
    try sink.isJSON ? sink.write(rows) : sink.write(rows.map(cells))
  }

  private func rows(
    _ batch: [Questions.Question], _ model: Model, haveNames: Bool
  ) throws -> [Row] {
    let candidates = batch.compactMap { try? $0.material.get() }
    var predictions = try model.predict(candidates, coverage: coverage).makeIterator()
    var nearest = try nearest(to: candidates, model)?.makeIterator()
    return batch.map { question in
      let id = haveNames ? question.name : nil
      switch question.material {
      case .failure(let skipped):
        return Row(
          id: id, formula: question.formula, prediction: nil, note: skipped.row.reason,
          nearest: nil, distanceRank: nil)
      case .success(let candidate):
        let near = nearest?.next()
        return Row(
          id: id, formula: question.formula, prediction: predictions.next().map(bounded),
          note: model.card.note(on: candidate), nearest: near,
          distanceRank: near?.first.flatMap { model.training?.rank(of: $0.distance) })
      }
    }
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

  private func header(target: String, haveNames: Bool) -> [String] {
    (haveNames ? ["id"] : [])
      + [
        "formula", target, "lower", "upper", "raw_deviation", "raw_epistemic", "in_domain",
        "deviation", "note",
      ] + (neighbors > 0 ? ["distance_rank", "nearest"] : [])
  }

  private func cells(_ row: Row) -> [String] {
    let numbers = row.prediction.map { prediction in
      [
        prediction.mean, prediction.lowerBound, prediction.upperBound,
        prediction.standardDeviation, prediction.epistemicDeviation, prediction.inDomainScore,
        prediction.calibratedDeviation,
      ].map(Terminal.rounded)
    }
    var cells = (row.id.map { [$0] } ?? []) + [row.formula]
    cells += numbers ?? [String](repeating: "", count: 7)
    cells.append(row.note ?? "")
    if neighbors > 0 {
      cells.append(row.distanceRank.map(Terminal.rounded) ?? "")
      cells.append(
        (row.nearest ?? []).map { "\($0.formula) (\($0.identifier))" }.joined(separator: "; "))
    }
    return cells
  }
}
