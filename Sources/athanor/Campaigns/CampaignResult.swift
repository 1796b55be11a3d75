import Design
import Discovery
import Foundation
import Matter
import Reporting

/// What a command says about a campaign.
struct CampaignResult: Encodable {
  struct Material: Encodable {
    let number: Int
    let formula: String
    let objective: Double
    let values: [String: MeasuredValue]
    let predicted: PredictedValue?
    let reason: String
  }

  let name: String
  let objective: String
  let unit: String
  let measurements: Int
  let failed: Int
  let lastFailure: String?
  let pending: Int
  let best: [Material]
  let stopped: String?
  let ledger: String
  let report: String

  init(_ campaign: Campaign, _ workplace: CampaignWorkplace) {
    name = campaign.plan.name
    objective = campaign.plan.objective.expression.description
    unit = CampaignWorkplace.quantity(of: campaign).unit
    measurements = campaign.resultCount
    failed = campaign.failures.count
    lastFailure = campaign.failures.last?.reason
    pending = campaign.pending.count
    stopped = campaign.stop?.reason
    ledger = workplace.ledgerPath
    report = workplace.reportPath
    let name = objective
    best = campaign.ranked.prefix(5).map { finding in
      Material(
        number: finding.proposal.number,
        formula: campaign.name(of: finding.proposal.candidate),
        objective: finding.objective, values: finding.values,
        predicted: finding.proposal.predictions[name], reason: finding.proposal.reason)
    }
  }

  func print(asJSON: Bool) throws {
    if asJSON { return try Terminal.printJSON(self) }
    Swift.print("\(name): \(measurements) measurements, \(failed) failed")
    if let lastFailure { Swift.print("The last failure: \(lastFailure)") }
    if best.isEmpty { Swift.print("No material keeps all limits yet.") }
    for material in best {
      let predicted = material.predicted.map {
        "  predicted \(Report.number($0.mean, spread: $0.deviation))"
      }
      Swift.print(
        "  \(Report.number(material.objective)) \(unit)  \(material.formula)"
          + "  (no. \(material.number))\(predicted ?? "")")
    }
    if let stopped { Swift.print("Ended: \(stopped)") }
    Swift.print("Ledger: \(ledger)")
    Swift.print("Report: \(report)")
  }
}
