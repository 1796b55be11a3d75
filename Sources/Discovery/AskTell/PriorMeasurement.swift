public import Matter

/// A measurement from before the campaign, or beside it.
public struct PriorMeasurement: Hashable, Sendable {
  public let candidate: Candidate
  public let values: [String: MeasuredValue]
  public let instrument: String?

  /// By which method, of a campaign over several; `nil` for the one that counts.
  public let fidelity: String?

  /// Where it stands, for people: `old.csv:7`.
  public let source: String

  public init(
    _ candidate: Candidate, values: [String: MeasuredValue], instrument: String? = nil,
    fidelity: String? = nil, source: String
  ) {
    self.candidate = candidate
    self.values = values
    self.instrument = instrument
    self.fidelity = fidelity
    self.source = source
  }
}

extension Campaign {
  /// The events that take prior measurements in: each as a proposal with its result.
  ///
  /// A measurement that the ledger holds already, with the same candidate and values, is not taken in
  /// again; repeated ones are, as often as they are given.
  func additions(of prior: [PriorMeasurement]) -> [CampaignEvent] {
    var known: [Fingerprint: Int] = [:]
    for place in proposals.indices where proposals.role(at: place) == .prior {
      guard case .measured(let values)? = outcomes[place] else { continue }
      let proposal = proposals[place]
      let print = Fingerprint(
        candidate: proposal.candidate, fidelity: fidelity(of: proposal)?.name, values: values)
      known[print, default: 0] += 1
    }
    var events: [CampaignEvent] = []
    var number = proposals.count
    for measurement in prior {
      let print = Fingerprint(
        candidate: measurement.candidate, fidelity: plan.fidelities?[measurement.fidelity]?.name,
        values: measurement.values)
      if let left = known[print], left > 0 {
        known[print] = left - 1
        continue
      }
      number += 1
      events.append(
        .proposed(
          Proposal(
            number: number, candidate: measurement.candidate,
            reason: "Measured before the campaign: \(measurement.source).", role: .prior,
            fidelity: measurement.fidelity)))
      events.append(
        .measured(
          MeasuredResult(
            number: number, values: measurement.values, instrument: measurement.instrument)))
    }
    return events
  }

  private struct Fingerprint: Hashable {
    let candidate: Candidate
    let fidelity: String?
    let values: [String: MeasuredValue]
  }
}
