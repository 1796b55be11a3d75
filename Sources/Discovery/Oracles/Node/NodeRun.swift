import Formats
import Foundation

/// One action of a node, from the question whether it is ready to the result.
struct NodeRun {
  private let configuration: NodeOracle.Configuration
  private let client: NodeClient
  private let notes: ActionNotes
  private var deadline: ContinuousClock.Instant

  /// When the node was last looked at.
  private var looked: ContinuousClock.Instant

  /// How often an answer is asked for anew where the network fails.
  private static let attempts = 5

  init(
    _ configuration: NodeOracle.Configuration, _ client: NodeClient, _ notes: ActionNotes
  ) {
    self.configuration = configuration
    self.client = client
    self.notes = notes
    looked = .now
    deadline = looked + .seconds(configuration.timeLimitSeconds)
  }

  /// The arguments of the action.
  ///
  /// - Throws: ``WorkError`` where the node has no such action.
  func offeredArguments() throws -> [NodeArguments.Offered] {
    let info = try again { try client.info() }
    guard let actions = info["actions"]?.members else {
      throw WorkError.unreadable("the node does not list its actions.")
    }
    guard let action = actions.first(where: { $0.key == configuration.action })?.value else {
      throw OracleHalt(
        "The node has no action \"\(configuration.action)\"; it has "
          + "\(actions.map(\.key).joined(separator: ", ")).")
    }
    return (action["args"]?.members ?? []).map {
      NodeArguments.Offered(name: $0.key, isRequired: $0.value["required"] == .bool(true))
    }
  }

  /// What became of the action that was noted before: it is waited for where it runs, and started where it
  /// was made and nothing more, since a start uses its name up.
  ///
  /// - Returns: `nil` where nothing was noted, or where the node was not ready and nothing moved.
  /// - Throws: As ``result(of:)``; an ``OracleHalt`` where the node has forgotten it.
  mutating func earlierResult() throws -> NodeResult? {
    guard let identifier = notes.earlier else { return nil }
    var known = try again { try client.result(identifier) }
    if known.status == .unknown {
      try awaitReadiness()
      known = try started(identifier)
    }
    return known.status == .notReady ? nil : try ended(known, identifier)
  }

  /// Starts the action as soon as the node is free, and waits for its end.
  ///
  /// - Throws: ``WorkError`` for what says something of the experiment, ``OracleHalt`` for what a person has
  ///   to look at.
  mutating func result(of arguments: NodeArguments) throws -> NodeResult {
    while true {
      try awaitReadiness()
      let identifier = try again { try client.create(configuration.action, arguments) }
      try notes.note(identifier)
      let first = try started(identifier)
      // Somebody else was faster.
      if first.status == .notReady {
        try pause(counts: true)
        continue
      }
      return try ended(first, identifier)
    }
  }

  private mutating func awaitReadiness() throws {
    while true {
      let state = try again { try client.state() }
      if let obstacle = state.obstacle { throw halt("is \(obstacle)", "Nothing was started.") }
      guard state.isBusy else { return }
      try pause(counts: !state.isPaused)
    }
  }

  /// An action has an identifier that is used up by its start: where the answer was lost, the node is asked
  /// what it did, and only what it never heard of is started again.
  private func started(_ identifier: String) throws -> NodeResult {
    for _ in 1...Self.attempts {
      let answer = try? client.start(configuration.action, identifier)
      if let answer, answer.status != .failed { return answer }
      let known = try again { try client.result(identifier) }
      if known.status != .unknown { return known }
      // Nodes say of actions that they do not have, too, that they failed.
      if answer != nil { throw forgotten(identifier) }
    }
    throw halt("does not take the start of an action", "Whether it did anything is not known.")
  }

  private mutating func ended(_ first: NodeResult, _ identifier: String) throws -> NodeResult {
    var current = first
    while true {
      switch current.status {
      case .succeeded: return current
      case .failed, .cancelled:
        let words = current.errors.isEmpty ? "" : ": \(current.errors)"
        throw WorkError.reported("The node's action \(current.status.rawValue)\(words)")
      case .notReady: throw halt("was not ready any more", "Whether it did anything is not known.")
      case .unknown: throw forgotten(identifier)
      case .running, .notStarted, .paused: break
      }
      let state = try again { try client.state() }
      if let obstacle = state.obstacle {
        // The action may have ended in the moment before.
        current = try again { try client.result(identifier) }
        if current.status == .succeeded || current.status == .failed { continue }
        throw halt("is \(obstacle)", "Its action did not end.")
      }
      do {
        try pause(counts: !state.isPaused && current.status != .paused)
      } catch {
        client.order("cancel")
        throw error
      }
      current = try again { try client.result(identifier) }
    }
  }

  private func halt(_ what: String, _ consequence: String) -> OracleHalt {
    OracleHalt(
      "The node at \(configuration.address) \(what). \(consequence) Look at the instrument, free it there, "
        + "then go on with the campaign.")
  }

  private func forgotten(_ identifier: String) -> OracleHalt {
    OracleHalt(
      "The node at \(configuration.address) has forgotten the action \(identifier). It was restarted in the "
        + "meantime, and how far the action came is not known. Look at the instrument, and free it there.",
      losesAction: true)
  }

  /// - Parameter counts: Whether the time since the last look is part of the time limit.
  private mutating func pause(counts: Bool) throws(WorkError) {
    let now = ContinuousClock.now
    if !counts { deadline += now - looked }
    looked = now
    guard now < deadline else { throw .timedOut(seconds: configuration.timeLimitSeconds) }
    Thread.sleep(forTimeInterval: configuration.pollSeconds)
  }

  /// Asks again while the network fails, and halts where it does not come back.
  private func again<Answer>(_ ask: () throws -> Answer) throws -> Answer {
    for attempt in 1...Self.attempts {
      do {
        return try ask()
      } catch let error as WorkError where error.canRetry {
        if attempt == Self.attempts { throw halt("does not answer", error.description) }
        // Too many questions are forgotten within a minute.
        let pause = error == .answered(429) ? 15 : configuration.pollSeconds * Double(attempt)
        Thread.sleep(forTimeInterval: min(15, pause))
      }
    }
    preconditionFailure("the last attempt returns or throws")
  }
}
