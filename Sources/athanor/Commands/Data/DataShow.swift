import ArgumentParser
import Ecosystem
import Matter

struct DataShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one record with its sources and its whole history.")

  @Argument(help: "The key of a record or its beginning, the name of a row, or a formula.")
  var names: [String]

  @OptionGroup var place: StoreOptions

  @OptionGroup var common: CommonOptions

  func run() throws {
    let store = try place.open()
    let histories = try names.map { try store.history(of: $0) }
    if common.json { return try Terminal.printJSON(histories) }
    for history in histories { show(history) }
  }

  private func show(_ history: RecordHistory) {
    print("\(history.formula)  \(history.key)")
    if let sites = history.sites { print("  \(DataText.count(sites, "site"))") }
    for entry in history.sources {
      let state = entry.withdrawn.map { ", withdrawn: \($0)" } ?? ""
      let place = entry.source.locator.isEmpty ? "" : ", \(entry.source.locator)"
      print("  \(entry.source.origin)\(place) (run \(entry.run))\(state)")
      for line in DataText.passage(entry) { print("    \(line)") }
      for (number, measurement) in entry.measurements.enumerated() {
        let place = DataText.place(of: number, entry)
        print("    \(measurement.property): \(DataText.value(measurement))\(place)")
      }
      for value in entry.flagged { print("    \(DataText.flagged(value))") }
    }
  }
}
