import ArgumentParser
import DenseMath
import Discovery
import Ecosystem
import Foundation
import Learning
import Reporting

struct BenchWorth: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worth",
    abstract: "See whether what campaign worth says of a space comes true.",
    discussion: """
      On published tables of measured designs: from 5, 10, 20 and 40 random designs PFIC, CMLI and the \
      simulated number of experiments are written down, then the search by expected improvement goes \
      on until it finds something better. Printed are rank correlations (Spearman) with the number of \
      experiments that it needed.
      """)

  @Option(help: "The folder with pvlab/NAME_dataset.csv and olympus/dataset_NAME/.")
  var data: String

  @Option(help: "Sets to search, separated by commas (default: all that are there).")
  var sets: String?

  @Option(help: "Random starts of each size.")
  var starts = 8

  @Option(name: .customLong("json"), help: "Write all trials to this file.")
  var results: String?

  @Option(help: "Threads to use (default: all cores). Results do not depend on it.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    guard threads >= 1 else { throw ValidationError("--threads must be at least 1.") }
    guard (1...1000).contains(starts) else {
      throw ValidationError("--starts must lie in 1 to 1000.")
    }
    try Suffix.check(results, is: [".json"], of: "--json")
  }

  func run() async throws {
    var all: [WorthStudy.Trial] = []
    print("                     trials   FIC  PFIC  expected  CMLI  simulated   needed: median")
    for campaign in try PublishedSets.read(data, sets: sets) where campaign.datasets.count == 1 {
      var study = WorthStudy(campaign, trainer: DesignModel.process.trainer)
      study.seeds = (0..<UInt64(starts)).map { $0 }
      let trials = try study.run(threads: threads)
      line(campaign.name, trials)
      fflush(nil)
      all += trials
    }
    line("all", all)
    if let results { try AtomicFile.write(Terminal.json(all) + "\n", to: results) }
  }

  /// Rank correlations with the experiments that were needed.
  private func line(_ name: String, _ trials: [WorthStudy.Trial]) {
    guard trials.count > 3 else { return }
    let needed = trials.map { Double($0.needed) }
    func rank(_ value: (SpaceWorth) -> Double?) -> String {
      let values = trials.compactMap { value($0.worth) }
      guard values.count == needed.count, let found = Statistics.spearman(values, needed) else {
        return "    –"
      }
      return String(format: "%+.2f", found)
    }
    let cells = [
      rank(\.fraction), rank(\.predictedFraction), rank(\.expectedFraction),
      rank(\.cumulativeLikelihood),
      rank { $0.simulation.guided.count == 3 ? $0.simulation.guided[1] : 100 },
    ]
    print(
      "\(name.padding(toLength: 22, withPad: " ", startingAt: 0))\(String(format: "%5d", trials.count))"
        + " \(cells[0]) \(cells[1])     \(cells[2]) \(cells[3])      \(cells[4])"
        + "   \(Report.number(Statistics.median(needed)))")
  }
}
