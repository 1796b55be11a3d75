import Ecosystem
import Synchronization

/// What a broken service would do: the simulation must notice each.
enum SeededBug: CaseIterable {
  /// A result is acknowledged and never stored.
  case droppedCommit

  /// The report of a lease that is over is acknowledged as the result.
  case staleToken

  /// What somebody has is handed out once more.
  case doubleClaim

  /// Events of one transaction are stored in another order.
  case reordered

  /// A full disk is taken for a success.
  case lostOnFullDisk
}

/// A ledger with one of the bugs.
final class BrokenLog: EventLog {
  private let log: any EventLog
  private let bug: SeededBug

  /// Events that were acknowledged and are not stored, and results so far.
  private let counts = Mutex((missing: 0, results: 0))

  init(_ log: any EventLog, _ bug: SeededBug) {
    self.log = log
    self.bug = bug
  }

  @discardableResult
  func append(_ drafts: [EventDraft], after count: Int) throws(EventLogError) -> [LoggedEvent] {
    let missing = counts.withLock { $0.missing }
    var kept = drafts
    if bug == .reordered { kept.reverse() }
    if bug == .droppedCommit { kept.removeAll(where: isDropped) }
    do throws(EventLogError) {
      let stored = try log.append(kept, after: count - missing)
      counts.withLock { $0.missing += drafts.count - kept.count }
      return stored
    } catch .full where bug == .lostOnFullDisk {
      counts.withLock { $0.missing += drafts.count }
      return []
    }
  }

  /// The fifth result.
  private func isDropped(_ draft: EventDraft) -> Bool {
    guard draft.kind == "measured" else { return false }
    return counts.withLock { counts in
      counts.results += 1
      return counts.results == 5
    }
  }

  func events() throws(EventLogError) -> [LoggedEvent] { try log.events() }

  func events(after sequence: Int, limit: Int) throws(EventLogError) -> [LoggedEvent] {
    try log.events(after: sequence, limit: limit)
  }

  func events(keys: [String], beginnings: [String]) throws(EventLogError) -> [LoggedEvent] {
    try log.events(keys: keys, beginnings: beginnings)
  }

  @discardableResult
  func verify() throws(EventLogError) -> String? { try log.verify() }
}
