import ArgumentParser
import DenseMath
import Discovery
import Ecosystem
import Foundation
import Learning
import Reporting

struct BenchFidelitySearch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fidelity-search",
    abstract:
      "Hours of simulation until the best of 609 frameworks is known, with and without cheap ones.",
    discussion: """
      Finds the covalent organic framework with the highest Xe/Kr selectivity by Monte Carlo, a simulation \
      at a time, whose recorded time counts. Each search starts with a few frameworks drawn by chance; the \
      one with both methods simulates these by both. Two stages: all frameworks by the cheap method, \
      then by the dear one in the order of what the cheap one said.
      """)

  @Option(help: "The folder with cof_descriptors.csv, henry_ and gcmc_calculations.csv.gz.")
  var data: String

  @Option(help: "Searches of each kind.")
  var searches = 25

  @Option(help: "Frameworks that a search starts with.")
  var initial = 3

  @Option(help: "The most simulations of a search.")
  var budget = 400

  @OptionGroup var common: CommonOptions

  /// One search.
  struct Result: Encodable {
    let methods: [String]
    let seed: UInt64

    /// Until the best was simulated by the dear method.
    let hours: Double

    /// Of each method, the start included.
    let simulations: [Int]
    let found: Bool
  }

  func validate() throws {
    guard searches >= 1, initial >= 1, budget > 2 * initial else {
      throw ValidationError(
        "--searches and --initial are at least 1, --budget more than the start.")
    }
  }

  func run() throws {
    let tables = try FrameworkTables(folder: data)
    let jobs = (0..<searches).flatMap { seed in [2, 1].map { (seed, $0) } }
    let bar = ProgressBar("searching", total: jobs.count, unit: "searches")
    defer { bar.finish() }
    let results = try parallelMap(jobs.map { [$0.0, $0.1] }, threads: common.threads) { job in
      let result = try search(tables, seed: UInt64(job[0]), methods: job[1])
      bar.advance()
      return result
    }
    bar.finish()
    if common.json { return try Terminal.printJSON(results) }
    print("\(tables.frameworks.count) frameworks; hours until the best is known:")
    for count in [2, 1] {
      let own = results.filter { $0.methods.count == count }
      print("  " + Self.line(own))
    }
    print("  " + Self.twoStages(tables))
  }

  /// The framework that all searches are after.
  private static func best(_ tables: FrameworkTables) -> Int {
    // There is a framework.
    tables.frameworks.indices.max {
      tables.frameworks[$0].selectivities[1] < tables.frameworks[$1].selectivities[1]
    } ?? 0
  }

  private func search(
    _ tables: FrameworkTables, seed: UInt64, methods: Int
  ) throws -> Result {
    let names = Array(FrameworkTables.methods.suffix(methods))
    var configuration = JointFidelityTrainer.Configuration()
    configuration.features = .named([])
    var search = FidelitySearch(
      tables.frameworks.map(\.candidate), levels: names,
      trainer: JointFidelityTrainer(configuration), seed: common.seed &+ seed)
    func simulate(_ place: Int, _ level: Int) {
      let (own, method) = (tables.frameworks[place], level + 2 - methods)
      search.record(
        FidelitySearch.Measurement(
          candidate: place, level: level, value: log10(own.selectivities[method]),
          cost: own.hours[method]))
    }
    var generator = SplitMix64(seed: common.seed &+ seed, stream: 0xC0F)
    for place in generator.shuffled(tables.frameworks.indices).prefix(initial) {
      for level in names.indices { simulate(place, level) }
    }
    let best = Self.best(tables)
    while search.best?.candidate != best, search.measurements.count < budget,
      let choice = try search.next()
    {
      simulate(choice.candidate, choice.level)
    }
    return Result(
      methods: names, seed: seed, hours: search.cost,
      simulations: names.indices.map { level in
        search.measurements.count { $0.level == level }
      }, found: search.best?.candidate == best)
  }

  private static func line(_ results: [Result]) -> String {
    let hours = results.map(\.hours)
    let counts = results[0].methods.enumerated().map { level, name in
      "\(Report.number(Statistics.mean(results.map { Double($0.simulations[level]) }), significant: 3)) \(name)"
    }
    return "\(results[0].methods.joined(separator: " and ")): mean "
      + "\(Report.number(Statistics.mean(hours), significant: 3)) h, median "
      + "\(Report.number(Statistics.median(hours), significant: 3)), 10 to 90 % "
      + "\(Report.number(Statistics.quantile(hours, 0.1), significant: 3)) to "
      + "\(Report.number(Statistics.quantile(hours, 0.9), significant: 3)); "
      + "\(counts.joined(separator: ", ")) simulations on average; found in "
      + "\(results.count { $0.found }) of \(results.count)"
  }

  /// All by the cheap method, then by the dear one in the order of what the cheap one said.
  private static func twoStages(_ tables: FrameworkTables) -> String {
    let best = best(tables)
    let order = tables.frameworks.indices.sorted {
      tables.frameworks[$0].selectivities[0] > tables.frameworks[$1].selectivities[0]
    }
    let place = order.firstIndex(of: best) ?? 0
    let cheap = tables.frameworks.reduce(0) { $0 + $1.hours[0] }
    let dear = order.prefix(place + 1).reduce(0) { $0 + tables.frameworks[$1].hours[1] }
    return "two stages: \(Report.number(cheap + dear, significant: 3)) h "
      + "(\(Report.number(cheap, significant: 3)) h of \(FrameworkTables.methods[0]), then "
      + "\(place + 1) \(FrameworkTables.methods[1]) simulations)"
  }
}
