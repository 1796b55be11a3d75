import Ecosystem
import Formats
import Foundation

/// The routes of a node.
struct NodeClient: Sendable {
  let url: URL
  let tokenVariable: String?
  let transport: any HTTPTransport

  /// What the node says it is ready for, and why not.
  func state() throws(WorkError) -> NodeState { NodeState(try get("status")) }

  /// What the node can do.
  func info() throws(WorkError) -> JSONValue { try get("info") }

  /// Makes an action that is not started yet.
  func create(_ action: String, _ arguments: NodeArguments) throws(WorkError) -> String {
    let answer = try post("action/\(action)", body: arguments.json)
    guard let identifier = answer["action_id"]?.text, !identifier.isEmpty else {
      throw .unreadable("the node gave the action no identifier.")
    }
    return identifier
  }

  func start(_ action: String, _ identifier: String) throws(WorkError) -> NodeResult {
    NodeResult(try post("action/\(action)/\(identifier)/start", body: Array("{}".utf8)))
  }

  func result(_ identifier: String) throws(WorkError) -> NodeResult {
    NodeResult(try get("action/\(identifier)/result"))
  }

  /// Gives the node an order, such as `cancel`; nodes need not know it.
  func order(_ name: String) { _ = try? post("admin/\(name)", body: Array("{}".utf8)) }

  private func get(_ path: String) throws(WorkError) -> JSONValue {
    try answer(HTTPRequest(url.appendingPathComponent(path)))
  }

  private func post(_ path: String, body: [UInt8]) throws(WorkError) -> JSONValue {
    var request = HTTPRequest(url.appendingPathComponent(path))
    request.body = body
    request.headers["Content-Type"] = "application/json"
    return try answer(request)
  }

  private func answer(_ question: HTTPRequest) throws(WorkError) -> JSONValue {
    var request = question
    request.headers["Accept"] = "application/json"
    if let tokenVariable, let token = ProcessInfo.processInfo.environment[tokenVariable] {
      request.headers["Authorization"] = "Bearer \(token)"
    }
    let response = try transport.response(waitingFor: request)
    guard (200..<300).contains(response.head.status) else {
      throw .answered(response.head.status)
    }
    do throws(ReadingError) {
      return try JSONValue(json: response.body, file: "the answer of the node")
    } catch {
      throw .unreadable(error.description)
    }
  }
}

/// What a node says of itself.
struct NodeState: Hashable {
  /// What a person has to lift before anything is started: `nil` where nothing stands in the way.
  let obstacle: String?

  /// Whether it can take no action just now, and will later.
  let isBusy: Bool

  /// By a person, who lets it go on.
  let isPaused: Bool

  init(_ json: JSONValue) {
    let names = ["stopped", "errored", "locked", "disconnected"]
    let set = names.filter { json[$0] == .bool(true) }
    let errors = (json["errors"]?.items ?? []).compactMap { $0["message"]?.text }.suffix(1)
    obstacle =
      set.isEmpty
      ? nil : (set.joined(separator: ", ") + errors.map { " (\($0))" }.joined())
    isPaused = json["paused"] == .bool(true)
    let isReady = json["ready"] != .bool(false)
    isBusy = json["busy"] == .bool(true) || json["initializing"] == .bool(true) || !isReady
  }
}

/// What became of an action so far.
struct NodeResult {
  enum Status: String {
    case notStarted = "not_started"
    case notReady = "not_ready"
    case running, succeeded, failed, cancelled, paused, unknown
  }

  let status: Status

  /// What the action returned.
  let content: JSONValue?
  let errors: String

  init(_ json: JSONValue) {
    status = json["status"]?.text.flatMap(Status.init) ?? .unknown
    content = json["json_result"].flatMap { $0 == .null ? nil : $0 }
    let list = json["errors"]?.items ?? json["errors"].map { [$0] } ?? []
    errors = list.compactMap { $0["message"]?.text }.joined(separator: " ")
  }
}
