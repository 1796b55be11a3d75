import Discovery
import Reporting

/// What waits for whom, in lines for a person.
struct StandingText {
  let standing: CampaignStanding
  let campaign: Campaign

  var lines: [String] {
    [experiments].compactMap { $0 } + held + waiting + stock + [spending].compactMap { $0 } + [plan]
  }

  private var experiments: String? {
    let counts = Experiment.Status.allCases.compactMap { status in
      standing.counts[status.rawValue].map { "\($0) \(status.rawValue)" }
    }
    return counts.isEmpty ? nil : "Experiments: \(counts.joined(separator: ", "))"
  }

  private var held: [String] {
    standing.held.map { held in
      let lease =
        held.isOverdue
        ? "OVERDUE: its lease was to end \(LedgerTime.text(held.leaseEnds)) unless signs of life came"
        : "lease until \(LedgerTime.text(held.leaseEnds)) or later"
      let attempt = held.attempt > 1 ? ", attempt \(held.attempt)" : ""
      return "\(name(held.number)): \(held.status) by \(held.worker) since "
        + "\(LedgerTime.text(held.since))\(attempt); \(lease)"
    }
  }

  private var waiting: [String] {
    standing.waiting.map { waiting in
      let count = waiting.numbers.count
      let shown = waiting.numbers.prefix(10).map { name($0) }.joined(separator: "; ")
      let rest = count > 10 ? "; and \(count - 10) more" : ""
      return "\(Self.words(waiting)): \(shown)\(rest)"
    }
  }

  private static func words(_ waiting: CampaignStanding.Waiting) -> String {
    let name = waiting.name ?? ""
    return switch waiting.cause {
    case .approval: "Waiting for approval"
    case .claim: "Ready to be claimed"
    case .result: "Waiting for results"
    case .resource: "Waiting for a free \(name)"
    case .stock: "Waiting for more \(name) in stock"
    case .pause: "Waiting for the pause to end"
    case .budget: "Waiting, with cost or hours spent"
    }
  }

  private var stock: [String] {
    standing.stock.map { "In stock: \(Report.number($0.left)) \($0.unit) of \($0.name)" }
  }

  private var spending: String? {
    guard standing.cost > 0 || standing.hours > 0 || standing.costLimit != nil else { return nil }
    let cost = standing.costLimit.map { " of \(Report.number($0))" } ?? ""
    let hours = standing.hoursLimit.map { " of \(Report.number($0))" } ?? ""
    return "Spent: a cost of \(Report.number(standing.cost))\(cost), "
      + "\(Report.number(standing.hours))\(hours) hours"
  }

  private var plan: String {
    switch standing.plan {
    case .proposes(let count, let isInitial):
      let what = isInitial ? "the first \(DataText.count(count, "candidate"))" : "\(count) more"
      let who =
        standing.hasLaboratory
        ? "the service fits the model for it, or is not running"
        : "by campaign run or campaign suggest"
      return "Planner: to propose \(what); \(who)"
    case .waits(let count):
      let what = standing.hasLaboratory ? "to end" : "to bring results"
      return "Planner: waits for \(DataText.count(count, "experiment")) \(what)"
    case .paused:
      let why = [standing.pausedBy.map { "by \($0)" }, standing.reason].compactMap { $0 }
      return "Planner: paused \(why.joined(separator: ": "))"
    case .ends(let reason): return "Planner: ends once nothing is under way: \(reason)"
    case .ended(let reason): return "Ended: \(reason)"
    }
  }

  private func name(_ number: Int) -> String {
    "no. \(number) (\(campaign.name(of: campaign.proposals[number - 1].candidate)))"
  }
}
