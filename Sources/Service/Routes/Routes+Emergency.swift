import Discovery

extension Routes {
  private static let person = Field("worker", .string, "Who it is.")
  private static let reason = Field("reason", .string, required: true, "Why, one sentence.")

  /// What stops all campaigns at once, and what makes ordinary pauses of that.
  var emergencyRoutes: [Route] {
    [
      Route(
        method: .post, path: "/v1/emergency-stop", scope: .report,
        summary: "Stops everything: no claims, and what is under way is told to stop.",
        fields: [Self.person, Self.reason], answer: ["status", "unrecorded"],
        act: { call in try await stop(by: call.actor, reason: call.body.text("reason") ?? "") }),
      Route(
        method: .post, path: "/v1/emergency-reset", scope: .admin,
        summary: "Ends an emergency stop; each campaign is paused then, until it is resumed.",
        fields: [Self.person, Self.reason], answer: ["status"],
        act: { call in
          for host in hosts {
            try await host.reset(by: call.actor, reason: call.body.text("reason") ?? "")
          }
          return try Reply(json: ["status": "reset"])
        }),
    ]
  }

  /// Memory first, then programs, then ledgers: a full disk keeps nothing moving.
  private func stop(by actor: String, reason: String) async throws -> Reply {
    struct Answer: Encodable {
      let status = "stopped"

      /// Campaigns whose ledger cannot be written just now: they stand still, and it is tried again.
      var unrecorded: [String] = []
    }
    for host in hosts { host.hold.begin(by: actor, reason: reason) }
    ProgramOracle.endAll()
    var answer = Answer()
    for host in hosts {
      do { try await host.recordStop() } catch { answer.unrecorded.append(host.id) }
    }
    return try Reply(json: answer)
  }
}
