import ArgumentParser
import Ecosystem
import Foundation
import Learning
import Matter

struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Run published benchmarks by their own rules, peers' figures beside ours.",
    subcommands: [
      BenchMatbench.self, BenchSplits.self, BenchTransfer.self, BenchCampaigns.self,
      BenchWorth.self, BenchFidelity.self, BenchFidelitySearch.self,
    ])
}

/// Options of every benchmark.
struct BenchOptions: ParsableArguments {
  @Option(help: "What learns: \(SurrogateChoice.help)")
  var with = SurrogateChoice.auto

  @Option(help: "The most work of auto for one training, as in athanor train.")
  var budget: WorkBudget?

  @Option(
    name: .customLong("json"),
    help: "Keep results in this file; folds that it holds already are not run again.")
  var results: String?

  @Option(help: "Folds to run, such as 0,1 (default: all).")
  var folds: String?

  @Option(help: "Where random choices start: equal seeds give equal results.")
  var seed: UInt64 = 0

  @Option(help: "Threads to use (default: all cores). Results do not depend on it.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    guard threads >= 1 else { throw ValidationError("--threads must be at least 1.") }
    try Suffix.check(results, is: [".json"], of: "--json")
    _ = try chosenFolds()
  }

  var seconds: Double { budget?.seconds ?? TrainingPlan.standardBudget }

  /// What the results depend on beside the data and the seed.
  var recipe: String {
    "--with \(with.rawValue)" + (budget.map { " --budget \($0.text)" } ?? "")
  }

  /// `nil` for all.
  func chosenFolds() throws -> Set<Int>? {
    guard let folds else { return nil }
    let numbers = folds.split(separator: ",").map { Int($0) }
    guard !numbers.isEmpty, numbers.allSatisfy({ $0 != nil }) else {
      throw ValidationError("--folds takes numbers from 0, separated by commas: 0,1.")
    }
    return Set(numbers.compactMap { $0 })
  }
}

struct BenchMatbench: AsyncParsableCommand, NetworkCommand {
  static let configuration = CommandConfiguration(
    commandName: "matbench",
    abstract: "Matbench v0.1 from formulas or structures, on its official folds.",
    discussion: """
      Where matbench_TASK.json holds structures, as Matbench publishes it, the learner is given \
      crystals; with formulas there, --structures names where the crystals of the same rows are.

      Learning, selection, shares and intervals see the training rows of a fold alone. MAE for \
      numbers, balanced accuracy for classes: the leaderboard's "ROC-AUC" is that of thresholded \
      labels, which is the balanced accuracy; the true ROC-AUC is printed beside it.
      """)

  @Option(help: "Tasks, separated by commas, with or without \"matbench_\".")
  var tasks = "steels,expt_gap,expt_is_metal,dielectric,phonons,log_kvrh"

  @Option(help: "The folder with matbench_TASK.json and folds/matbench_TASK.csv.")
  var data: String

  @Option(
    help: """
      A folder with the structures of the same rows (matbench_TASK.json as published), or such a file.
      """)
  var structures: String?

  @Option(help: "Also write the results in the form of the Matbench package.")
  var record: String?

  @OptionGroup var networks: DeviceOptions
  @OptionGroup var options: BenchOptions

  func validate() throws {
    try Suffix.check(record, is: [".json"], of: "--record")
  }

  func run() async throws {
    let tasks = try tasks.split(separator: ",").map {
      try BenchmarkTask(
        matbench: String($0), in: data, structures: structures, threads: options.threads)
    }
    // Results from formulas are not continued with crystals.
    let hasCrystals = tasks.contains { $0.candidates.contains { $0.crystal != nil } }
    let results = try BenchRunner(options, rows: hasCrystals ? "on structures" : nil).run(tasks)
    if let record {
      try AtomicFile.write([UInt8](MatbenchRecord.encoded(results)), to: record)
    }
  }
}

struct BenchSplits: AsyncParsableCommand, NetworkCommand {
  static let configuration = CommandConfiguration(
    commandName: "crabnet-splits",
    abstract: "The train, validation and test files that the authors of CrabNet share.",
    discussion: """
      Learns from train.csv and val.csv: other models choose the end of their training by the latter; \
      here that is chosen inside the rows that are learned from. --train-only leaves val.csv out.
      """)

  @Option(help: "Sets, separated by commas (default: every folder with train.csv).")
  var sets: String?

  @Option(help: "The folder with one folder for each set.")
  var data: String

  @Flag(help: "Leave val.csv out.")
  var trainOnly = false

  @OptionGroup var networks: DeviceOptions
  @OptionGroup var options: BenchOptions

  func run() async throws {
    let names = try sets.map { $0.split(separator: ",").map(String.init) } ?? folders()
    _ = try BenchRunner(options, rows: trainOnly ? "--train-only" : nil).run(
      names.map { try BenchmarkTask(splits: "\(data)/\($0)", learnsValidation: !trainOnly) })
  }

  private func folders() throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: data).sorted().filter { name in
      ["train.csv", "train.csv.gz"].contains {
        FileManager.default.fileExists(atPath: "\(data)/\(name)/\($0)")
      }
    }
    guard !names.isEmpty else {
      throw CommandError("\(data) holds no folder with train.csv and test.csv.")
    }
    return names
  }
}
