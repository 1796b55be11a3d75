import Discovery
import Ecosystem
import Formats
import Foundation
import Matter

extension Routes {
  /// What is asked about campaigns and experiments.
  var campaignRoutes: [Route] {
    [
      Route(
        method: .get, path: "/v1/identity", scope: .read, summary: "Who the caller is.",
        answer: ["name", "scopes"],
        act: { call in
          struct Answer: Encodable {
            let name: String
            let scopes: [Scope]
          }
          return try Reply(
            json: Answer(
              name: call.identity.name,
              scopes: Scope.allCases.filter(call.identity.scopes.contains)))
        }),
      Route(
        method: .get, path: "/v1/workers", scope: .read,
        summary: "Who is there: what each worker has of which campaign.", answer: ["workers"],
        act: { _ in try Reply(json: ["workers": await workers()]) }),
      Route(
        method: .get, path: "/v1/campaigns", scope: .read, summary: "All campaigns.",
        answer: ["campaigns"],
        act: { _ in
          var campaigns: [CampaignAnswer] = []
          for host in hosts { campaigns.append(try await host.summary()) }
          return try Reply(json: ["campaigns": campaigns])
        }),
      Route(
        method: .get, path: "/v1/campaigns/{campaign}", scope: .read,
        summary: "One campaign at a glance.", answer: Self.campaignMembers,
        act: { call in try Reply(json: await host(call).summary()) }),
      Route(
        method: .get, path: "/v1/campaigns/{campaign}/progress", scope: .read,
        summary: "The campaign after each change, as server-sent events.",
        type: "text/event-stream",
        act: { call in Reply(events: try host(call).progress()) }),
      Route(
        method: .get, path: "/v1/campaigns/{campaign}/findings", scope: .read,
        summary: "Measured candidates that keep all limits, the best first.",
        query: [.limit], answer: ["findings"],
        act: { call in
          let limit = try call.page().limit
          return try Reply(json: ["findings": await host(call).ranked(limit)])
        }),
      Route(
        method: .get, path: "/v1/campaigns/{campaign}/course", scope: .read,
        summary: "The best objective after each result, at most 2,000 points.",
        answer: ["best", "results"],
        act: { call in
          struct Answer: Encodable {
            let results: [Int]
            let best: [Double?]
          }
          let campaign = try await host(call).store.read { $0.campaign }
          let course = campaign.bestSoFar
          let step = max(1, (course.count + 1999) / 2000)
          let places = stride(from: 0, to: course.count, by: step).map { $0 }
          return try Reply(
            json: Answer(results: places.map { $0 + 1 }, best: places.map { course[$0] }))
        }),
      Route(
        method: .get, path: "/v1/campaigns/{campaign}/analysis", scope: .read,
        summary: "Calibration over time, drift, the map of the search, the front.",
        statuses: [408], answer: ["promises", "kept90", "warnings", "map", "front"],
        act: { call in try Reply(json: await host(call).analysis()) }),
      Route(
        method: .get, path: "/v1/campaigns/{campaign}/spending", scope: .read,
        summary: "Cost and hours after each result, against what the plan allows.",
        statuses: [408],
        answer: ["results", "cost", "hours", "budget", "costLimit", "hoursLimit"],
        act: { call in try Reply(json: await host(call).spending()) }),
      Route(
        method: .get, path: "/v1/campaigns/{campaign}/experiments", scope: .read,
        summary: "Experiments in order of their numbers, page by page.",
        query: Routes.page + [
          QueryField(
            "status", .words(Experiment.Status.allCases.map(\.rawValue)),
            "Only those in one of these states, with commas between.")
        ], answer: ["experiments", "next"], act: { call in try await experiments(call) }),
      Route(
        method: .get, path: "/v1/campaigns/{campaign}/experiments/{number}", scope: .read,
        summary: "One experiment with its whole history.",
        answer: [
          "experiment", "acquisition", "feasibility", "seed", "codeVersion", "provenance",
          "attempts", "history", "missing",
        ],
        act: { call in
          let number = try call.number("number")
          let detail = try await host(call).store.read { laboratory in
            ExperimentDetail(try laboratory.experiment(number), laboratory)
          }
          return try Reply(json: detail)
        }),
      Route(
        method: .get, path: "/v1/campaigns/{campaign}/workers", scope: .read,
        summary: "Who has which experiments.", answer: ["workers"],
        act: { call in
          return try Reply(json: ["workers": await workers(of: host(call))])
        }),
      Route(
        method: .get, path: "/v1/campaigns/{campaign}/ledger", scope: .read,
        summary: "The events of the ledger, page by page, as they are stored.",
        query: Routes.page, answer: ["events", "next"], act: { call in try await ledger(call) }),
      Route(
        method: .post, path: "/v1/campaigns/{campaign}/predictions", scope: .read,
        summary: "What the campaign's present models say about candidates.",
        fields: [
          Field("candidates", .candidates, required: true, "Objects with formula and variables.")
        ], statuses: [409, 422], answer: ["predictions"],
        act: { call in
          let host = try host(call)
          let candidates = try await candidates(call, host)
          guard let predictions = try await host.planner.predict(candidates) else {
            throw Problem(409, "no-model", "The campaign has no model yet.")
          }
          return try Reply(json: ["predictions": predictions])
        }),
    ]
  }

  static let campaignMembers = [
    "id", "name", "objective", "direction", "unit", "goal", "state", "reason", "budget", "results",
    "counts", "cost", "hours", "costLimit", "hoursLimit", "stock", "needsApproval", "leaseSeconds",
    "properties", "units", "variables", "best", "events",
  ]

  private func workers(of host: CampaignHost) async throws -> [WorkerAnswer] {
    let id = host.id
    return try await host.store.read { laboratory in
      Dictionary(grouping: laboratory.held.sorted()) { laboratory[$0]?.current?.worker ?? "" }
        .map { WorkerAnswer(name: $0.key, campaign: id, holds: $0.value) }
        .sorted { $0.name < $1.name }
    }
  }

  private func workers() async throws -> [WorkerAnswer] {
    var all: [WorkerAnswer] = []
    for host in hosts { all += try await workers(of: host) }
    return all.sorted { ($0.name, $0.campaign) < ($1.name, $1.campaign) }
  }

  private func experiments(_ call: Call) async throws -> Reply {
    struct Answer: Encodable {
      let experiments: [ExperimentAnswer]

      /// Where the next page starts; absent on the last one.
      let next: Int?
    }
    let (after, limit) = try call.page()
    var wanted: Set<Experiment.Status>?
    if let text = call.query["status"] {
      let words = text.split(separator: ",", omittingEmptySubsequences: false)
      let known = words.compactMap { Experiment.Status(rawValue: String($0)) }
      guard known.count == words.count else {
        throw Problem(
          400, "bad-query",
          "The states are \(Experiment.Status.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      wanted = Set(known)
    }
    let states = wanted
    let answer = try await host(call).store.read { laboratory in
      let found = (min(after, laboratory.count)..<laboratory.count).lazy
        .compactMap { laboratory[$0 + 1] }
        .filter { states?.contains($0.status) ?? true }.prefix(limit + 1)
      let page = Array(found)
      return Answer(
        experiments: page.prefix(limit).map { ExperimentAnswer($0, laboratory) },
        next: page.count > limit ? page[limit - 1].number : nil)
    }
    return try Reply(json: answer)
  }

  private func ledger(_ call: Call) async throws -> Reply {
    struct Answer: Encodable {
      let events: [LoggedEvent]
      let next: Int?
    }
    let (after, limit) = try call.page()
    let store = try host(call).store
    let events = try await Blocking.run {
      try store.events(after: after, limit: limit + 1)
    }
    return try Reply(
      json: Answer(
        events: Array(events.prefix(limit)),
        next: events.count > limit ? events[limit - 1].sequence : nil))
  }

  /// The candidates of a body, with variables by the names of the plan.
  func candidates(_ call: Call, _ host: CampaignHost) async throws -> [Candidate] {
    let names = try await host.store.read { $0.campaign.plan.variableNames ?? [] }
    return try call.body.items("candidates").map { item in
      for member in item.members ?? [] where !["formula", "variables"].contains(member.key) {
        throw Problem(
          400, "unknown-field", "A candidate has a field that is not formula or variables.")
      }
      var composition = Composition.empty
      if let formula = item["formula"]?.text, !formula.isEmpty {
        guard formula.count <= 1000, let parsed = try? Composition(formula: formula) else {
          throw Problem(422, "bad-formula", "\"\(formula.prefix(60))\" is no formula.")
        }
        composition = parsed
      }
      let variables = try names.map { name in
        guard let value = item["variables"]?[name]?.double else {
          throw Problem(422, "missing-variable", "A candidate needs the variable \"\(name)\".")
        }
        return value
      }
      guard composition != .empty || !variables.isEmpty else {
        throw Problem(422, "empty-candidate", "A candidate needs a formula or variables.")
      }
      return Candidate(composition, variables: variables)
    }
  }
}
