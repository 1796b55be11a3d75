import ArgumentParser
import Discovery
import Ecosystem

struct StoreRepair: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Write what is sound of a damaged ledger or store into a new file.",
    discussion: """
      Of a ledger: the longest beginning whose chain of hashes holds and that makes a campaign. Of a \
      store: every row that can be read, is what its hash says, and refers to rows that are kept. What \
      is left out is listed. The damaged file is not changed.
      """)

  @Argument(help: "The damaged file, or the folder that holds a ledger.")
  var file: String

  @Option(name: .customLong("to"), help: "The new file; nothing must bear its name.")
  var new: String

  @OptionGroup var common: CommonOptions

  private struct Result: Encodable {
    let file: String
    let kept: [String: Int]
    let hash: String?
    let leftOut: [StoreLoss]
    let brokenRuns: [Int]?
  }

  func run() throws {
    let file = try StoredFile(CampaignLedger.path(file))
    let result =
      switch file.kind {
      case .ledger: try ledger(file.path)
      case .records: try records(file.path)
      }
    if common.json { return try Terminal.printJSON(result) }
    let kept = result.kept.sorted { $0.key < $1.key }.filter { $0.value > 0 }
      .map { DataText.count($0.value, $0.key) }
    print("\(new): \(kept.joined(separator: ", "))")
    if let hash = result.hash { print("  Last hash: \(hash)") }
    for loss in result.leftOut.prefix(20) { print("  left out: \(loss.place): \(loss.reason)") }
    if result.leftOut.count > 20 {
      print("  and \(result.leftOut.count - 20) more (--json has all)")
    }
    for run in result.brokenRuns ?? [] {
      print(
        "  run \(run) is not whole: athanor data remove --run \(run) --yes, then import it again")
    }
  }

  private func ledger(_ path: String) throws -> Result {
    let check = try LedgerCheck(path)
    guard !check.soundEvents.isEmpty else {
      throw CommandError(
        "\(path): not even its first event is sound, and nothing was written. Restore it from a copy."
      )
    }
    let copy = try SQLiteEventLog.restore(check.soundEvents, to: new)
    let losses = check.otherEvents.map { event in
      StoreLoss(
        "event \(event.sequence)", "\(event.kind) \(event.key ?? "") stands behind the damage")
    }
    return Result(
      file: new, kept: ["event": copy.events], hash: copy.hash,
      leftOut: check.faults.map { StoreLoss($0.place, $0.reason) } + losses, brokenRuns: nil)
  }

  private func records(_ path: String) throws -> Result {
    let repair = try RecordStore.repair(path, to: new)
    return Result(
      file: new, kept: repair.kept, hash: nil, leftOut: repair.losses,
      brokenRuns: repair.brokenRuns)
  }
}
