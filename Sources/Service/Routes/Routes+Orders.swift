import Discovery
import Foundation

extension Routes {
  private static let base = "/v1/campaigns/{campaign}"
  private static let reason = Field("reason", .string, "Why, one sentence.")
  private static let mustReason = Field("reason", .string, required: true, "Why, one sentence.")
  private static let key = Field(
    "key", .string, "Of this request: sent again under it, it is done once.")
  private static let person = Field("worker", .string, "The name of the person.")

  /// What people decide.
  var orderRoutes: [Route] {
    [
      Route(
        method: .post, path: Self.base + "/experiments", scope: .propose,
        summary: "Asks for experiments beside those of the model.",
        fields: [
          Self.person, Self.mustReason,
          Field("candidates", .candidates, required: true, "Objects with formula and variables."),
        ], statuses: [409, 422], answer: ["numbers"],
        act: { call in
          let host = try host(call)
          let candidates = try await candidates(call, host)
          try await host.refuseOutside(candidates)
          let numbers = try await host.store.decide { laboratory in
            let events = try laboratory.propose(
              candidates, by: call.actor, reason: call.body.text("reason") ?? "")
            let first = laboratory.campaign.proposals.count + 1
            return (events, Array(first..<first + events.count))
          }
          return try Reply(json: ["numbers": numbers])
        }),
      order("approval", "Says yes to an experiment.") { number, _ in .approve(number) },
      order("cancellation", "Takes an experiment out of the queue.", [Self.mustReason]) {
        number, _ in .cancel(number)
      },
      order(
        "correction", "Replaces the values of a result; the model forgets the old ones.",
        [
          Self.mustReason,
          Field("values", .values, required: true, "All values of the result, by property."),
        ]
      ) { number, call in .correct(number, try call.body.values("values")) },
      order(
        "withdrawal", "Takes a result back; the model forgets it.", [Self.mustReason]
      ) { number, _ in .withdraw(number) },
      order(
        "priority", "Changes when an experiment is offered.",
        [
          Self.reason,
          Field(
            "priority", .integer, required: true, in: -1_000_000...1_000_000,
            "Higher goes first; 0 is usual."),
        ]
      ) { number, call in
        .prioritize(number, call.body.integer("priority") ?? 0)
      },
      laboratoryOrder("pause", "Hands out no more experiments.") { _ in .pause },
      laboratoryOrder("resumption", "Hands out experiments again.") { _ in .resume },
      laboratoryOrder(
        "stock", "Changes what is in stock.",
        [
          Self.reason, Field("item", .string, required: true, "Its name in the recipe."),
          Field("amount", .number, required: true, "What is added; less than 0 takes away."),
        ]
      ) { call in .restock(call.body.text("item") ?? "", call.body.number("amount") ?? 0) },
    ]
  }

  private func order(
    _ name: String, _ summary: String, _ fields: [Field] = [reason],
    _ make: @escaping @Sendable (Int, Call) throws -> Laboratory.Order
  ) -> Route {
    Route(
      method: .post, path: Self.base + "/experiments/{number}/\(name)", scope: .admin,
      summary: summary, fields: [Self.person, Self.key] + fields, statuses: [409, 422],
      answer: ["status"],
      act: { call in
        let number = try call.number("number")
        try await carryOut(try make(number, call), call)
        let status = try await host(call).store.read { $0[number]?.status.rawValue ?? "" }
        return try Reply(json: ["status": status])
      })
  }

  private func laboratoryOrder(
    _ name: String, _ summary: String, _ fields: [Field] = [reason],
    _ make: @escaping @Sendable (Call) throws -> Laboratory.Order
  ) -> Route {
    Route(
      method: .post, path: Self.base + "/\(name)", scope: .admin, summary: summary,
      fields: [Self.person, Self.key] + fields, statuses: [409, 422], answer: ["status"],
      act: { call in
        try await carryOut(try make(call), call)
        return try Reply(json: ["status": "done"])
      })
  }

  private func carryOut(_ order: Laboratory.Order, _ call: Call) async throws {
    try await host(call).store.order(
      order, by: call.actor, reason: call.body.text("reason"), requestKey: call.body.text("key"))
  }
}
