import Discovery
import Ecosystem
import Foundation

/// Where the campaign of a ledger stands.
struct LedgerCard: Encodable {
  let name: String
  let events: Int
  let measurements: Int
  let failed: Int
  let lastFailure: String?
  let budget: Int
  let best: Double?
  let ended: String?
  let hash: String?

  init(_ file: String) throws {
    guard FileManager.default.fileExists(atPath: file) else {
      throw FileError(operation: .read, path: file, code: ENOENT)
    }
    // Opening would make a ledger of an empty file, and looking changes nothing.
    guard try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int != 0 else {
      throw CommandError("\(file): the file is empty.")
    }
    let log = try SQLiteEventLog(path: file)
    hash = try log.verify()
    let campaign = try Campaign(folding: log.events())
    name = campaign.plan.name
    events = campaign.eventCount
    measurements = campaign.resultCount
    failed = campaign.failures.count
    lastFailure = campaign.failures.last?.reason
    budget = campaign.plan.budget
    best = campaign.best?.objective
    ended = campaign.stop?.reason
  }
}

extension FileCard {
  init(ledger file: String) throws {
    self.init(file: file, format: "ledger")
    ledger = try LedgerCard(file)
  }
}
