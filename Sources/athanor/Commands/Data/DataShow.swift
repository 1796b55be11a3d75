import ArgumentParser
import Ecosystem
import Matter

struct DataShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show records with their sources and their whole history.",
    discussion: """
      A formula means every record of its stoichiometry: the composition alone, crystals and \
      molecules. Where a name means several records, they are listed.
      """)

  @Argument(help: "The key of a record or its beginning, the name of a row, or a formula.")
  var names: [String]

  @Option(help: "The most records that are listed for one name.")
  var limit = 100

  @OptionGroup var place: StoreOptions

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard limit >= 1 else { throw ValidationError("--limit must be at least 1.") }
  }

  func run() throws {
    let store = try place.open()
    let found = try names.map { name in
      let (histories, count) = try store.histories(of: name, limit: limit)
      return Found(name: name, histories: histories, count: count)
    }
    if common.json { return try Terminal.printJSON(found.flatMap(\.histories)) }
    for entry in found {
      if entry.count == 1 { entry.histories.forEach(show) } else { list(entry) }
    }
  }

  /// What one name means.
  private struct Found {
    let name: String
    let histories: [RecordHistory]
    let count: Int
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

  private func list(_ found: Found) {
    print("\(DataText.count(found.count, "record")) of \(found.name); show one by its key:")
    let rows = found.histories.map { history in
      let used = history.sources.filter { $0.withdrawn == nil }
      let state = used.isEmpty ? "withdrawn" : DataText.count(used.count, "source")
      let values = used.flatMap(\.measurements)
      let shown = values.prefix(3).map { "\($0.property) \(DataText.value($0))" }
      let more = values.count > 3 ? ", … \(values.count - 3) more" : ""
      return [
        "  " + DataText.short(history.key), history.formula,
        history.sites.map { DataText.count($0, "site") } ?? "composition",
      ] + (values.isEmpty ? [state] : [state, shown.joined(separator: ", ") + more])
    }
    print(DataText.table(rows))
    if found.count > rows.count {
      print("  and \(found.count - rows.count) more (--limit)")
    }
  }
}
