import Matter

extension Laboratory {
  /// Decides that a worker's instrument begins an action.
  func begin(
    _ action: String, for number: Int, token: Int, by worker: String
  ) throws(LaboratoryError) -> [CampaignEvent] {
    _ = try held(number, token: token, by: worker)
    try refuseMotion()
    return [.begun(BegunAction(number: number, action: action))]
  }

  /// Decides that nothing is claimed until a person resumes, because the instrument of a worker needs one;
  /// the experiment is given back where it is still the worker's. What the instrument has lost is begun anew
  /// afterwards.
  func halt(
    _ number: Int, token: Int, by worker: String, because halt: OracleHalt
  ) throws(LaboratoryError) -> [CampaignEvent] {
    var reason = halt.description
    var events: [CampaignEvent] = []
    let isHeld = (try? held(number, token: token, by: worker)) != nil
    if isHeld, halt.losesAction, let action = campaign.begun[number] {
      events.append(
        .abandoned(
          AbandonedAction(number: number, action: action, actor: worker, reason: reason)))
      reason +=
        " Experiment \(number) is begun anew once the campaign is resumed; cancel it before if that must "
        + "not be."
    }
    events += try order(.pause, by: worker, reason: reason)
    guard isHeld else { return events }
    return events + (try release(number, token: token, by: worker, reason: reason))
  }
}

extension Laboratory {
  /// Decides that the workers of a program that died have nothing any more: `NAME-1`, `NAME-2`, …
  func release(
    workersNamed name: String, reason: String
  ) throws(LaboratoryError) -> [CampaignEvent] {
    var events: [CampaignEvent] = []
    for number in held.sorted() {
      guard let attempt = self[number]?.current, attempt.worker.hasPrefix(name + "-"),
        Int(attempt.worker.dropFirst(name.count + 1)) != nil
      else { continue }
      events += try release(number, token: attempt.token, by: attempt.worker, reason: reason)
    }
    return events
  }
}

extension LaboratoryStore {
  /// Offers what the workers of a program that died had.
  func release(workersNamed name: String, reason: String) async throws {
    try await decide { (try $0.release(workersNamed: name, reason: reason), ()) }
  }

  /// Takes in that an action is about to begin; it is durable when this returns.
  func begin(_ action: String, for number: Int, token: Int, by worker: String) async throws {
    try await decide { (try $0.begin(action, for: number, token: token, by: worker), ()) }
  }

  /// Gives an experiment back and stops all claims.
  func halt(
    _ number: Int, token: Int, by worker: String, because halt: OracleHalt
  ) async throws {
    try await decide { (try $0.halt(number, token: token, by: worker, because: halt), ()) }
  }
}
