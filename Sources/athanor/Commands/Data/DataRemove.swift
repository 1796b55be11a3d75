import ArgumentParser
import Ecosystem

struct DataRemove: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Withdraw an import, or records: they are no longer used, and stay in the history.")

  @Option(name: .customLong("run"), help: "The number of an import.")
  var runNumber: Int?

  @Option(help: "The records of which a filter is true.")
  var filter: String?

  @Option(help: "Why; stored with the withdrawal.")
  var reason = "removed by hand"

  @Flag(help: "Do it; without, only say what would be withdrawn.")
  var yes = false

  @OptionGroup var place: StoreOptions

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (runNumber == nil) != (filter == nil) else {
      throw ValidationError("Say what to withdraw: --run N or --filter '…'.")
    }
  }

  func run() throws {
    let store = try place.open()
    if let number = runNumber { return try withdraw(run: number, of: store) }
    guard let filter else { return }
    var keys: [String] = []
    try store.forEachBatch(matching: store.filter(parsing: filter), structures: false) {
      keys += $0.map(\.key)
      return true
    }
    guard yes else { throw refusal("\(DataText.count(keys.count, "record")) would be withdrawn") }
    guard !keys.isEmpty else { throw CommandError("No record matches; nothing was withdrawn.") }
    try report(store.withdraw(records: keys, reason: reason))
  }

  private func withdraw(run number: Int, of store: RecordStore) throws {
    guard let run = try store.run(number) else {
      throw CommandError("There is no run \(number); athanor data list names those there are.")
    }
    guard yes else {
      throw refusal(
        "\(DataText.count(run.entries - run.refused, "record")) of \(run.file) would be withdrawn")
    }
    try report(store.withdraw(run: number, reason: reason))
  }

  private func refusal(_ what: String) -> CommandError {
    CommandError("\(what); add --yes to do it. Nothing was changed.")
  }

  private func report(_ withdrawal: Withdrawal) throws {
    if common.json { return try Terminal.printJSON(withdrawal) }
    print("Withdrawn: \(DataText.count(withdrawal.sources, "source")). The history keeps them.")
  }
}
