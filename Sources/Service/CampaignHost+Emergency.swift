import Design
import Discovery
import Matter

extension CampaignHost {
  /// Puts a stop in the ledger, so that it outlasts this process.
  ///
  /// - Throws: What writing throws; ``run(log:)`` then tries again every second.
  func recordStop() async throws {
    guard let waiting = hold.stop else { return }
    do {
      try await store.order(.emergencyStop, by: waiting.actor, reason: waiting.reason)
    } catch LaboratoryError.ended {}
    hold.end()
  }

  func reset(by actor: String, reason: String) async throws {
    try await recordStop()
    do {
      try await store.order(.reset, by: actor, reason: reason)
    } catch LaboratoryError.ended {}
  }

  /// - Throws: ``Problem`` with status 422 for the first candidate that nobody may have measured.
  func refuseOutside(_ candidates: [Candidate]) async throws {
    guard let outside = candidates.first(where: { !space.keepsLimits($0) }) else { return }
    let names = try await store.read { $0.campaign.plan.variableNames ?? [] }
    // With all digits, unlike names in reports: a bound may be missed by the last one.
    let conditions = outside.variables.enumerated().map { place, value in
      place < names.count ? "\(names[place]) \(value)" : "\(value)"
    }
    let material = outside.hasMaterial ? [outside.composition.formula] : []
    throw Problem(
      422, "outside-limits",
      "\((material + conditions).joined(separator: ", ")) is outside the limits of the space. "
        + "Nothing was taken in.")
  }
}
