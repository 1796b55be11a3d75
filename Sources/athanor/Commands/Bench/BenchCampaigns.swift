public import ArgumentParser
public import Discovery
import Ecosystem
import Foundation
import Learning
import Reporting

struct BenchCampaigns: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "campaigns",
    abstract: "Search published tables of measured designs for their best, many times over.",
    discussion: """
      The pool protocol of Liang et al. (2021): repeated measurements of a design are averaged, a \
      search starts with two random designs and goes on one by one, the best 5 % of the designs \
      count as found. The Gaussian process sees the designs' numbers and nothing else, texts as a \
      column for each level; settings are the same for all sets.

      Sets of several objectives are left out.
      """)

  @Option(help: "The folder with pvlab/NAME_dataset.csv and olympus/dataset_NAME/.")
  var data: String

  @Option(help: "Sets to search, separated by commas (default: all that are there).")
  var sets: String?

  @Option(
    help: "How designs are chosen, such as convex or log-ei. Repeatable (default: convex).")
  var acquisition: [AcquisitionKind] = []

  @Option(help: "Searches of each set.")
  var searches = 50

  @Option(help: "Measurements of each search, at most all designs.")
  var budget = 100

  @Option(name: .customLong("json"), help: "Write all curves to this file.")
  var results: String?

  @Option(help: "The seed of the first search.")
  var seed: UInt64 = 0

  @Option(help: "Threads to use (default: all cores). Results do not depend on it.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    guard threads >= 1 else { throw ValidationError("--threads must be at least 1.") }
    guard searches >= 1, budget >= 1 else {
      throw ValidationError("--searches and --budget must be at least 1.")
    }
    try Suffix.check(results, is: [".json"], of: "--json")
  }

  func run() async throws {
    var all: [ReplayResult] = []
    for campaign in try PublishedSets.read(data, sets: sets) {
      for kind in acquisition.isEmpty ? [.convex] : acquisition {
        let begun = ProcessorTime.seconds
        let study = ReplayStudy(
          plan: try campaign.plan(StandardAcquisition(kind), budget: budget),
          dataset: campaign.dataset, trainer: PublishedSets.trainer,
          seeds: (0..<UInt64(searches)).map { seed &+ $0 })
        let result = try study.run(threads: threads)
        ReplaySummary.print(result)
        print("  \(Report.duration(ProcessorTime.seconds - begun)) of processor")
        fflush(nil)
        all.append(result)
      }
    }
    if let results { try AtomicFile.write(Terminal.json(all) + "\n", to: results) }
  }
}

extension AcquisitionKind: ExpressibleByArgument {}
