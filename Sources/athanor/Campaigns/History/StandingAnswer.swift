import Discovery

/// What waits for whom, with times as programs read them.
struct StandingAnswer: Encodable {
  private struct Held: Encodable {
    let number: Int
    let worker: String
    let attempt: Int
    let status: String
    let since: String
    let leaseEnds: String
    let isOverdue: Bool
  }

  private struct Plan: Encodable {
    /// `proposes`, `waits`, `paused`, `ends` or `ended`.
    let step: String
    let count: Int?
    let reason: String?
  }

  private let state: String
  private let reason: String?
  private let pausedBy: String?
  private let counts: [String: Int]
  private let held: [Held]
  private let overdue: [Int]
  private let waiting: [CampaignStanding.Waiting]
  private let stock: [CampaignStanding.Stock]
  private let planner: Plan
  private let cost: Double
  private let hours: Double
  private let costLimit: Double?
  private let hoursLimit: Double?

  init(_ standing: CampaignStanding) {
    state = standing.state.rawValue
    reason = standing.reason
    pausedBy = standing.pausedBy
    counts = standing.counts
    held = standing.held.map {
      Held(
        number: $0.number, worker: $0.worker, attempt: $0.attempt, status: $0.status,
        since: LedgerTime.text($0.since), leaseEnds: LedgerTime.text($0.leaseEnds),
        isOverdue: $0.isOverdue)
    }
    overdue = standing.held.filter(\.isOverdue).map(\.number)
    waiting = standing.waiting
    stock = standing.stock
    planner =
      switch standing.plan {
      case .proposes(let count, _): Plan(step: "proposes", count: count, reason: nil)
      case .waits(let count): Plan(step: "waits", count: count, reason: nil)
      case .paused: Plan(step: "paused", count: nil, reason: standing.reason)
      case .ends(let reason): Plan(step: "ends", count: nil, reason: reason)
      case .ended(let reason): Plan(step: "ended", count: nil, reason: reason)
      }
    cost = standing.cost
    hours = standing.hours
    costLimit = standing.costLimit
    hoursLimit = standing.hoursLimit
  }
}
