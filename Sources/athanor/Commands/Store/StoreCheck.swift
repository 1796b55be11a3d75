import ArgumentParser
import Discovery
import Ecosystem

struct StoreCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Look for damage in a ledger or a store of records.",
    discussion: """
      Of both: pages, tables and version. Of a ledger: the chain of hashes, and whether all events make \
      a campaign. Of a store: checksums of pages, references, hashes of structures, keys of materials \
      and counts of imports. The file is not changed. Exit code 1 where something is wrong.
      """)

  @Argument(help: "The file, or the folder that holds a ledger.")
  var file: String

  @OptionGroup var common: CommonOptions

  private struct Result: Encodable {
    let file: String
    let kind: StoredFile.Kind
    let isSound: Bool
    let versions: [String]

    /// Of a ledger: events from the first to the last sound one, and the hash of that.
    let soundEvents: Int?
    let hash: String?
    let rows: [String: Int]?
    let faults: [StoreFault]
  }

  func run() throws {
    let file = try StoredFile(CampaignLedger.path(file))
    let result =
      switch file.kind {
      case .ledger: try Self.ledger(file.path)
      case .records: try Self.records(file.path)
      }
    if common.json { try Terminal.printJSON(result) } else { show(result) }
    if !result.isSound { throw ExitCode(1) }
  }

  private static func ledger(_ path: String) throws -> Result {
    let check = try LedgerCheck(path)
    return Result(
      file: path, kind: .ledger, isSound: check.faults.isEmpty, versions: check.versions,
      soundEvents: check.soundEvents.count, hash: check.soundEvents.last?.hash, rows: nil,
      faults: check.faults)
  }

  private static func records(_ path: String) throws -> Result {
    let findings = try RecordStore.check(path)
    return Result(
      file: path, kind: .records, isSound: findings.faults.isEmpty, versions: findings.versions,
      soundEvents: nil, hash: nil, rows: findings.rows, faults: findings.faults)
  }

  private func show(_ result: Result) {
    let kind = result.kind == .ledger ? "a ledger" : "a store of records"
    print("\(result.file): \(kind), \(result.isSound ? "whole" : "damaged")")
    if let count = result.soundEvents {
      let hash = result.hash.map { ", the last with the hash \($0)" } ?? ""
      print(
        "  \(DataText.count(count, "event"))\(result.isSound ? "" : " sound from the first on")\(hash)"
      )
    }
    if let rows = result.rows {
      let counts = ["material", "source", "measurement"].compactMap { table in
        rows[table].map { DataText.count($0, table) }
      }
      print("  \(counts.joined(separator: ", "))")
    }
    for fault in result.faults.prefix(20) { print("  \(fault)") }
    if result.faults.count > 20 {
      print("  and \(result.faults.count - 20) more (--json has all)")
    }
    if !result.isSound {
      print("Save what is sound with: athanor store repair \(result.file) --to NEW")
    }
  }
}
