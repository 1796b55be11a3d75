import ArgumentParser
import DenseMath
import Discovery
import Ecosystem
import Foundation
import Service

struct Serve: AsyncParsableCommand, NetworkCommand {
  static let configuration = CommandConfiguration(
    abstract: "Hand out the experiments of campaigns over HTTP, with a dashboard.",
    discussion: """
      Robots and people claim experiments, report results and see how the campaign goes. Stopped at \
      any point and started again, it goes on where it was. Other machines are answered only with a \
      token: see athanor token add.

        athanor serve alloys.yaml --folder lab
        athanor serve --folder lab --store athanor.sqlite --models models
      """)

  @Argument(help: "Recipes (YAML), one campaign each; none where --store or --models is given.")
  var recipes: [String] = []

  @Option(help: "Where ledgers and tokens are kept.")
  var folder: String

  @Option(help: "A store of records (athanor data) to browse.")
  var store: String?

  @Option(help: "A folder of spectra, each named as a record: its key, row name or formula.")
  var spectra: String?

  @Option(help: "A folder of model files (athanor train) to ask for predictions.")
  var models: String?

  @Option(help: "The port; 0 for any that is free.")
  var port = 8080

  @Option(help: "The address to listen at. All but this machine's own need tokens.")
  var host = "127.0.0.1"

  @Option(help: "Experiments measured side by side where the oracle is a program or a service.")
  var workers = 1

  @Option(help: "Threads that one fit may use. Results do not depend on it.")
  var threads = 1

  @OptionGroup var networks: DeviceOptions

  func validate() throws {
    guard !recipes.isEmpty || store != nil || models != nil else {
      throw ValidationError("Name a recipe, a --store or a folder of --models.")
    }
    guard spectra == nil || store != nil else {
      throw ValidationError("--spectra shows spectra of records: name their --store, too.")
    }
    guard (0...65_535).contains(port) else {
      throw ValidationError("--port is a number from 0 to 65535.")
    }
    guard workers >= 0, threads >= 1 else {
      throw ValidationError("--workers must be at least 0, --threads at least 1.")
    }
  }

  func run() async throws {
    MemoryRoom.giveBackLargeBlocks()
    var configuration = LaboratoryService.Configuration(
      folder: folder, codeVersion: Version.current)
    configuration.host = host
    configuration.port = port
    configuration.workers = workers
    configuration.threads = threads
    configuration.store = store
    configuration.spectra = spectra
    configuration.models = models
    let service = try LaboratoryService(recipes: recipes, configuration) { line in
      Terminal.log("athanor: \(line)")
    }
    try await service.run { address in
      // The one line on standard output: whoever started this reads the port from it.
      print("Serving at \(address)")
      fflush(nil)
    }
  }
}

struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Make, list and revoke the tokens of a service.",
    subcommands: [TokenAdd.self, TokenList.self, TokenRevoke.self])
}

/// The file of the tokens of a service.
private func tokenPath(_ folder: String) -> String {
  LaboratoryService.Configuration(folder: folder, codeVersion: "").tokenPath
}

struct TokenAdd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Make a token and print it, once.")

  @Argument(help: "Whose it is, such as robot-2 or ann; the ledger names it.")
  var name: String

  @Option(help: "The folder of the service.")
  var folder: String

  @Option(help: "What it allows, with commas between: read, propose, report, admin.")
  var scopes = "read,report"

  @Option(help: "Days until it ends (default: never).")
  var days: Double?

  func run() throws {
    let words = scopes.split(separator: ",")
    let known = words.compactMap { Scope(rawValue: $0.trimmingCharacters(in: .whitespaces)) }
    guard known.count == words.count else {
      throw CommandError("--scopes takes read, propose, report and admin, with commas between.")
    }
    if let days, !(days > 0 && days < 36_500) {
      throw CommandError("--days is a number above 0.")
    }
    try AtomicFile.makeFolder(folder)
    var file = try TokenFile(path: tokenPath(folder))
    let token = try file.add(
      name, scopes: known, expires: days.map { Date().addingTimeInterval($0 * 86_400) })
    try file.write(to: tokenPath(folder))
    print(token)
    Terminal.log("athanor: this is the only time that the token is shown.")
  }
}

struct TokenList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the tokens by name; they themselves are not stored.")

  @Option(help: "The folder of the service.")
  var folder: String

  @Flag(help: "Write the result as JSON.")
  var json = false

  func run() throws {
    struct Row: Encodable {
      let name: String
      let scopes: [Scope]
      let created: Date
      let expires: Date?
    }
    let rows = try TokenFile(path: tokenPath(folder)).tokens.map {
      Row(name: $0.name, scopes: $0.scopes, created: $0.created, expires: $0.expires)
    }
    if json { return try Terminal.printJSON(rows) }
    for row in rows {
      let end = row.expires.map { ", until \($0.formatted(.iso8601))" } ?? ""
      print("\(row.name): \(row.scopes.map(\.rawValue).joined(separator: ", "))\(end)")
    }
  }
}

struct TokenRevoke: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "End a token; a running service knows within a second.")

  @Argument(help: "Its name.")
  var name: String

  @Option(help: "The folder of the service.")
  var folder: String

  func run() throws {
    var file = try TokenFile(path: tokenPath(folder))
    try file.revoke(name)
    try file.write(to: tokenPath(folder))
  }
}
