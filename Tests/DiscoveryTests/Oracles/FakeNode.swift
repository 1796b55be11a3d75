import Foundation
import Synchronization
import TestKit

/// A node that does as a test says: the routes of `madsci_node_module`, one action `anneal`.
final class FakeNode: Sendable {
  struct State {
    var flags: Set<String> = []
    var result = #"{"strength": {"value": 1.5, "unit": "GPa"}}"#

    /// What an action says each time it is asked; the last one stays.
    var statuses = ["running", "succeeded"] {
      didSet { asked = 0 }
    }

    /// What the next starts answer instead: `not_ready`, or `cut` after the action has begun.
    var starts: [String] = []

    /// Runs before each answer, with the path.
    var before: @Sendable (String, inout State) -> Void = { _, _ in }
    fileprivate(set) var created: [[String: Double]] = []
    fileprivate(set) var begun: [String] = []
    fileprivate(set) var paths: [String] = []
    fileprivate var asked = 0

    /// Made, and not started yet.
    fileprivate var waiting: Set<String> = []

    /// Started, and not forgotten.
    fileprivate var known: Set<String> = []

    /// What a restart of the node does.
    mutating func forget() {
      waiting = []
      known = []
    }
  }

  private let state = Mutex(State())
  private let server = Mutex<LoopbackServer?>(nil)

  init(_ change: (inout State) -> Void = { _ in }) throws {
    state.withLock { change(&$0) }
    let made = try LoopbackServer { [weak self] request, _ in
      self?.answer(request) ?? .text("", status: 500)
    }
    server.withLock { $0 = made }
  }

  var address: String { server.withLock { $0?.url.absoluteString ?? "" } }
  var created: [[String: Double]] { state.withLock { $0.created } }
  var starts: Int { state.withLock { $0.begun.count } }
  var paths: [String] { state.withLock { $0.paths } }
  func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

  private func answer(_ request: LoopbackServer.Request) -> LoopbackServer.Answer {
    state.withLock { state in
      state.before(request.path, &state)
      state.paths.append(request.path)
      let parts = request.path.split(separator: "/").map(String.init)
      switch parts.count {
      case 1 where parts[0] == "info":
        return .text(
          #"{"actions": {"anneal": {"args": {"temperature": {"required": true}, "#
            + #""minutes": {"required": false}, "recipe": {"required": false}}}}}"#)
      case 1: return .text(Self.text(state.flags))
      case 2 where parts[0] == "action":
        let body = try? JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
        state.created.append((body?["args"] as? [String: Double]) ?? [:])
        state.waiting.insert("A\(state.created.count)")
        return .text("{\"action_id\": \"A\(state.created.count)\"}")
      case 4: return start(parts[2], &state)
      case 3: return result(parts[1], &state)
      default: return .text(#"{"success": false}"#)
      }
    }
  }

  private static func text(_ flags: Set<String>) -> String {
    let members = flags.sorted().map { "\"\($0)\": true" }.joined(separator: ", ")
    return "{\(members)\(flags.isEmpty ? "" : ", ")\"ready\": \(flags.isEmpty)}"
  }

  private func start(_ identifier: String, _ state: inout State) -> LoopbackServer.Answer {
    let special = state.starts.isEmpty ? nil : state.starts.removeFirst()
    if special == "not_ready" { return .text(#"{"status": "not_ready", "errors": []}"#) }
    // An identifier is used up by its start.
    guard state.waiting.remove(identifier) != nil else {
      return .text(#"{"status": "failed", "errors": [{"message": "not found"}]}"#)
    }
    state.begun.append(identifier)
    state.known.insert(identifier)
    state.asked = 0
    if special == "cut" { return LoopbackServer.Answer(body: [.cut]) }
    return .text(#"{"status": "running", "errors": []}"#)
  }

  private func result(_ identifier: String, _ state: inout State) -> LoopbackServer.Answer {
    guard state.known.contains(identifier) else {
      return .text(#"{"status": "unknown", "errors": [{"message": "no history"}]}"#)
    }
    let status = state.statuses[min(state.asked, state.statuses.count - 1)]
    state.asked += 1
    let content = status == "succeeded" ? state.result : "null"
    let errors = status == "failed" ? #"[{"message": "The tube melts."}]"# : "[]"
    return .text("{\"status\": \"\(status)\", \"json_result\": \(content), \"errors\": \(errors)}")
  }
}
