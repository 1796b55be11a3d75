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
      count as found. Of sets with several objectives the hypervolume counts, as a share of the \
      whole table's. The model sees the designs' numbers and nothing else, texts as a column for \
      each level; settings are the same for all sets.
      """)

  @Option(help: "The folder with pvlab/NAME_dataset.csv and olympus/dataset_NAME/.")
  var data: String

  @Option(help: "Sets to search, separated by commas (default: all that are there).")
  var sets: String?

  @Option(
    help: """
      How designs are chosen, such as convex or log-ei; each set is searched with those that suit \
      its objectives. Repeatable (default: convex, and log-nehvi for several objectives).
      """)
  var acquisition: [AcquisitionKind] = []

  @Option(name: .customLong("with"), help: "gp, isotropic (one lengthscale for all) or forest.")
  var model = DesignModel.process

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
    var results = Results()
    for campaign in try PublishedSets.read(data, sets: sets) {
      for kind in kinds(for: campaign) {
        let begun = ProcessorTime.seconds
        try search(campaign, by: kind, into: &results)
        print("  \(Report.duration(ProcessorTime.seconds - begun)) of processor")
        fflush(nil)
      }
    }
    if let path = self.results { try AtomicFile.write(Terminal.json(results) + "\n", to: path) }
  }

  private struct Results: Encodable {
    /// Of one objective each.
    var searches: [ReplayResult] = []

    /// Of several.
    var fronts: [FrontResult] = []
  }

  private func kinds(for campaign: PublishedCampaign) -> [AcquisitionKind] {
    let isSeveral = campaign.datasets.count > 1
    if acquisition.isEmpty { return [isSeveral ? .noisyHypervolume : .convex] }
    return acquisition.filter { $0.isForSeveralObjectives == isSeveral }
  }

  private func search(
    _ campaign: PublishedCampaign, by kind: AcquisitionKind, into results: inout Results
  ) throws {
    let plan = try campaign.plan(StandardAcquisition(kind), budget: budget)
    let seeds = (0..<UInt64(searches)).map { seed &+ $0 }
    if campaign.datasets.count > 1 {
      let study = FrontStudy(
        plan: plan, datasets: campaign.datasets, trainer: model.trainer, seeds: seeds)
      let result = try study.run(threads: threads)
      ReplaySummary.print(result)
      results.fronts.append(result)
    } else {
      let study = ReplayStudy(
        plan: plan, dataset: campaign.datasets[0], trainer: model.trainer, seeds: seeds)
      let result = try study.run(threads: threads)
      ReplaySummary.print(result)
      results.searches.append(result)
    }
  }
}

extension AcquisitionKind: ExpressibleByArgument {}
