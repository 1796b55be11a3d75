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

    /// Of all objectives where there are several.
    let objectives: [Double]?
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

  /// The value that is wanted, where the objective is to meet one; ``Material/objective`` is then the
  /// distance to it.
  let goal: Double?
  let best: [Material]

  /// Of several objectives: the materials that none is better than in every respect, what they must
  /// be better than to count, and the volume between; `nil` for one objective.
  let paretoSet: [Material]?
  let objectives: [String]?
  let referencePoint: [Double]?
  let hypervolume: Double?

  /// What each method was asked; `nil` where there is one.
  let fidelities: [FidelityUse]?

  /// Of all experiments, by the costs of the fidelities.
  let cost: Double?

  /// That it was a rehearsal, in words.
  let rehearsal: String?
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
    fidelities = FidelityUse.all(of: campaign)
    cost = fidelities.map { _ in campaign.spentCost }
    rehearsal = campaign.rehearsalText
    stopped = campaign.stop?.reason
    ledger = workplace.ledgerPath
    report = workplace.reportPath
    let name = objective
    let isSeveral = campaign.plan.objectives.count > 1
    func material(_ finding: Campaign.Finding) -> Material {
      Material(
        number: finding.proposal.number,
        formula: campaign.name(of: finding.proposal.candidate),
        objective: finding.objective, objectives: isSeveral ? finding.objectives : nil,
        values: finding.values, predicted: finding.proposal.predictions[name],
        reason: finding.proposal.reason)
    }
    best = campaign.ranked.prefix(5).map(material)
    goal = campaign.plan.objective.goal
    paretoSet = isSeveral ? campaign.paretoSet.map(material) : nil
    objectives =
      isSeveral
      ? campaign.plan.objectives.map { "\($0.direction.rawValue) \($0.expression)" } : nil
    referencePoint = isSeveral ? campaign.referencePoint : nil
    hypervolume = isSeveral ? campaign.hypervolume : nil
  }

  /// A value of the objective with its unit.
  static func text(_ value: Double, of campaign: Campaign) -> String {
    let unit = campaign.unit(of: campaign.plan.objective.expression)
    return Report.number(value) + (unit.isEmpty ? "" : " \(unit)")
  }

  func print(asJSON: Bool) throws {
    if asJSON { return try Terminal.printJSON(self) }
    Swift.print("\(name): \(measurements) measurements, \(failed) failed")
    if let rehearsal { Swift.print(rehearsal) }
    for use in fidelities ?? [] { Swift.print("  \(use.text)") }
    if let lastFailure { Swift.print("The last failure: \(lastFailure)") }
    if best.isEmpty { Swift.print("No material keeps all limits yet.") }
    if let paretoSet, let objectives {
      printFront(paretoSet, objectives)
    } else {
      printBest()
    }
    if let stopped { Swift.print("Ended: \(stopped)") }
    Swift.print("Ledger: \(ledger)")
    Swift.print("Report: \(report)")
  }

  private func printFront(_ front: [Material], _ objectives: [String]) {
    guard !front.isEmpty else { return }
    Swift.print(
      "Nothing measured is better in every respect than (\(objectives.joined(separator: "; "))):")
    for material in front {
      let values = (material.objectives ?? []).map { Report.number($0) }.joined(separator: "  ")
      Swift.print("  \(values)  \(material.formula)  (no. \(material.number))")
    }
    if let referencePoint, let hypervolume {
      let reference = referencePoint.map { Report.number($0) }.joined(separator: ", ")
      Swift.print("Hypervolume beyond (\(reference)): \(Report.number(hypervolume))")
    }
  }

  private func printBest() {
    for material in best {
      let predicted = material.predicted.map {
        "  predicted \(Report.number($0.mean, spread: $0.deviation))"
      }
      let distance = goal.map { " from \(Report.number($0))" } ?? ""
      Swift.print(
        "  \(Report.number(material.objective)) \(unit)\(distance)  \(material.formula)"
          + "  (no. \(material.number))\(predicted ?? "")")
    }
  }
}
