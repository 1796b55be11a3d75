import Discovery
import Foundation
import Matter

extension Routes {
  private static let base = "/v1/campaigns/{campaign}"
  private static let worker = Field(
    "worker", .string, length: 0...200, "The worker's own name.")
  private static let token = Field(
    "token", .integer, required: true, in: 0...Field.exact.upperBound, "The token of the claim.")

  /// What robots and people at the bench do.
  var workerRoutes: [Route] {
    [
      Route(
        method: .post, path: Self.base + "/claims", scope: .report,
        summary: "Takes experiments for a worker.",
        fields: [
          Self.worker,
          Field(
            "key", .string, required: true, length: 1...200,
            "Of this request: sent again, it is answered with the same experiments."),
          Field("count", .integer, in: 1...100, "At most so many, 1 to 100; 1 if left out."),
        ], statuses: [409], answer: ["experiments", "reason", "retryAfterSeconds"],
        act: { call in try await claim(call) }),
      Route(
        method: .post, path: Self.base + "/experiments/{number}/heartbeat", scope: .report,
        summary: "A sign of life: the lease starts anew.",
        fields: [
          Self.worker, Self.token,
          Field("running", .boolean, "Whether the measurement has begun; true if left out."),
        ], statuses: [409], answer: ["leaseSeconds"],
        act: { call in
          let seconds = try await host(call).store.heartbeat(
            call.number("number"), token: call.body.integer("token") ?? 0, by: call.actor,
            isRunning: call.body.flag("running") ?? true)
          return try Reply(json: ["leaseSeconds": seconds])
        }),
      Route(
        method: .post, path: Self.base + "/experiments/{number}/result", scope: .report,
        summary: "Reports what was measured. Sent again, it gets the first answer again.",
        fields: [
          Self.worker, Self.token,
          Field("values", .values, required: true, "What was measured, by property."),
          Field("seconds", .number, "How long it took, where the worker knows better."),
          Field("cost", .number, "What it cost, in the unit of the recipe's costs."),
        ], statuses: [409, 422], answer: Self.receiptMembers,
        act: { call in
          try await tell(Laboratory.Report(values: call.body.values("values")), call)
        }),
      Route(
        method: .post, path: Self.base + "/experiments/{number}/failure", scope: .report,
        summary: "Reports that nothing was measured.",
        fields: [
          Self.worker, Self.token,
          Field("reason", .string, required: true, "What went wrong, one sentence."),
          Field("retry", .boolean, "Whether another attempt makes sense; true if left out."),
          Field("seconds", .number, "How long it took."), Field("cost", .number, "What it cost."),
        ], statuses: [409, 422], answer: Self.receiptMembers,
        act: { call in
          var report = Laboratory.Report(failure: call.body.text("reason") ?? "")
          report.canRetry = call.body.flag("retry") ?? true
          return try await tell(report, call)
        }),
      Route(
        method: .post, path: Self.base + "/experiments/{number}/release", scope: .report,
        summary: "Gives an experiment back untouched.",
        fields: [Self.worker, Self.token, Field("reason", .string, "Why.")], statuses: [409],
        answer: ["status"],
        act: { call in
          try await host(call).store.release(
            call.number("number"), token: call.body.integer("token") ?? 0, by: call.actor,
            reason: call.body.text("reason") ?? "Given back.")
          return try Reply(json: ["status": "released"])
        }),
    ]
  }

  static let receiptMembers = ["number", "outcome", "isUsed", "isRepeat", "event", "reason"]

  private func claim(_ call: Call) async throws -> Reply {
    struct Answer: Encodable {
      let experiments: [ClaimAnswer]

      /// Why there is none.
      var reason: String?
      var retryAfterSeconds: Double?
    }
    let count = call.body.integer("count") ?? 1
    let key = call.body.text("key") ?? ""
    let host = try host(call)
    let store = host.store
    let worker = call.actor
    if let stop = host.hold.stop { throw LaboratoryError.emergencyStop(stop.reason) }
    let (answer, experiments) = try await store.decide {
      laboratory -> ([CampaignEvent], (Laboratory.ClaimAnswer, [ClaimAnswer])) in
      let (events, answer) = try laboratory.claim(count: count, by: worker, requestKey: key)
      guard case .claimed(let claims) = answer else { return (events, (answer, [])) }
      return (events, (answer, claims.map { Self.answer($0, laboratory) }))
    }
    switch answer {
    case .claimed: return try Reply(json: Answer(experiments: experiments))
    case .nothing(.ended(let reason)):
      throw Problem(409, "ended", "The campaign has ended: \(reason)")
    case .nothing(.emergencyStop(let reason)): throw LaboratoryError.emergencyStop(reason)
    case .nothing(let obstacle):
      return try Reply(
        json: Answer(experiments: [], reason: Self.words(obstacle), retryAfterSeconds: 2))
    }
  }

  private static func answer(_ claim: Laboratory.Claim, _ laboratory: Laboratory) -> ClaimAnswer {
    let campaign = laboratory.campaign
    let proposal = laboratory.proposal(claim.number)
    let (candidate, seed) = (proposal.candidate, campaign.measuringSeed(claim.number))
    let names = campaign.plan.variableNames ?? []
    return ClaimAnswer(
      number: claim.number, attempt: claim.attempt, token: claim.token,
      leaseSeconds: laboratory.rules.leaseSeconds,
      candidate: CandidateAnswer(candidate, names),
      cif: WorkOrder(candidate, variableNames: names, seed: seed).cif,
      fidelity: campaign.fidelity(of: proposal)?.name, seed: seed,
      properties: campaign.plan.properties,
      units: campaign.knownUnits)
  }

  private static func words(_ obstacle: Laboratory.Obstacle) -> String {
    switch obstacle {
    case .paused(let reason): "The campaign is paused" + (reason.map { ": \($0)" } ?? ".")
    case .ended(let reason): reason
    case .emergencyStop: "Everything was stopped."
    case .nothingProposed: "Nothing is proposed just now."
    case .resourcesBusy: "What is proposed needs resources that are busy or used up."
    case .budgetSpent: "The budget of cost or time is spent."
    }
  }

  /// Takes a report in, with the time and the cost that the worker says. A late one that is kept and not
  /// used is a conflict, and says so.
  private func tell(_ said: Laboratory.Report, _ call: Call) async throws -> Reply {
    var report = said
    report.seconds = call.body.number("seconds")
    report.cost = call.body.number("cost")
    let number = try call.number("number")
    let answer = try await host(call).store.report(
      report, of: number, token: call.body.integer("token") ?? 0, by: call.actor)
    if answer.receipt.outcome == .late {
      throw Problem(
        409, "late",
        "The lease had ended before this report of experiment \(number) came. It is kept as event "
          + "\(answer.receipt.sequence), and not used unless the present attempt brings nothing.")
    }
    return try Reply(json: ReportReceipt(number, answer))
  }
}
