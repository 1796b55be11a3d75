import Design

extension Campaign {
  /// The event that an answer of the oracle becomes: measured only if every property that the plan
  /// needs is there, finite, possible and in its unit.
  ///
  /// A failed answer is kept as it came and never reaches the model.
  func judge(
    _ observation: Observation, of proposal: Proposal, instrument: String? = nil
  ) -> CampaignEvent {
    guard let fault = fault(in: observation) else {
      return .measured(
        MeasuredResult(
          number: proposal.number, values: observation.values, instrument: instrument))
    }
    let raw = observation.values.mapValues { value in
      [String(value.value), value.spread.map { "± \($0)" }, value.unit].compactMap { $0 }
        .joined(separator: " ")
    }
    return .failed(FailedResult(number: proposal.number, reason: fault, raw: raw))
  }

  /// Why an answer cannot be used, in one sentence; `nil` where it can.
  func fault(in observation: Observation) -> String? {
    for property in plan.properties where observation.values[property] == nil {
      return "No value of \(property)."
    }
    for (property, value) in observation.values.sorted(by: { $0.key < $1.key }) {
      if let fault = fault(in: value, of: property) { return fault }
    }
    for expression in plan.modeled {
      let value = expression.value { observation.values[$0]?.value }
      guard let value, abs(value) <= Self.largest else { return "\(expression) is not finite." }
    }
    return nil
  }

  private func fault(in value: MeasuredValue, of property: String) -> String? {
    guard value.value.isFinite, abs(value.value) <= Self.largest else {
      return "\(property) is \(value.value), not a usable number."
    }
    if let spread = value.spread, !(spread >= 0 && spread <= Self.largest) {
      return "The spread of \(property) is \(spread), not a usable number."
    }
    if let known = units[property], let unit = value.unit, known != unit {
      return "\(property) is in \(unit), not in \(known)."
    }
    for range in plan.ranges where range.property == property {
      if let atLeast = range.atLeast, value.value < atLeast {
        return "\(property) is \(value.value), below the possible \(atLeast)."
      }
      if let atMost = range.atMost, value.value > atMost {
        return "\(property) is \(value.value), above the possible \(atMost)."
      }
    }
    return nil
  }

  /// Beyond it squares overflow; no property in any unit comes near.
  private static let largest = 1e150
}
