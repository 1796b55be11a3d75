public import Matter

extension Laboratory {
  /// What a person or a program with the right to do so asks for.
  public enum Order: Hashable, Sendable {
    /// Says yes to an experiment.
    case approve(Int)

    /// Not wanted any more: a worker who has it hears so with the next sign of life.
    case cancel(Int)

    /// Replaces the values of a result.
    case correct(Int, [String: MeasuredValue])

    /// Takes a result back.
    case withdraw(Int)

    /// Higher numbers go first; 0 is usual.
    case prioritize(Int, Int)
    case pause
    case resume

    /// Nothing is claimed, and nothing that is under way is to go on, until somebody resets it.
    case emergencyStop

    /// Makes an ordinary pause of an emergency stop.
    case reset

    /// Changes what is in stock: more is positive.
    case restock(String, Double)
  }

  /// Decides what an order leads to.
  ///
  /// - Parameters:
  ///   - requestKey: An order that is sent again under its key is done once.
  /// - Returns: No events where it was done before.
  public func order(
    _ order: Order, by actor: String, reason: String?, requestKey: String? = nil
  ) throws(LaboratoryError) -> [CampaignEvent] {
    if let requestKey {
      if try !claimed(by: requestKey).isEmpty { throw .keyOfAnother(requestKey) }
      if doneRequests.contains(requestKey) { return [] }
    }
    guard campaign.stop == nil || order.isPossibleAfterTheEnd else { throw .ended }
    switch order {
    case .approve(let number): return try approve(number, actor, reason, requestKey)
    case .cancel(let number):
      let experiment = try known(number)
      guard experiment.status.isOpen else {
        throw .wrongState(number, experiment.status, wanted: "cancelled")
      }
      return [event(.cancelled, number, actor, reason, requestKey)]
    case .correct(let number, let values):
      try checkRevision(number, values)
      return [
        .laboratory(
          .corrected(
            number, values: values, by: actor, reason: reason ?? "", requestKey: requestKey))
      ]
    case .withdraw(let number):
      let experiment = try known(number)
      guard experiment.status == .measured else {
        throw .wrongState(number, experiment.status, wanted: "withdrawn")
      }
      return [event(.withdrawn, number, actor, reason, requestKey)]
    case .prioritize(let number, let priority):
      let experiment = try known(number)
      guard experiment.status.isOpen else {
        throw .wrongState(number, experiment.status, wanted: "given another priority")
      }
      return [
        .laboratory(
          .prioritized(number, priority, by: actor, reason: reason, requestKey: requestKey))
      ]
    case .pause: return pause == nil ? [event(.paused, 0, actor, reason, requestKey)] : []
    case .resume:
      try refuseMotion()
      return pause != nil ? [event(.resumed, 0, actor, reason, requestKey)] : []
    case .emergencyStop:
      return pause?.isEmergency == true
        ? [] : [.laboratory(.emergency(by: actor, reason: reason, requestKey: requestKey))]
    case .reset:
      return pause?.isEmergency == true ? [event(.paused, 0, actor, reason, requestKey)] : []
    case .restock(let item, let amount):
      guard rules.stock.contains(where: { $0.name == item }) else { throw .notInStock(item) }
      guard amount.isFinite else { throw .invalid("The amount of \(item) is not a number.") }
      return [
        .laboratory(
          .stocked(item, add: amount, by: actor, reason: reason, requestKey: requestKey))
      ]
    }
  }

  /// - Throws: ``LaboratoryError/emergencyStop(_:)`` after an emergency stop.
  func refuseMotion() throws(LaboratoryError) {
    if let pause, pause.isEmergency { throw .emergencyStop(pause.reason) }
  }

  /// Decides that candidates are measured which somebody asks for, beside those of the model.
  ///
  /// - Returns: One proposal for each that is not in the campaign yet.
  public func propose(
    _ candidates: [Candidate], by actor: String, reason: String
  ) throws(LaboratoryError) -> [CampaignEvent] {
    guard campaign.stop == nil else { throw .ended }
    var seen = campaign.proposed
    let new = candidates.filter { seen.insert($0).inserted }
    let left = campaign.plan.budget - campaign.resultCount - openCount
    guard new.count <= left else {
      throw .invalid("The budget leaves \(max(0, left)) more experiments, not \(new.count).")
    }
    guard campaign.affordableTargets(new.count) == new.count else {
      throw .invalid("The budget of cost does not leave \(new.count) more experiments.")
    }
    return new.enumerated().map { place, candidate in
      .proposed(
        Proposal(
          number: campaign.proposals.count + 1 + place, candidate: candidate,
          reason: "Asked for by \(actor): \(reason)"))
    }
  }

  private func approve(
    _ number: Int, _ actor: String, _ reason: String?, _ key: String?
  ) throws(LaboratoryError) -> [CampaignEvent] {
    let experiment = try known(number)
    if experiment.status == .awaitingApproval {
      return [event(.approved, number, actor, reason, key)]
    }
    guard try self.experiment(number).transitions.contains(where: { $0.what == "approved" }) else {
      throw .wrongState(number, experiment.status, wanted: "approved")
    }
    return []
  }

  /// Its status at least.
  private func known(_ number: Int) throws(LaboratoryError) -> Experiment {
    guard let experiment = self[number] else { throw .noSuchExperiment(number) }
    return experiment
  }

  private func checkRevision(
    _ number: Int, _ values: [String: MeasuredValue]
  ) throws(LaboratoryError) {
    let experiment = try known(number)
    guard experiment.status == .measured || experiment.status == .withdrawn else {
      throw .wrongState(number, experiment.status, wanted: "corrected")
    }
    if case .failed(let result) = campaign.judge(Observation(values), of: proposal(number)) {
      throw .invalid("These values are no result: \(result.reason)")
    }
  }

  private func event(
    _ kind: LaboratoryEvent.Kind, _ number: Int, _ actor: String, _ reason: String?,
    _ key: String?
  ) -> CampaignEvent {
    .laboratory(.order(kind, number, by: actor, reason: reason, requestKey: key))
  }
}

extension Laboratory.Order {
  fileprivate var isPossibleAfterTheEnd: Bool {
    switch self {
    case .correct, .withdraw, .restock: true
    default: false
    }
  }
}
