import Discovery
import Foundation
import Synchronization

/// What the service counts, in the text format of Prometheus.
final class ServiceMetrics: Sendable {
  private struct Counts {
    var requests: [String: Int] = [:]
    var seconds: [Int]
    var sum = 0.0
    var total = 0
  }

  private static let bounds = [0.001, 0.005, 0.02, 0.05, 0.1, 0.5, 1, 5]
  private let counts = Mutex(Counts(seconds: Array(repeating: 0, count: bounds.count)))
  private let start = Date()
  private let connections: Connections?

  init(_ connections: Connections? = nil) {
    self.connections = connections
  }

  /// - Parameter route: As in the table, so that no path of a caller ends up here.
  func count(method: String, route: String, status: Int, seconds: Double) {
    counts.withLock { counts in
      let labels = "method=\"\(method)\",route=\"\(route)\",status=\"\(status)\""
      counts.requests[labels, default: 0] += 1
      counts.total += 1
      counts.sum += seconds
      for (place, bound) in Self.bounds.enumerated() where seconds <= bound {
        counts.seconds[place] += 1
      }
    }
  }

  func text(_ hosts: [CampaignHost]) async throws -> String {
    let counts = counts.withLock { $0 }
    var lines: [String] = []
    func head(_ name: String, _ kind: String, _ help: String) {
      lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(kind)"]
    }
    head("athanor_requests_total", "counter", "Requests that were answered.")
    for (labels, count) in counts.requests.sorted(by: { $0.key < $1.key }) {
      lines.append("athanor_requests_total{\(labels)} \(count)")
    }
    head("athanor_request_seconds", "histogram", "Time from request to answer.")
    for (bound, count) in zip(Self.bounds, counts.seconds) {
      lines.append("athanor_request_seconds_bucket{le=\"\(bound)\"} \(count)")
    }
    lines.append("athanor_request_seconds_bucket{le=\"+Inf\"} \(counts.total)")
    lines.append("athanor_request_seconds_sum \(counts.sum)")
    lines.append("athanor_request_seconds_count \(counts.total)")
    head("athanor_start_time_seconds", "gauge", "When the service started, seconds since 1970.")
    lines.append("athanor_start_time_seconds \(start.timeIntervalSince1970)")
    if let connections {
      head("athanor_connections", "gauge", "Connections that are served.")
      lines.append("athanor_connections \(connections.served)")
    }
    head("athanor_experiments", "gauge", "Experiments in each state.")
    var events: [String] = []
    for host in hosts {
      let (counts, number) = try await host.store.read { ($0.counts, $0.campaign.eventCount) }
      for status in Experiment.Status.allCases {
        lines.append(
          "athanor_experiments{campaign=\"\(host.id)\",status=\"\(status.rawValue)\"} "
            + "\(counts[status, default: 0])")
      }
      events.append("athanor_ledger_events{campaign=\"\(host.id)\"} \(number)")
    }
    head("athanor_ledger_events", "gauge", "Events in the ledger.")
    return (lines + events).joined(separator: "\n") + "\n"
  }
}
