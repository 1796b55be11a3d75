import Ecosystem
import Matter

extension Laboratory {
  /// What a worker reports about an attempt.
  public struct Report: Hashable, Sendable {
    public var values: [String: MeasuredValue]

    /// Why nothing was measured; `nil` where something was.
    public var failure: String?

    /// Whether the experiment is worth another attempt.
    public var canRetry = true
    public var seconds: Double?
    public var cost: Double?

    public init(
      values: [String: MeasuredValue] = [:], failure: String? = nil, seconds: Double? = nil,
      cost: Double? = nil
    ) {
      self.values = values
      self.failure = failure
      self.seconds = seconds
      self.cost = cost
    }

    /// Of what was reported, so that the same report is known when it comes again.
    var digest: String {
      let form = values.sorted { $0.key < $1.key }.map { property, value in
        let spread = value.spread.map { "\($0)" } ?? "-"
        return "\(property.utf8.count):\(property)=\(value.value),\(spread),\(value.unit ?? "-")\n"
      }
      return ContentHash(of: form.joined() + "failure:\(failure ?? "-")").hex
    }
  }

  /// The answer to a report.
  public struct ReportAnswer: Hashable, Sendable {
    public let receipt: Experiment.Receipt

    /// Whether the same report had been answered before.
    public let isRepeat: Bool

    /// Whether the values are the experiment's result.
    public var isUsed: Bool { receipt.outcome == .measured }
  }

  /// Decides what becomes of a report.
  ///
  /// A report of a lease that has ended is kept. It is used where nobody else is at the experiment
  /// nor has measured it; where somebody is, it waits until that attempt brings nothing.
  ///
  /// - Parameter elapsed: Seconds from the claim by a clock that never jumps, `nil` if unknown.
  public func report(
    _ report: Report, of number: Int, token: Int, by worker: String, elapsed: Double? = nil
  ) throws(LaboratoryError) -> (events: [CampaignEvent], answer: ReportAnswer) {
    try report.check()
    let attempt = try attempt(number, token: token, by: worker)
    if let receipt = attempt.receipt {
      guard receipt.digest == report.digest else { throw .differentReport(number) }
      return ([], ReportAnswer(receipt: receipt, isRepeat: true))
    }
    let about = AttemptReport(
      attempt: attempt.number, worker: worker, digest: report.digest,
      seconds: report.seconds ?? elapsed,
      cost: cost(of: number, report, changesSetup: attempt.changesSetup))
    let judged = judge(report, of: number)
    let events: [CampaignEvent]
    switch attempt.ending {
    case nil: events = settled(number, judged, report, about)
    case .lost, .cancelled: events = late(number, judged, report, about)
    case let ending?: throw .leaseOver(number, ending: ending)
    }
    return (events, answer(to: events, about))
  }

  /// The values, or why they are no result.
  private enum Judgement {
    case usable
    case faulty(String, raw: [String: String])
  }

  private func judge(_ report: Report, of number: Int) -> Judgement {
    if let failure = report.failure { return .faulty(failure, raw: [:]) }
    switch campaign.judge(Observation(report.values), of: proposal(number)) {
    case .failed(let result): return .faulty(result.reason, raw: result.raw)
    default: return .usable
    }
  }

  private func settled(
    _ number: Int, _ judged: Judgement, _ report: Report, _ about: AttemptReport
  ) -> [CampaignEvent] {
    switch judged {
    case .usable:
      return [
        .measured(MeasuredResult(number: number, values: report.values, report: about))
      ]
    case .faulty(let reason, let raw):
      guard report.canRetry else {
        return [
          .failed(FailedResult(number: number, reason: reason, raw: raw, report: about))
        ]
      }
      return next(
        after: .ended(
          .attemptFailed, number, attempt: about.attempt, by: about.worker, reason: reason,
          raw: raw, report: about), number)
    }
  }

  private func late(
    _ number: Int, _ judged: Judgement, _ report: Report, _ about: AttemptReport
  ) -> [CampaignEvent] {
    let status = self[number]?.status
    var kept = report.values
    if case .faulty = judged { kept = [:] }
    // Nobody waits for it once the experiment has a result, is not wanted, or it is of no use.
    let isOpen = status?.isOpen == true && campaign.stop == nil && !kept.isEmpty
    let late = CampaignEvent.laboratory(
      .late(
        number, by: about.worker, values: kept, report: about,
        waits: isOpen && status?.isHeld == true))
    guard isOpen, status?.isHeld != true else { return [late] }
    let used = AttemptReport(attempt: about.attempt, worker: about.worker, digest: about.digest)
    return [late, .measured(MeasuredResult(number: number, values: kept, report: used))]
  }

  /// The receipt that applying the events leaves.
  private func answer(to events: [CampaignEvent], _ about: AttemptReport) -> ReportAnswer {
    var receipt: Experiment.Receipt?
    for (place, event) in events.enumerated() {
      let sequence = campaign.eventCount + place + 1
      let outcome: Experiment.Receipt.Outcome
      var reason: String?
      switch event {
      case .measured(let result) where result.report?.attempt == about.attempt: outcome = .measured
      case .failed(let result) where result.report?.attempt == about.attempt:
        (outcome, reason) = (.failed, result.reason)
      case .laboratory(let event) where event.kind == .attemptFailed:
        (outcome, reason) = (.failed, event.reason)
      case .laboratory(let event) where event.kind == .late: outcome = .late
      default: continue
      }
      receipt = Experiment.Receipt(
        outcome: outcome, digest: about.digest, sequence: sequence, reason: reason)
    }
    guard let receipt else { preconditionFailure("a report leaves a receipt") }
    return ReportAnswer(receipt: receipt, isRepeat: false)
  }

  /// As the worker says, or else what the rules say a change of the set-up costs.
  private func cost(of number: Int, _ report: Report, changesSetup: Bool) -> Double? {
    let base = report.cost ?? estimatedCost(of: number)
    guard let rule = rules.setup, changesSetup else { return base }
    return (base ?? 0) + rule.cost
  }

  /// By the method, or by the elements where the plan has prices of them.
  private func estimatedCost(of number: Int) -> Double? {
    if let level = campaign.fidelity(of: proposal(number)) { return level.cost }
    return campaign.plan.acquisition.cost?(candidate(number), column: [:])
      ?? (rules.costLimit == nil ? nil : 1)
  }
}

extension Laboratory.Report {
  /// Numbers that no worker can mean.
  fileprivate func check() throws(LaboratoryError) {
    for (name, value) in [("seconds", seconds), ("cost", cost)] {
      if let value, !(value >= 0 && value <= 1e12) {
        throw .invalid("\(name) is \(value); it must be 0 or more.")
      }
    }
    if values.isEmpty, failure == nil {
      throw .invalid("A report needs values, or the reason of a failure.")
    }
  }
}
