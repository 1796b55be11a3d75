import Ecosystem

/// What is left to the ledger.
extension Laboratory {
  /// Leaves the past of settled experiments to the ledger: attempts, receipts and what happened when.
  ///
  /// Called by whoever can read them there again, once they are stored. Decisions that need the past
  /// throw ``LaboratoryError/past(_:)`` and can be made after ``recall(_:_:)``.
  mutating func close() {
    for number in ended where kept[number]?.isSettled == true { kept[number] = nil }
    ended = []
  }

  /// Keys of the events that tell the past of an experiment, the beginnings of keys, and the sequence
  /// numbers of those events whose key does not name it.
  func past(
    of number: Int
  ) -> (keys: [String], beginnings: [String], sequences: [Int]) {
    (
      ["proposal/\(number)", "result/\(number)", "approved/\(number)"],
      ["claim/\(number)/", "start/\(number)/", "end/\(number)/", "late/\(number)/"],
      orders[number] ?? []
    )
  }

  /// Takes the past of a closed experiment in again.
  ///
  /// - Parameter events: All about it, in order.
  /// - Throws: ``CampaignError`` where they tell of another state than this one.
  mutating func recall(_ number: Int, _ events: [LoggedEvent]) throws(CampaignError) {
    var experiment: Experiment?
    for logged in events {
      let event = try CampaignEvent(logged)
      let note = Experiment.Note(sequence: logged.sequence, time: logged.time)
      switch event {
      case .proposed(let proposal): experiment = Experiment(proposal, rules, note)
      case .laboratory(let happening) where experiment?.allows(happening) != true:
        throw .impossibleEvent("event \(logged.sequence) of experiment \(number)")
      default: experiment?.take(event, note, changesSetup: changedSetup(logged.sequence))
      }
    }
    guard let experiment, experiment.number == number, experiment.status == self[number]?.status
    else { throw .impossibleEvent("another past of experiment \(number)") }
    kept[number] = experiment
    ended.insert(number)
  }

  private func changedSetup(_ sequence: Int) -> Bool {
    var (low, high) = (0, setupChanges.count)
    while low < high {
      let middle = (low + high) / 2
      if setupChanges[middle] < sequence { low = middle + 1 } else { high = middle }
    }
    return low < setupChanges.count && setupChanges[low] == sequence
  }

  /// Attempts that a request has claimed, in the order of the claims; none where there was no such one.
  func claimed(
    by key: String
  ) throws(LaboratoryError) -> [(number: Int, attempt: Experiment.Attempt)] {
    let numbers = Set(claims.numbers(hash: key.hashValue))
    let closed = numbers.filter { kept[$0] == nil }
    guard closed.isEmpty else { throw .past(closed.sorted()) }
    var found: [(number: Int, attempt: Experiment.Attempt)] = []
    for number in numbers {
      for attempt in kept[number]?.attempts ?? [] where attempt.requestKey == key {
        found.append((number, attempt))
      }
    }
    return found.sorted { $0.attempt.token < $1.attempt.token }
  }
}
