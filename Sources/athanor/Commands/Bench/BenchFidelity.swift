import ArgumentParser
import DenseMath
import Ecosystem
import Foundation
import Learning
import Matter
import Reporting

struct BenchFidelity: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fidelity",
    abstract: "What cheap band gaps are worth for dear ones, on the sets of Chen et al. (2021).",
    discussion: """
      Of the materials with a value of the method, a fifth is held out. The contenders of train \
      --predict-fidelity learn the other values, with and without the other methods' rows, and predict \
      those that were held out: once as new materials, of which no method has said anything, and once with \
      the other methods' values known. Formulas stand for structures.
      """)

  @Option(
    help: "The folder with data_no_structs.json.gz, mp-non-metals.csv.gz and expt-non-metals.csv.")
  var data: String

  @Option(help: "Methods whose values are predicted, separated by commas.")
  var methods = "HSE,GLLB-SC,SCAN,experiment"

  @Option(help: "Methods that help, separated by commas (default: all others).")
  var lower: String?

  @Option(help: "Random splits of each method.")
  var splits = 3

  @Option(help: "Folds of the race inside the training rows.")
  var folds = 5

  @OptionGroup var common: CommonOptions

  /// Errors of one split.
  struct Result: Encodable {
    let method: String
    let split: Int
    let isKnown: Bool
    let trainingRows: Int
    let testRows: Int
    let meanAbsoluteErrorAlone: Double
    let meanAbsoluteError: Double
    /// Share of the test values in the 90 % intervals of the model of all methods.
    let coverage90: Double
    let processorSeconds: Double
    let report: FidelityReport
  }

  func validate() throws {
    guard splits >= 1, folds >= 2 else {
      throw ValidationError("--splits must be at least 1, --folds at least 2.")
    }
  }

  func run() throws {
    let gaps = try GapTables(folder: data)
    let wanted = methods.split(separator: ",").map(String.init)
    let helping = lower.map { Set($0.split(separator: ",").map(String.init)) }
    var all: [Result] = []
    for method in wanted {
      guard gaps.methods.contains(where: { $0.name == method }) else {
        throw CommandError(
          "There is no method \(method); there are \(gaps.methods.map(\.name).joined(separator: ", "))."
        )
      }
      for split in 0..<splits {
        for isKnown in [false, true] {
          let result = try run(gaps, method, helping, split: split, isKnown: isKnown)
          all.append(result)
          if !common.json { print(Self.line(result)) }
          fflush(nil)
        }
      }
      if !common.json { Self.summary(all.filter { $0.method == method }).forEach { print($0) } }
    }
    if common.json { try Terminal.printJSON(all) }
  }

  private func run(
    _ gaps: GapTables, _ method: String, _ helping: Set<String>?, split: Int, isKnown: Bool
  ) throws -> Result {
    let begun = ProcessorTime.seconds
    let seed = common.seed &+ UInt64(split)
    let parts = gaps.split(method, seed: seed)
    let test = Set(parts.test.candidates.map(\.composition.reducedFormula))
    let levels = gaps.methods.filter { $0.name != method && helping?.contains($0.name) ?? true }
      .map { isKnown ? $0 : $0.without(test) }
      .sorted { $0.targets.count > $1.targets.count }
    let lower = LowerFidelities(
      levels, below: method, of: parts.training.candidates, areKnown: isKnown)
    let rows = parts.training.targets.count
    let standard = StandardLearners.fidelityLearners(lower, rows: rows)
    var race = FidelityRace(
      lower, learners: standard.own, lowerLearner: standard.lower,
      joint: StandardLearners.fidelityProcesses(lower, rows: rows))
    (race.folds, race.threads) = (folds, common.threads)
    var alone = StackTrainer(standard.own, folds: folds)
    alone.threads = common.threads
    let pipeline = TrainingPipeline(.init(folds: folds), threads: common.threads)
    func outcome(_ trainer: any SurrogateTrainer) throws -> TrainingOutcome {
      try pipeline.run(
        candidates: parts.training.candidates, targets: parts.training.targets,
        groups: parts.training.candidates.map(\.composition.reducedFormula), trainer: trainer,
        seed: seed)
    }
    let ours = try outcome(race)
    guard let model = ours.surrogate as? FidelityStack else {
      throw CommandError("The race did not end with a model of several methods.")
    }
    let found = try model.predict(parts.test.candidates)
    let plain = try outcome(alone).surrogate.predict(parts.test.candidates)
    let inside = zip(found, zip(parts.test.candidates, parts.test.targets)).count { told, row in
      ours.calibration.interval(for: told, of: row.0, coverage: 0.9).contains(row.1)
    }
    func error(_ answers: [Prediction]) -> Double {
      Statistics.mean(zip(answers, parts.test.targets).map { abs($0.mean - $1) })
    }
    return Result(
      method: method, split: split, isKnown: isKnown, trainingRows: rows,
      testRows: parts.test.targets.count, meanAbsoluteErrorAlone: error(plain),
      meanAbsoluteError: error(found),
      coverage90: Double(inside) / Double(max(parts.test.targets.count, 1)),
      processorSeconds: ProcessorTime.seconds - begun, report: model.report)
  }

  private static func line(_ result: Result) -> String {
    "\(result.method), split \(result.split), other values "
      + (result.isKnown ? "known" : "held out too")
      + ": MAE \(Report.number(result.meanAbsoluteErrorAlone, significant: 3)) eV alone, "
      + "\(Report.number(result.meanAbsoluteError, significant: 3)) with the others, "
      + "\(Report.percent(result.coverage90)) in the 90 % intervals "
      + "(\(result.trainingRows) rows, \(result.testRows) held out; "
      + "\(Report.duration(result.processorSeconds)) of processor)"
  }

  private static func summary(_ results: [Result]) -> [String] {
    [false, true].map { isKnown in
      let own = results.filter { $0.isKnown == isKnown }
      let alone = Statistics.mean(own.map(\.meanAbsoluteErrorAlone))
      let ours = Statistics.mean(own.map(\.meanAbsoluteError))
      return "  \(own[0].method), other values \(isKnown ? "known" : "held out too"): "
        + "\(Report.number(alone, significant: 3)) → \(Report.number(ours, significant: 3)) eV, "
        + "\(Report.percent(ours / alone - 1)) (mean of \(own.count) splits)"
    }
  }
}
