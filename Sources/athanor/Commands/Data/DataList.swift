import ArgumentParser
import Ecosystem

struct DataList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Say what is in the store: imports, properties, withdrawals.")

  @OptionGroup var place: StoreOptions

  @Option(name: .customLong("run"), help: "One import, with all rows that were refused.")
  var runNumber: Int?

  @Flag(help: "Check the whole file first: its structure, references and hashes.")
  var verify = false

  @OptionGroup var common: CommonOptions

  struct Result: Encodable {
    let store: String
    let records: Int
    let digest: String?
    let properties: [PropertySummary]
    let runs: [ImportRun]
    let withdrawals: [Withdrawal]
  }

  struct RunResult: Encodable {
    let run: ImportRun
    let refusals: [Refusal]
    let flagged: [FlaggedEntry]
  }

  func run() throws {
    let store = try place.open()
    if verify { try store.verify() }
    if let number = runNumber { return try show(number, of: store) }
    let result = Result(
      store: store.place, records: try store.recordCount(),
      digest: verify ? try store.contentDigest() : nil, properties: try store.properties(),
      runs: try store.runs(), withdrawals: try store.withdrawals())
    if common.json { return try Terminal.printJSON(result) }
    print("\(result.store): \(DataText.count(result.records, "record"))")
    if let digest = result.digest { print("  whole; its content is \(digest)") }
    Self.show(result.properties)
    Self.show(result.runs)
    Self.show(result.withdrawals)
  }

  private func show(_ number: Int, of store: RecordStore) throws {
    guard let run = try store.run(number) else {
      throw CommandError("There is no run \(number); athanor data list names those there are.")
    }
    let result = RunResult(
      run: run, refusals: try store.refusals(of: number),
      flagged: try store.flaggedValues(of: number))
    if common.json { return try Terminal.printJSON(result) }
    Self.show([run])
    print("  SHA-256 \(run.hash)")
    for refusal in result.refusals { print("  \(refusal.error(in: run.file))") }
    for entry in result.flagged {
      let place = entry.source.locator.isEmpty ? "" : ", \(entry.source.locator)"
      print(
        "  \(entry.source.origin)\(place), \(entry.formula): \(DataText.flagged(entry.measurement))"
      )
    }
  }

  private static func show(_ properties: [PropertySummary]) {
    guard !properties.isEmpty else { return }
    let rows = properties.map { summary in
      [
        "  " + summary.property, summary.unit ?? "–", summary.fidelity ?? "–",
        "\(summary.values)", "\(summary.materials)",
        "\(DataText.number(summary.minimum)) to \(DataText.number(summary.maximum))",
      ]
    }
    let head = [["  property", "unit", "fidelity", "values", "materials", "range"]]
    print("\nProperties\n\(DataText.table(head + rows))")
  }

  private static func show(_ runs: [ImportRun]) {
    guard !runs.isEmpty else { return }
    let rows = runs.suffix(20).map { run in
      [
        "  \(run.id)", run.file, DataText.time(run.started),
        run.isWithdrawn ? "withdrawn" : run.state.rawValue, "\(run.entries - run.refused)",
        "\(run.measurements)", "\(run.flagged)", "\(run.refused)",
      ]
    }
    let head = [
      ["  run", "file", "begun (UTC)", "state", "records", "measurements", "flagged", "refused"]
    ]
    print("\nImports\n\(DataText.table(head + rows))")
    if runs.count > 20 { print("  and \(runs.count - 20) earlier ones (--json has all)") }
  }

  private static func show(_ withdrawals: [Withdrawal]) {
    guard !withdrawals.isEmpty else { return }
    print("\nWithdrawals")
    for withdrawal in withdrawals {
      let what = withdrawal.run.map { "run \($0)" } ?? "chosen records"
      print(
        "  \(DataText.time(withdrawal.time)): \(what), "
          + "\(DataText.count(withdrawal.sources, "source")): \(withdrawal.reason)")
    }
  }
}
