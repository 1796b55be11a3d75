/// Where a campaign stands at one moment: what waits for whom.
public struct CampaignStanding: Codable, Hashable, Sendable {
  public enum State: String, Codable, Sendable {
    case running
    case paused
    case ended
  }

  /// An experiment that a worker has.
  public struct Held: Codable, Hashable, Sendable {
    public let number: Int
    public let worker: String
    public let attempt: Int

    /// `claimed` or `running`.
    public let status: String

    /// Microseconds since 1970: of the claim, and when its lease ends unless signs of life have
    /// made it longer, of which the ledger knows nothing.
    public let since: Int64
    public let leaseEnds: Int64

    /// Whether that time is over.
    public let isOverdue: Bool
  }

  /// Why experiments that nobody has wait.
  public enum Cause: String, Codable, Sendable {
    /// For somebody who says yes.
    case approval

    /// For a worker to claim them.
    case claim

    /// For a result: nobody hands them out.
    case result

    /// For a resource that is occupied, or something that is not in stock.
    case resource
    case stock

    /// The laboratory is paused, or its cost or hours are spent.
    case pause
    case budget
  }

  public struct Waiting: Codable, Hashable, Sendable {
    public let cause: Cause

    /// Of the resource or the item.
    public let name: String?
    public let numbers: [Int]
  }

  /// What is left of an item.
  public struct Stock: Codable, Hashable, Sendable {
    public let name: String
    public let left: Double
    public let unit: String
  }

  /// What the planner does next, or waits for.
  public enum Plan: Codable, Hashable, Sendable {
    case proposes(count: Int, isInitial: Bool)

    /// For so many experiments to end.
    case waits(experiments: Int)

    /// For a resume.
    case paused

    /// Cancels what nobody has begun, and stops once nothing is under way.
    case ends(reason: String)
    case ended(reason: String)
  }

  public let state: State

  /// Why it is paused or has ended, and who paused it.
  public let reason: String?
  public let pausedBy: String?

  /// Whether experiments are handed out, and not asked for and told.
  public let hasLaboratory: Bool

  /// Experiments by their state.
  public let counts: [String: Int]
  public let held: [Held]
  public let waiting: [Waiting]
  public let stock: [Stock]
  public let plan: Plan

  /// What was spent, and may be.
  public let cost: Double
  public let hours: Double
  public let costLimit: Double?
  public let hoursLimit: Double?

  /// - Parameter time: Microseconds since 1970: leases that end before are overdue.
  public init(_ laboratory: Laboratory, at time: Int64) {
    let campaign = laboratory.campaign
    hasLaboratory = campaign.plan.laboratory != nil
    state = campaign.stop != nil ? .ended : laboratory.pause != nil ? .paused : .running
    reason = campaign.stop?.reason ?? laboratory.pause?.reason
    pausedBy = campaign.stop == nil ? laboratory.pause?.actor : nil
    counts = Dictionary(
      uniqueKeysWithValues: laboratory.counts.filter { $0.value > 0 }.map {
        ($0.key.rawValue, $0.value)
      })
    held = Self.held(laboratory, at: time)
    waiting = Self.waiting(laboratory, hasLaboratory: hasLaboratory)
    stock = laboratory.rules.stock.map {
      Stock(name: $0.name, left: laboratory.stock[$0.name, default: 0], unit: $0.unit)
    }
    plan = hasLaboratory ? Self.plan(laboratory) : Self.plan(campaign)
    cost = laboratory.spent.cost
    hours = laboratory.spent.seconds / 3600
    costLimit = laboratory.rules.costLimit
    hoursLimit = laboratory.rules.hoursLimit
  }

  private static func held(_ laboratory: Laboratory, at time: Int64) -> [Held] {
    laboratory.held.sorted().compactMap { number in
      guard let experiment = laboratory[number], let attempt = experiment.current,
        let claim = experiment.transitions.last(where: { $0.what == "claimed" })
      else { return nil }
      let ends = claim.time + Int64(laboratory.rules.leaseSeconds * 1e6)
      return Held(
        number: number, worker: attempt.worker, attempt: attempt.number,
        status: experiment.status.rawValue, since: claim.time, leaseEnds: ends,
        isOverdue: ends < time)
    }
  }

  private static func waiting(_ laboratory: Laboratory, hasLaboratory: Bool) -> [Waiting] {
    var found: [(cause: Cause, name: String?, numbers: [Int])] = []
    for experiment in laboratory.open.compactMap({ laboratory[$0] }) {
      guard let cause = cause(experiment, laboratory, hasLaboratory: hasLaboratory) else {
        continue
      }
      let place = found.firstIndex { $0.cause == cause.0 && $0.name == cause.1 }
      if let place {
        found[place].numbers.append(experiment.number)
      } else {
        found.append((cause.0, cause.1, [experiment.number]))
      }
    }
    return found.map { Waiting(cause: $0.cause, name: $0.name, numbers: $0.numbers) }
  }

  private static func cause(
    _ experiment: Experiment, _ laboratory: Laboratory, hasLaboratory: Bool
  ) -> (Cause, String?)? {
    guard experiment.status == .proposed || experiment.status == .awaitingApproval else {
      return nil
    }
    guard hasLaboratory else { return (.result, nil) }
    if experiment.status == .awaitingApproval { return (.approval, nil) }
    if laboratory.pause != nil { return (.pause, nil) }
    if laboratory.isBudgetSpent { return (.budget, nil) }
    if let item = laboratory.missing(for: experiment.number) { return (.stock, item) }
    let resources = laboratory.rules.resources
    let busy = laboratory.group(of: experiment.number).resources.first {
      laboratory.occupied[$0] >= resources[$0].count
    }
    return busy.map { (.resource, resources[$0].name) } ?? (.claim, nil)
  }

  private static func plan(_ laboratory: Laboratory) -> Plan {
    switch laboratory.next() {
    case .proposeInitial(let count): .proposes(count: count, isInitial: true)
    case .propose(let count): .proposes(count: count, isInitial: false)
    case .end(let stop): .ends(reason: stop.reason)
    case .wait: laboratory.pause == nil ? .waits(experiments: laboratory.openCount) : .paused
    case .finished: .ended(reason: laboratory.campaign.stop?.reason ?? "")
    }
  }

  private static func plan(_ campaign: Campaign) -> Plan {
    switch campaign.next() {
    case .proposeInitial(let count): .proposes(count: count, isInitial: true)
    case .propose(let count): .proposes(count: count, isInitial: false)
    case .refit:
      .proposes(
        count: min(campaign.plan.batch, campaign.plan.budget - campaign.resultCount),
        isInitial: false)
    case .measure: .waits(experiments: campaign.pending.count)
    case .stop(let stop): .ends(reason: stop.reason)
    case .finished: .ended(reason: campaign.stop?.reason ?? "")
    }
  }
}
