import Matter

extension Laboratory {
  /// An experiment that a worker has taken.
  public struct Claim: Hashable, Sendable {
    public let number: Int
    public let attempt: Int

    /// To be shown with every report.
    public let token: Int
    public let worker: String
  }

  /// Why nothing is handed out just now.
  public enum Obstacle: Hashable, Sendable {
    case paused(String?)
    case emergencyStop(String?)
    case ended(String)
    case nothingProposed
    case resourcesBusy
    case budgetSpent
  }

  public enum ClaimAnswer: Hashable, Sendable {
    case claimed([Claim])
    case nothing(Obstacle)
  }

  /// Decides which experiments a worker gets.
  ///
  /// - Parameters:
  ///   - count: At most so many at once; they are the worker's until each has a report.
  ///   - requestKey: A claim that is sent again gets the experiments that it got.
  /// - Returns: The events to record, in order, and the answer once they are.
  public func claim(
    count: Int, by worker: String, requestKey: String
  ) throws -> (events: [CampaignEvent], answer: ClaimAnswer) {
    // Nor is a robot told again what it may have been told before the stop.
    if let pause, pause.isEmergency, campaign.stop == nil {
      return ([], .nothing(.emergencyStop(pause.reason)))
    }
    let earlier = try claimed(by: requestKey)
    if !earlier.isEmpty { return ([], try repeated(earlier, worker, requestKey)) }
    if let obstacle { return ([], .nothing(obstacle)) }
    var (after, events, claims) = (self, [CampaignEvent](), [Claim]())
    while claims.count < count, let number = after.firstReady {
      let claim = Claim(
        number: number, attempt: (after[number]?.attempts.count ?? 0) + 1,
        token: after.campaign.eventCount + 1, worker: worker)
      let event = CampaignEvent.laboratory(
        .claimed(
          number, attempt: claim.attempt, token: claim.token, by: worker, requestKey: requestKey))
      events.append(event)
      claims.append(claim)
      if claims.count < count { try after.apply(event, time: 0) }
    }
    if claims.isEmpty {
      return ([], .nothing(ready.count == 0 ? .nothingProposed : .resourcesBusy))
    }
    return (events, .claimed(claims))
  }

  private func repeated(
    _ earlier: [(number: Int, attempt: Experiment.Attempt)], _ worker: String, _ key: String
  ) throws(LaboratoryError) -> ClaimAnswer {
    guard earlier.allSatisfy({ $0.attempt.worker == worker }) else { throw .keyOfAnother(key) }
    return .claimed(
      earlier.map {
        Claim(
          number: $0.number, attempt: $0.attempt.number, token: $0.attempt.token, worker: worker)
      })
  }

  /// What keeps everything from being claimed.
  var obstacle: Obstacle? {
    if let stop = campaign.stop { return .ended(stop.reason) }
    if let pause { return .paused(pause.reason) }
    return isBudgetSpent ? .budgetSpent : nil
  }

  /// Whether the limits of cost or time are reached.
  public var isBudgetSpent: Bool {
    rules.costLimit.map { spent.cost >= $0 } ?? false
      || rules.hoursLimit.map { spent.seconds >= $0 * 3600 } ?? false
  }

  private var firstReady: Int? {
    ready.first(
      setup: setup,
      isFree: { group in
        group.resources.allSatisfy { occupied[$0] < rules.resources[$0].count }
      },
      passes: { number in missing(for: number) == nil })
  }

  /// What is not in stock for an experiment, `nil` where all is there.
  public func missing(for number: Int) -> String? {
    rules.stock.first { item in
      item.use(of: candidate(number)) > stock[item.name, default: 0] + 1e-12
    }?.name
  }

  /// Decides that an experiment is under way; nothing where it is already.
  public func start(
    _ number: Int, token: Int, by worker: String
  ) throws(LaboratoryError) -> [CampaignEvent] {
    let attempt = try held(number, token: token, by: worker)
    try refuseMotion()
    guard self[number]?.status == .claimed else { return [] }
    return [.laboratory(.started(number, attempt: attempt.number, by: worker))]
  }

  /// Decides that a worker gives an experiment back untouched.
  public func release(
    _ number: Int, token: Int, by worker: String, reason: String
  ) throws(LaboratoryError) -> [CampaignEvent] {
    let attempt = try held(number, token: token, by: worker)
    return next(
      after: .ended(
        .released, number, attempt: attempt.number, by: worker, reason: reason), number)
  }

  /// Decides that leases have ended.
  public func expire(_ numbers: [Int]) -> [CampaignEvent] {
    numbers.sorted().flatMap { number -> [CampaignEvent] in
      guard let attempt = self[number]?.current else { return [] }
      return next(
        after: .ended(
          .lost, number, attempt: attempt.number, by: "athanor",
          reason: "No sign of life from \(attempt.worker) until its lease ended."), number)
    }
  }

  /// The attempt that a token stands for, if its worker still has the experiment.
  func held(
    _ number: Int, token: Int, by worker: String
  ) throws(LaboratoryError) -> Experiment.Attempt {
    let attempt = try attempt(number, token: token, by: worker)
    if let ending = attempt.ending { throw .leaseOver(number, ending: ending) }
    return attempt
  }

  func attempt(
    _ number: Int, token: Int, by worker: String
  ) throws(LaboratoryError) -> Experiment.Attempt {
    let experiment = try experiment(number)
    guard let place = experiment.place(ofToken: token) else { throw .staleToken(number) }
    let attempt = experiment.attempts[place]
    guard attempt.worker == worker else { throw .otherWorker(number) }
    return attempt
  }

  /// The end of an attempt and what follows from it: a late result that waited is used now, and an
  /// experiment whose attempts are used up is over.
  func next(after end: LaboratoryEvent, _ number: Int) -> [CampaignEvent] {
    let attempts = self[number]?.attempts ?? []
    let events = [CampaignEvent.laboratory(end)]
    if let attempt = attempts.first(where: { $0.lateValues != nil }),
      let values = attempt.lateValues
    {
      let report = AttemptReport(
        attempt: attempt.number, worker: attempt.worker, digest: attempt.receipt?.digest ?? "")
      return events + [
        .measured(MeasuredResult(number: number, values: values, report: report))
      ]
    }
    let used =
      attempts.count { $0.ending != .released } - (end.kind == .released ? 1 : 0)
    guard used >= rules.attempts else { return events }
    let isLost = end.kind == .lost
    let count = used == 1 ? "1 attempt" : "\(used) attempts"
    return events + [
      .failed(
        FailedResult(
          number: number, reason: "\(count) without a result; the last: \(end.reason ?? "")",
          raw: end.raw ?? [:], isLost: isLost ? true : nil))
    ]
  }
}
