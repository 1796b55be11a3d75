import ArgumentParser
import Ecosystem
import Foundation

struct DataFetch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Bring data from databases and published sets.",
    discussion: """
      athanor data fetch optimade https://optimade.materialsproject.org --filter 'elements HAS "Ti"'
      athanor data fetch set matbench:steels --output steels.json.gz
      athanor data fetch matbench:steels --mirror downloads
      """,
    subcommands: [DataFetchOptimade.self, DataFetchSet.self], defaultSubcommand: DataFetchSet.self)
}

struct DataFetchOptimade: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "optimade",
    abstract: "Bring structures from a database that speaks OPTIMADE into the store.",
    discussion: """
      Each page is stored before the next one is asked for: a fetch that was cut goes on when the \
      same command is given again.
      """)

  @Argument(help: "The base address, with or without /v1.")
  var address: String

  @OptionGroup var place: StoreOptions

  @Option(help: "What to ask for, in the filter language of OPTIMADE (default: all).")
  var filter: String?

  @Option(help: "The most entries to bring.")
  var limit: Int?

  @Option(
    name: .customLong("property"), parsing: .singleValue,
    help: "A property to keep besides the structure, such as _mp_stability; may be repeated.")
  var properties: [String] = []

  @Option(help: "Entries of one page.")
  var pageLimit = 100

  @Option(help: "Seconds between two questions.")
  var interval = 0.2

  @Flag(help: "List the databases that this address names, and bring nothing.")
  var list = false

  @Flag(help: "Allow plain http to other machines.")
  var allowHTTP = false

  @Flag(help: "Allow addresses of private networks, such as 192.168.0.10.")
  var allowPrivateNetwork = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (1...10_000).contains(pageLimit) else {
      throw ValidationError("--page-limit must be 1 to 10000.")
    }
    guard limit.map({ $0 > 0 }) ?? true else { throw ValidationError("--limit must be positive.") }
    guard (0...3600).contains(interval) else {
      throw ValidationError("--interval must be 0 to 3600 seconds.")
    }
  }

  func run() async throws {
    let filter = try filter.map { try OptimadeFilter(parsing: $0) }
    let client = try client()
    if list { return try await printLinks(client) }
    let names = properties.flatMap { $0.split(separator: ",").map(String.init) }
    let query = OptimadeQuery(
      filter: filter, properties: names, pageLimit: min(pageLimit, limit ?? pageLimit))
    var job = OptimadeImport(
      client, query: query, folder: URL(fileURLWithPath: place.store + ".fetch"))
    job.limit = limit
    job.threads = common.threads
    let store = try RecordStore(path: place.store)
    let bar = ProgressBar("fetching", total: 1000, unit: "‰")
    defer { bar.finish() }
    let outcome = try await job.run(into: store) { entries, total in
      guard let total, total > 0 else { return }
      bar.set(fraction: Double(entries) / Double(total), label: "fetching \(entries) of \(total)")
    }
    bar.finish()
    try report(outcome)
  }

  private func client() throws -> OptimadeClient {
    guard let base = URL(string: address), base.scheme != nil else {
      throw ValidationError("\"\(address)\" is no address; write https://HOST/PATH.")
    }
    var policy = AddressPolicy(base: base)
    policy.allowsPlainHTTP = allowHTTP
    policy.allowsPrivateNetwork = allowPrivateNetwork
    var patience = Patience()
    patience.interval = interval
    return OptimadeClient(
      base: base, transport: SessionTransport(policy: policy), patience: patience,
      seed: common.seed)
  }

  private func printLinks(_ client: OptimadeClient) async throws {
    let links = try await client.links()
    if common.json { return try Terminal.printJSON(links) }
    for link in links.sorted(by: { ($0.kind, $0.id) < ($1.kind, $1.id) }) {
      let remark = link.isForUse ? "" : "  (not for general use)"
      print("\(link.kind)  \(link.id)  \(link.baseURL)  \(link.name)\(remark)")
    }
  }

  private func report(_ outcome: OptimadeImport.Outcome) throws {
    for warning in outcome.warnings { Terminal.log("\(address) warns: \(warning)") }
    for refusal in outcome.refusals { Terminal.log(refusal) }
    if common.json {
      try Terminal.printJSON(outcome)
    } else {
      let total = outcome.total.map { " of \($0)" } ?? ""
      print(
        "\(address): \(outcome.entries)\(total) entries\(outcome.isContinued ? ", continued" : "")")
      print("  \(outcome.newMaterials) new materials, \(outcome.measurements) measurements")
      if outcome.presentPages > 0 {
        print("  \(outcome.presentPages) pages were in the store already")
      }
      if outcome.refused > 0 { print("  \(outcome.refused) refused") }
    }
    if outcome.refused > 0 { throw ExitCode(1) }
  }
}

struct DataFetchSet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Bring a published set: matbench:NAME or jarvis:NAME.",
    discussion: """
      The file is checked against the published SHA-256 where there is one, and goes to \
      athanor data import next. A transfer that was cut goes on when the same command is given again.
      """)

  @Argument(help: "matbench:NAME or jarvis:NAME; a wrong name lists those that are known.")
  var name: String

  @Option(help: "A folder that holds the file already.")
  var mirror: String?

  @Option(help: "Where to write it (default: its own name, in the working folder).")
  var output: String?

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let set = try PublishedSet(named: name)
    let fetch = PublishedSetFetch(set)
    let path = output ?? set.file
    let outcome: PublishedSetFetch.Outcome
    if let mirror {
      outcome = try fetch.copy(from: mirror, to: path)
    } else {
      let bar = ProgressBar("fetching \(name)", total: 1000, unit: "‰")
      defer { bar.finish() }
      outcome = try await fetch.download(to: path) { bytes, total in
        if let total, total > 0 { bar.set(fraction: Double(bytes) / Double(total)) }
      }
    }
    if common.json { return try Terminal.printJSON(outcome) }
    print("\(outcome.file): \(outcome.bytes) bytes from \(outcome.source)")
    print(
      outcome.isChecked
        ? "  agrees with the published SHA-256"
        : "  no checksum is published for this set; SHA-256 \(outcome.sha256)")
    if let content = set.content {
      print("  a zip archive with \(content); unpack it to import it")
    }
  }
}
