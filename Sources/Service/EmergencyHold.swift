import Synchronization

/// An emergency stop that this process obeys from the moment it is asked for until the ledger has it.
final class EmergencyHold: Sendable {
  struct Stop: Sendable {
    let actor, reason: String
  }

  private let content = Mutex<Stop?>(nil)

  var stop: Stop? { content.withLock { $0 } }

  func begin(by actor: String, reason: String) {
    content.withLock { $0 = Stop(actor: actor, reason: reason) }
  }

  func end() { content.withLock { $0 = nil } }
}
