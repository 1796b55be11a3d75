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
  func refuseOutside(_ candidates: [Candidate]) throws(Problem) {
    guard let outside = candidates.first(where: { !space.keepsLimits($0) }) else { return }
    let variables = outside.variables.map { "\($0)" }.joined(separator: ", ")
    let words = [
      outside.composition.elements.isEmpty ? "" : outside.composition.formula, variables,
    ]
    throw Problem(
      422, "outside-limits",
      "\(words.filter { !$0.isEmpty }.joined(separator: "; ")) is outside the limits of the space. "
        + "Nothing was taken in.")
  }
}
