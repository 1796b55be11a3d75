import Design
import Discovery
import Foundation
import Matter

/// A campaign at a glance.
struct CampaignAnswer: Encodable, Hashable, Sendable {
  let id, name, objective, direction: String
  let unit: String?
  let goal: Double?

  /// `running`, `paused`, `stopped` by an emergency stop, or `ended`.
  let state: String

  /// Why it is paused or has ended.
  let reason: String?
  let budget: Int
  let results: Int
  let counts: [String: Int]
  let cost, hours: Double
  let costLimit, hoursLimit: Double?
  let stock: [String: Double]
  let needsApproval: Bool
  let leaseSeconds: Double

  /// What a measurement brings, by property.
  let properties: [String]
  let units: [String: String]
  let variables: [String]
  let best: FindingAnswer?

  /// Events in the ledger.
  let events: Int

  init(_ id: String, _ laboratory: Laboratory, best: FindingAnswer?) {
    let campaign = laboratory.campaign
    let plan = campaign.plan
    self.id = id
    name = plan.name
    objective = plan.objective.expression.description
    direction = plan.objective.direction.rawValue
    goal = plan.objective.goal
    units = campaign.knownUnits
    unit = campaign.knownUnits[objective]
    state =
      campaign.stop != nil
      ? "ended" : laboratory.pause.map { $0.isEmergency ? "stopped" : "paused" } ?? "running"
    reason = campaign.stop?.reason ?? laboratory.pause?.reason
    budget = plan.budget
    counts = Dictionary(
      uniqueKeysWithValues: Experiment.Status.allCases.map {
        ($0.rawValue, laboratory.counts[$0, default: 0])
      })
    results = campaign.resultCount
    cost = laboratory.spent.cost
    hours = laboratory.spent.seconds / 3600
    costLimit = laboratory.rules.costLimit
    hoursLimit = laboratory.rules.hoursLimit
    stock = laboratory.stock
    needsApproval = laboratory.rules.needsApproval
    leaseSeconds = laboratory.rules.leaseSeconds
    properties = plan.properties
    variables = plan.variableNames ?? []
    self.best = best
    events = campaign.eventCount
  }
}

/// One measured candidate, as the campaign ranks it.
struct FindingAnswer: Encodable, Hashable, Sendable {
  let number: Int
  let candidate: CandidateAnswer
  let objective: Double
  let values: [String: MeasuredValue]
  let isFeasible: Bool
}

struct CandidateAnswer: Encodable, Hashable, Sendable {
  /// Empty for conditions alone.
  let formula: String
  let composition: [String: Double]

  /// By the names of the plan; without names `x1`, `x2`, …
  let variables: [String: Double]

  init(_ candidate: Candidate, _ names: [String]) {
    let order = WorkOrder(candidate, variableNames: names, seed: 0)
    formula = order.formula
    composition = order.composition
    variables = order.variables
  }
}

/// One experiment in a list.
struct ExperimentAnswer: Encodable, Hashable, Sendable {
  let number: Int
  let status: String
  let priority: Int
  let candidate: CandidateAnswer
  let role: String

  /// By which method, of a campaign over several.
  let fidelity: String?
  let worker: String?
  let values: [String: MeasuredValue]?
  let predictions: [String: PredictedValue]
  let reason: String

  init(_ experiment: Experiment, _ laboratory: Laboratory) {
    let campaign = laboratory.campaign
    let proposal = laboratory.proposal(experiment.number)
    number = experiment.number
    status = experiment.status.rawValue
    priority = experiment.priority
    candidate = CandidateAnswer(proposal.candidate, campaign.plan.variableNames ?? [])
    role =
      switch proposal.role {
      case nil: "suggestion"
      case .prior?: "prior"
      case .replicate(let original)?: "replicate of \(original)"
      case .control?: "control"
      }
    fidelity = campaign.fidelity(of: proposal)?.name
    worker = experiment.current?.worker
    predictions = proposal.predictions
    reason = proposal.reason
    if case .measured(let measured)? = campaign.outcomes[experiment.number - 1] {
      values = measured
    } else {
      values = nil
    }
  }
}

/// One experiment with all that happened to it.
struct ExperimentDetail: Encodable, Hashable, Sendable {
  struct Step: Encodable, Hashable, Sendable {
    let event: Int
    let time: String
    let what: String
    let actor: String?
    let reason: String?
  }

  struct Try: Encodable, Hashable, Sendable {
    let number: Int
    let worker: String
    let ending: String?
    let outcome: String?
  }

  let experiment: ExperimentAnswer
  let acquisition, feasibility: Double?
  let seed: UInt64
  let codeVersion: String
  let provenance: [String: String]
  let attempts: [Try]
  let history: [Step]

  /// What is not in stock for it.
  let missing: String?

  init(_ experiment: Experiment, _ laboratory: Laboratory) {
    let proposal = laboratory.proposal(experiment.number)
    self.experiment = ExperimentAnswer(experiment, laboratory)
    acquisition = proposal.acquisition
    feasibility = proposal.feasibility
    seed = laboratory.campaign.plan.seed
    codeVersion = laboratory.campaign.creation.codeVersion
    provenance = laboratory.campaign.creation.provenance
    attempts = experiment.attempts.map {
      Try(
        number: $0.number, worker: $0.worker, ending: $0.ending?.rawValue,
        outcome: $0.receipt?.outcome.rawValue)
    }
    history = experiment.transitions.map {
      Step(
        event: $0.sequence, time: Self.text($0.time), what: $0.what, actor: $0.actor,
        reason: $0.reason)
    }
    missing = experiment.status == .proposed ? laboratory.missing(for: experiment.number) : nil
  }

  /// ISO 8601, UTC.
  static func text(_ microseconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(microseconds) / 1e6).formatted(.iso8601)
  }
}

/// An experiment that was handed out.
struct ClaimAnswer: Encodable, Hashable, Sendable {
  let number: Int
  let attempt: Int
  let token: Int
  let leaseSeconds: Double
  let candidate: CandidateAnswer

  /// The crystal as CIF, where the candidate is one.
  let cif: String?

  /// By which method, of a campaign over several.
  let fidelity: String?

  /// For whatever is random in the measurement.
  let seed: UInt64

  /// What a result must hold.
  let properties: [String]
  let units: [String: String]
}

/// The answer to a report.
struct ReportReceipt: Encodable, Hashable, Sendable {
  let number: Int
  let outcome: String
  let isUsed: Bool
  let isRepeat: Bool
  let event: Int
  let reason: String?

  init(_ number: Int, _ answer: Laboratory.ReportAnswer) {
    self.number = number
    outcome = answer.receipt.outcome.rawValue
    isUsed = answer.isUsed
    isRepeat = answer.isRepeat
    event = answer.receipt.sequence
    reason = answer.receipt.reason
  }
}

/// What one worker is at.
struct WorkerAnswer: Encodable, Hashable, Sendable {
  let name: String
  let campaign: String
  let holds: [Int]
}
