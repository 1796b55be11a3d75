import ArgumentParser
import DenseMath
import Ecosystem
import Foundation
import Learning
import Matter
import Reporting

struct BenchTransfer: ParsableCommand, NetworkCommand {
  static let configuration = CommandConfiguration(
    commandName: "transfer",
    abstract: "What networks gain where they go on from a model file, by the number of labels.",
    discussion: """
      Networks are trained on draws of so many rows of a table, from random weights and from the \
      file's, with the same settings otherwise, and judged by the rows of another table. All draws and \
      both kinds depend on the seed alone.
      """)

  @Argument(help: "The table to learn from.")
  var training: String

  @Argument(help: "The table to be judged by.")
  var test: String

  @Option(help: "The column to predict.")
  var target: String

  @Option(help: "The model file, from athanor train or pretrain. Repeatable.")
  var startFrom: [String]

  @Option(help: "What learns: ensemble, or networks on structures such as crystals.")
  var with = SurrogateChoice.crystals

  @Option(help: "How many rows are drawn, separated by commas; all for the whole table.")
  var labels = "100,1000,all"

  @Option(help: "Draws of each number but all.")
  var draws = 3

  @Option(help: "Networks in an ensemble.")
  var members = 1

  @Option(help: "As in athanor train.")
  var layerRate: Double?

  @Option(help: "The rate of the encoder where there is no --layer-rate.")
  var rate = 0.3

  @Option(help: "Steps of each training (default: as in athanor train).")
  var steps: Int?

  @OptionGroup(title: "Rows") var rows: TrainingTable
  @OptionGroup var networks: DeviceOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard with == .ensemble || with.needsCrystals else {
      throw ValidationError("--with is ensemble or a kind of networks on structures.")
    }
    guard (1...1000).contains(draws), (1...64).contains(members) else {
      throw ValidationError("--draws lies between 1 and 1000, --members between 1 and 64.")
    }
    guard layerRate.map({ $0 > 0 && $0 <= 1 }) ?? true, rate >= 0, rate <= 1 else {
      throw ValidationError("Rates lie between 0 and 1.")
    }
    _ = try counts()
  }

  /// `nil` is all.
  private func counts() throws -> [Int?] {
    try labels.split(separator: ",").map { word -> Int? in
      if word == "all" { return nil }
      guard let count = Int(word), count >= TrainingPipeline.leastRows else {
        throw ValidationError(
          "--labels takes numbers of at least \(TrainingPipeline.leastRows), and all.")
      }
      return count
    }
  }

  /// The errors of one kind of start, `[draw]`.
  struct Result: Encodable {
    let labels: Int
    /// `nil` for random weights.
    let start: String?
    let meanAbsoluteErrors: [Double]
    /// Of one training, mean of the draws.
    let processorSeconds: Double
  }

  func run() throws {
    let known = try dataset(training)
    let unseen = try dataset(test)
    let starts: [(String?, DeepEnsembleTrainer.Start?)] =
      try [(nil, nil)]
      + startFrom.map { path in
        var start = try StartModel(path).start(for: known)
        (start.rate, start.layerRate) = (rate, layerRate)
        return (path, start)
      }
    var results: [Result] = []
    for count in try counts() {
      let number = min(count ?? .max, known.rows.count)
      for (name, start) in starts {
        var (errors, seconds) = ([Double](), 0.0)
        for draw in 0..<(number == known.rows.count ? 1 : draws) {
          var generator = SplitMix64(seed: common.seed, stream: UInt64(draw))
          let places = generator.shuffled(known.rows.indices).prefix(number)
          let begun = ProcessorTime.seconds
          let model = try trainer(start).train(
            candidates: places.map { known.rows[$0].candidate },
            targets: places.map { known.targets[$0] }, weights: nil,
            seed: common.seed + UInt64(draw))
          seconds += ProcessorTime.seconds - begun
          let means = try model.predict(unseen.candidates).map(\.mean)
          errors.append(
            Statistics.mean(zip(means, unseen.targets).map { abs($0 - $1) }))
        }
        results.append(
          Result(
            labels: number, start: name, meanAbsoluteErrors: errors,
            processorSeconds: seconds / Double(max(errors.count, 1))))
        if !common.json {
          print(Self.line(results[results.count - 1]))
          // Later trainings take long, wherever the output goes.
          fflush(nil)
        }
      }
    }
    if common.json { try Terminal.printJSON(results) }
  }

  private func dataset(_ path: String) throws -> Dataset {
    let source = try rows.source(path, crystalsFor: with.crystalReader, threads: common.threads)
    let dataset = try rows.rows(source, target: target, threads: common.threads).dataset
    guard dataset.classes.isEmpty else {
      throw CommandError("\(target) holds classes, not numbers.")
    }
    return dataset
  }

  private func trainer(_ start: DeepEnsembleTrainer.Start?) -> DeepEnsembleTrainer {
    var trainer =
      with.crystalEncoder.map { encoder in
        StandardLearners.crystalNetworks(
          kind: .regression, members: members, encoder: encoder, start: start)
      } ?? StandardLearners.networks(kind: .regression, members: members, start: start)
    trainer.configuration.training.steps = steps
    trainer.threads = common.threads
    return trainer
  }

  private static func line(_ result: Result) -> String {
    let mean = Statistics.mean(result.meanAbsoluteErrors)
    let all = result.meanAbsoluteErrors.map { Report.number($0, significant: 4) }
    let name = (result.start ?? "random weights").padding(
      toLength: 32, withPad: " ", startingAt: 0)
    return "\(result.labels)\t\(name)\tMAE \(Report.number(mean, significant: 4))"
      + (all.count > 1 ? " (\(all.joined(separator: ", ")))" : "")
      + "\t\(Report.duration(result.processorSeconds))"
  }
}
