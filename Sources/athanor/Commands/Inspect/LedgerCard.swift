import Discovery
import Ecosystem
import Foundation
import Matter
import Reporting

/// Where the campaign of a ledger stands.
struct LedgerCard: Encodable {
  let name: String
  let events: Int
  let measurements: Int
  let failed: Int
  let lastFailure: String?
  let budget: Int
  let best: Double?

  /// Of several objectives: what no measured material is better than in every respect; `nil` for one.
  let paretoSet: [ParetoMember]?
  let hypervolume: Double?

  struct ParetoMember: Encodable {
    let number: Int
    let formula: String
    let objectives: [Double]
  }

  /// What each method was asked, and the cost of all; `nil` where there is one.
  let fidelities: [FidelityUse]?
  let cost: Double?
  let costLimit: Double?
  let rehearsal: String?
  let ended: String?
  let hash: String?

  init(_ reading: LedgerReading) {
    let campaign = reading.laboratory.campaign
    hash = reading.last.hash
    name = campaign.plan.name
    events = campaign.eventCount
    measurements = campaign.resultCount
    failed = campaign.failures.count
    lastFailure = campaign.failures.last?.reason
    budget = campaign.plan.budget
    let isSeveral = campaign.plan.objectives.count > 1
    best = isSeveral ? nil : campaign.best?.objective
    paretoSet =
      isSeveral
      ? campaign.paretoSet.map { finding in
        ParetoMember(
          number: finding.number,
          formula: finding.candidate.composition.percentFormula,
          objectives: finding.objectives)
      } : nil
    hypervolume = isSeveral ? campaign.hypervolume : nil
    fidelities = FidelityUse.all(of: campaign)
    cost = fidelities.map { _ in campaign.spentCost }
    costLimit = campaign.plan.fidelities?.costLimit
    rehearsal = campaign.rehearsalText
    ended = campaign.stop?.reason
  }
}

extension FileCard {
  init(ledger file: String) throws { self.init(ledger: file, try LedgerReading(file: file)) }

  init(ledger file: String, _ reading: LedgerReading) {
    self.init(file: file, format: "ledger")
    ledger = LedgerCard(reading)
  }
}

extension LedgerReading {
  init(file: String) throws {
    guard FileManager.default.fileExists(atPath: file) else {
      throw FileError(operation: .read, path: file, code: ENOENT)
    }
    // Opening would make a ledger of an empty file, and looking changes nothing.
    guard try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int != 0 else {
      throw CommandError("\(file): the file is empty.")
    }
    try self.init(SQLiteEventLog(path: file))
  }
}
