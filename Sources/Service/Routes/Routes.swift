import Discovery
import Foundation
import Matter

/// All routes of a service.
struct Routes: Sendable {
  let hosts: [CampaignHost]
  var records: RecordLibrary?
  var models: ModelLibrary?
  let metrics: ServiceMetrics

  /// Whether requests are still taken on.
  let isReady: @Sendable () -> Bool

  var all: [Route] {
    publicRoutes + campaignRoutes + workerRoutes + orderRoutes + emergencyRoutes + recordRoutes
      + modelRoutes
  }

  func host(_ call: Call) throws(Problem) -> CampaignHost {
    guard let host = hosts.first(where: { $0.id == call.parameters["campaign"] }) else {
      throw Problem(404, "no-such-campaign", "There is no such campaign.")
    }
    return host
  }

  static let page = [QueryField.after, QueryField.limit]

  // MARK: What everybody may ask

  private var publicRoutes: [Route] {
    [
      Route(
        method: .get, path: "/", scope: nil, summary: "The dashboard.", type: "text/html",
        act: { _ in Reply(text: DashboardPage.html, type: "text/html; charset=utf-8") }),
      Route(
        method: .get, path: "/assets/app.js", scope: nil, summary: "The program of the dashboard.",
        type: "text/javascript",
        act: { _ in
          Reply(text: DashboardProgram.source, type: "text/javascript; charset=utf-8")
        }),
      Route(
        method: .get, path: "/assets/style.css", scope: nil,
        summary: "The style sheet of the dashboard.", type: "text/css",
        act: { _ in Reply(text: DashboardStyle.sheet, type: "text/css; charset=utf-8") }),
      Route(
        method: .get, path: "/health", scope: nil, summary: "Whether the process lives.",
        answer: ["status"], act: { _ in try Reply(json: ["status": "alive"]) }),
      Route(
        method: .get, path: "/ready", scope: nil, summary: "Whether it takes requests on.",
        statuses: [503], answer: ["status"],
        act: { _ in
          guard isReady() else {
            throw Problem(503, "stopping", "The service is about to stop.", retryAfter: 5)
          }
          for host in hosts { _ = try await host.store.read { $0.campaign.eventCount } }
          return try Reply(json: ["status": "ready"])
        }),
      Route(
        method: .get, path: "/openapi.json", scope: nil, summary: "This document.",
        answer: ["openapi", "info", "servers", "paths", "components"],
        act: { _ in
          Reply(
            text: OpenAPI(all, campaigns: hosts.map(\.id)).json, type: "application/json")
        }),
      Route(
        method: .get, path: "/metrics", scope: .read, summary: "Figures for Prometheus.",
        type: "text/plain",
        act: { _ in
          Reply(
            text: try await metrics.text(hosts), type: "text/plain; version=0.0.4; charset=utf-8")
        }),
    ]
  }
}
