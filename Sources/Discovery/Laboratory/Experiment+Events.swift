extension Experiment {
  /// The sequence number and the time of an event.
  struct Note {
    let sequence: Int
    let time: Int64
  }

  /// An experiment that has just been proposed.
  init(_ proposal: Proposal, _ rules: LaboratoryRules, _ note: Note) {
    // What was measured before the campaign comes with its result, and nobody is to claim it.
    let waits = rules.needsApproval && proposal.role != .prior
    self.init(number: proposal.number, status: waits ? .awaitingApproval : .proposed)
    remember("proposed", nil, proposal.reason, note)
  }

  /// Whether nothing can happen to it any more but a correction or a withdrawal, which need not know
  /// its past: it is not open, and nobody who had it may still report.
  var isSettled: Bool {
    !status.isOpen && attempts.allSatisfy { $0.receipt != nil || $0.ending == .released }
  }

  /// Whether it is in a state in which that can happen.
  func allows(_ event: LaboratoryEvent) -> Bool {
    switch event.kind {
    case .claimed: status == .proposed && event.attempt == attempts.count + 1
    case .started: status == .claimed
    case .released, .attemptFailed, .lost:
      status.isHeld && event.attempt == attempts.count
    case .late: attempts.contains { $0.number == event.attempt && $0.receipt == nil }
    case .approved: status == .awaitingApproval
    case .cancelled: status.isOpen
    default: true
    }
  }

  /// Takes in what has happened to it.
  ///
  /// - Parameter changesSetup: Whether a claim has the set-up variable changed.
  mutating func take(_ event: CampaignEvent, _ note: Note, changesSetup: Bool = false) {
    switch event {
    case .created, .proposed, .refit, .stopped, .begun, .abandoned: break
    case .measured(let result): settle(.measured, result.report, nil, note)
    case .failed(let result):
      settle(result.isLost == true ? .lost : .failed, result.report, result.reason, note)
    case .laboratory(let event):
      take(event, note, changesSetup: changesSetup)
      remember(event.kind.rawValue, event.actor, event.reason, note)
    }
  }

  private mutating func take(_ event: LaboratoryEvent, _ note: Note, changesSetup: Bool) {
    switch event.kind {
    case .claimed:
      attempts.append(
        Attempt(
          number: attempts.count + 1, worker: event.actor, token: event.token ?? 0,
          requestKey: event.requestKey ?? "", changesSetup: changesSetup))
      status = .claimed
    case .started: status = .running
    case .released: end(event, .released, note)
    case .attemptFailed: end(event, .failed, note)
    case .lost: end(event, .lost, note)
    case .late: keepLate(event, note)
    case .cancelled:
      if status.isHeld { attempts[attempts.count - 1].ending = .cancelled }
      status = .cancelled
    case .corrected: status = .measured
    case .withdrawn: status = .withdrawn
    case .approved: status = .proposed
    case .prioritized: priority = event.priority ?? 0
    case .paused, .resumed, .stocked: break
    }
  }

  private mutating func end(_ event: LaboratoryEvent, _ ending: Attempt.Ending, _ note: Note) {
    let last = attempts.count - 1
    if let report = event.report {
      attempts[last].receipt = Receipt(
        outcome: .failed, digest: report.digest, sequence: note.sequence, reason: event.reason)
    }
    attempts[last].ending = ending
    status = .proposed
  }

  private mutating func keepLate(_ event: LaboratoryEvent, _ note: Note) {
    let place = (event.attempt ?? 1) - 1
    attempts[place].receipt = Receipt(
      outcome: .late, digest: event.report?.digest ?? "", sequence: note.sequence, reason: nil)
    if event.waits == true { attempts[place].lateValues = event.values }
  }

  /// A result, of the attempt that holds the experiment or of a late one.
  private mutating func settle(
    _ status: Status, _ report: AttemptReport?, _ reason: String?, _ note: Note
  ) {
    if self.status.isHeld {
      let isOwn = report?.attempt == attempts.count
      attempts[attempts.count - 1].ending =
        isOwn ? (status == .measured ? .measured : .failed) : .lost
    }
    if let report, attempts.indices.contains(report.attempt - 1) {
      let place = report.attempt - 1
      // Who was told that the result came late is told so again, also if it was used in the end.
      if attempts[place].lateValues == nil {
        attempts[place].receipt = Receipt(
          outcome: status == .measured ? .measured : .failed, digest: report.digest,
          sequence: note.sequence, reason: reason)
      }
      attempts[place].lateValues = nil
    }
    self.status = status
    remember(status.rawValue, report?.worker, reason, note)
  }

  private mutating func remember(
    _ what: String, _ actor: String?, _ reason: String?, _ note: Note
  ) {
    transitions.append(
      Transition(
        sequence: note.sequence, time: note.time, what: what, actor: actor, reason: reason))
  }
}
