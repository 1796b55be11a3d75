import Discovery
import Foundation
import Matter
import Reporting

/// What campaign suggest says.
struct SuggestionResult: Encodable {
  struct Item: Encodable {
    let number: Int
    let candidate: String

    /// By which method, of several.
    let fidelity: String?
    let predictions: [String: PredictedValue]

    /// Ends of the 90 % intervals.
    let intervals: [String: [Double]]
    let acquisition: Double?
    let feasibility: Double?
    let cost: Double?
    let nearest: Suggestion.Neighbor?
    let nearestCandidate: String?
    let motive: ChoiceMotive?
    let reason: String
  }

  let name: String
  let suggestions: [Item]
  let notes: [String]
  let warnings: [String]
  let awaited: [Int]
  let ledger: String
  let sheet: String
  let page: String?

  init(_ asked: Asked, ledger: String, sheet: String, page: String?) {
    let campaign = asked.campaign
    name = campaign.plan.name
    suggestions = asked.suggestions.map { suggestion in
      let proposal = suggestion.proposal
      return Item(
        number: proposal.number, candidate: campaign.name(of: proposal.candidate),
        fidelity: campaign.fidelity(of: proposal)?.name, predictions: proposal.predictions,
        intervals: suggestion.intervals,
        acquisition: proposal.acquisition, feasibility: proposal.feasibility,
        cost: suggestion.cost, nearest: suggestion.nearest,
        nearestCandidate: suggestion.nearest.map {
          campaign.name(of: campaign.proposals[$0.number - 1].candidate)
        }, motive: suggestion.motive, reason: proposal.reason)
    }
    notes = asked.notes
    warnings = DriftWatch(campaign).warnings
    awaited = campaign.pending.map(\.number)
    self.ledger = ledger
    self.sheet = sheet
    self.page = page
  }

  func print() {
    for item in suggestions {
      Swift.print("\(item.number)  \(item.candidate)\(item.fidelity.map { "  by \($0)" } ?? "")")
      for (property, said) in item.predictions.sorted(by: { $0.key < $1.key }) {
        let ends = (item.intervals[property] ?? []).map { Report.number($0) }
        Swift.print(
          "    \(property): \(Report.number(said.mean, spread: said.deviation)), 90 % from "
            + ends.joined(separator: " to "))
      }
      let facts = self.facts(item)
      if !facts.isEmpty { Swift.print("    \(facts.joined(separator: "; "))") }
      Swift.print("    \(item.reason)")
    }
    for note in notes + warnings { Swift.print(note) }
    if !awaited.isEmpty { Swift.print("Sheet to fill in: \(sheet)") }
    if let page { Swift.print("Page: \(page)") }
    Swift.print("Ledger: \(ledger)")
  }

  private func facts(_ item: Item) -> [String] {
    var facts: [String] = []
    if let score = item.acquisition { facts.append("acquisition \(Report.number(score))") }
    if let chance = item.feasibility {
      facts.append("keeps the limits with \(Report.percent(chance))")
    }
    if let cost = item.cost { facts.append("costs \(Report.number(cost))") }
    if let nearest = item.nearest, let name = item.nearestCandidate {
      facts.append(
        "distance \(Report.number(nearest.distance)) from no. \(nearest.number), \(name)")
    }
    return facts
  }
}
