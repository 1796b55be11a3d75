import Ecosystem
import Matter

@testable import Discovery

/// A campaign that one robot carries out step by step, each step again until the ledger takes it.
struct PatientCampaign {
  let plan: CampaignPlan

  /// Where the ledger is.
  let address: String

  /// Gets each refusal before the step is tried again.
  var onRefusal: (EventLogError) async throws -> Void = { _ in }

  /// Steps in a row that may be refused.
  var patience = 20

  /// What the robot was told.
  private(set) var memories: [LaboratoryHistory.Memory] = []
  private(set) var refusals: [EventLogError] = []

  init(_ plan: CampaignPlan, _ address: String) {
    self.plan = plan
    self.address = address
  }

  /// - Returns: The store at the end of the campaign.
  mutating func run() async throws -> LaboratoryStore {
    let (plan, address) = (plan, address)
    let store = try await attempt {
      try LaboratoryStore(
        creation: laboratoryCreation(plan), path: address, time: FixedTime(), clock: HandClock())
    }
    let planner = LaboratoryPlanner(store, runner: try fixtureRunner(plan, log: MemoryEventLog()))
    var key = 0
    while try await attempt({ try await store.read { $0.campaign.stop == nil } }) {
      while try await attempt({ try await planner.step() }) {}
      key += 1
      let name = "\(key)"
      let answer = try await attempt { try await store.claim(by: "robot", requestKey: name) }
      guard case .claimed(let claims) = answer else { continue }
      for claim in claims { try await carryOut(claim, store) }
    }
    return store
  }

  private mutating func carryOut(_ claim: Laboratory.Claim, _ store: LaboratoryStore) async throws {
    let (number, token) = (claim.number, claim.token)
    memories.append(.claimed(number: number, token: token, worker: "robot"))
    _ = try await attempt { try await store.heartbeat(number, token: token, by: "robot") }
    let candidate = try await attempt { try await store.read { $0.candidate(number) } }
    let report = strength(FormulaOracle.strength(candidate))
    let answer = try await attempt {
      try await store.report(report, of: number, token: token, by: "robot")
    }
    guard answer.isUsed else { return }
    memories.append(.measured(number: number, token: token, values: report.values))
  }

  /// Any other error than that of a ledger ends the campaign.
  private mutating func attempt<Answer>(_ step: () async throws -> Answer) async throws -> Answer {
    for _ in 1..<patience {
      do {
        return try await step()
      } catch let error as EventLogError {
        refusals.append(error)
        try await onRefusal(error)
      }
    }
    return try await step()
  }

  /// Proposals and results as a ledger tells them, without who did what and when.
  static func story(_ events: [LoggedEvent]) throws -> [String] {
    let campaign = try Campaign(folding: events)
    return zip(campaign.proposals, campaign.outcomes).map { "\($0) \(String(describing: $1))" }
      + ["\(campaign.refits) \(String(describing: campaign.stop))"]
  }
}
