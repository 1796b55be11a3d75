import DenseMath
import Foundation

/// An append-only list of events: what a campaign, a model or a record stands on.
///
/// Laws: an event that ``append(_:after:)`` has returned is there after the process is killed;
/// drafts of one call are stored all or none; sequence numbers have no gap; a key occurs once; an
/// event is never changed or removed.
public protocol EventLog: Sendable {
  /// Stores events at the end.
  ///
  /// - Parameters:
  ///   - drafts: Stored together, in this order.
  ///   - count: How many events the caller has seen. Where the log holds another number, someone
  ///     else has written, and nothing is stored.
  /// - Returns: The stored events, once they are durable.
  @discardableResult
  func append(_ drafts: [EventDraft], after count: Int) throws(EventLogError) -> [LoggedEvent]

  /// All events in order of sequence number, each checked against its hash.
  func events() throws(EventLogError) -> [LoggedEvent]

  /// Some events in order of sequence number, unchecked: the chain needs all of them.
  ///
  /// - Parameters:
  ///   - sequence: The event after which they start; 0 for the first.
  ///   - limit: At most so many.
  func events(after sequence: Int, limit: Int) throws(EventLogError) -> [LoggedEvent]

  /// Events with certain keys in order of sequence number, unchecked.
  ///
  /// - Parameters:
  ///   - keys: Whole ones.
  ///   - beginnings: Of keys: `claim/7/` for `claim/7/1`, `claim/7/2`, …
  func events(keys: [String], beginnings: [String]) throws(EventLogError) -> [LoggedEvent]

  /// What errors call the log.
  var place: String { get }

  /// Checks every byte that the log can check: the chain of hashes and the store's own structure.
  ///
  /// A chain shows any change, swap or gap. That events at the end are missing is seen only by who
  /// keeps the returned hash elsewhere.
  ///
  /// - Returns: The hash of the last event, `nil` for an empty log.
  @discardableResult
  func verify() throws(EventLogError) -> String?
}

extension EventLog {
  public func events(after sequence: Int, limit: Int) throws(EventLogError) -> [LoggedEvent] {
    Array(try events().dropFirst(sequence).prefix(limit))
  }

  public func events(
    keys: [String], beginnings: [String]
  ) throws(EventLogError) -> [LoggedEvent] {
    try events().filter { event in
      guard let key = event.key else { return false }
      return keys.contains(key) || beginnings.contains { key.hasPrefix($0) }
    }
  }

  public var place: String { "the ledger" }

  /// Checks each of some events against its hash and that of the event before it.
  public func check(_ events: [LoggedEvent]) throws(EventLogError) {
    for event in events {
      let before =
        event.sequence == 1
        ? LoggedEvent.firstHash : try self.events(after: event.sequence - 2, limit: 1).first?.hash
      guard let before, event.follows(before) else {
        throw .corrupt(place, reason: "event \(event.sequence) is not what was written")
      }
    }
  }

  /// Gives all events in order, a page at a time, each checked against its hash: so the longest log
  /// takes the memory of one page.
  ///
  /// - Throws: ``EventLogError``, and what `body` throws.
  public func forEachPage(_ body: ([LoggedEvent]) throws -> Void) throws {
    var last = ChainLink.start
    while true {
      let page = try events(after: last.sequence, limit: pageLength)
      try checkChain(page, after: last, of: place)
      guard let end = page.last else { return }
      try body(page)
      last = ChainLink(sequence: end.sequence, hash: end.hash)
      if page.count < pageLength { return }
    }
  }
}

private let pageLength = 8192

/// What an event follows from.
struct ChainLink: Sendable {
  let sequence: Int
  let hash: String

  static let start = ChainLink(sequence: 0, hash: LoggedEvent.firstHash)
}

/// Checks sequence numbers and hashes of events that follow each other.
///
/// Whether an event follows the one before shows from these two alone, so that parts are checked side
/// by side; the first fault is the one that is named.
func checkChain(
  _ events: [LoggedEvent], after last: ChainLink = .start, of place: String
) throws(EventLogError) {
  let length = 4096
  let starts = Array(stride(from: 0, to: events.count, by: length))
  try translating(place) {
    _ = try parallelMap(starts, threads: ProcessInfo.processInfo.activeProcessorCount) { start in
      try checkChain(events, start..<min(start + length, events.count), after: last, of: place)
    }
  }
}

private func checkChain(
  _ events: [LoggedEvent], _ part: Range<Int>, after last: ChainLink, of place: String
) throws(EventLogError) {
  // Elements of an array would be copied one by one.
  let events = events.span
  for index in part {
    let sequence = last.sequence + index + 1
    guard events[index].sequence == sequence else {
      throw .corrupt(place, reason: "event \(sequence) is missing or out of order")
    }
    guard events[index].follows(index == 0 ? last.hash : events[index - 1].hash) else {
      throw .corrupt(place, reason: "event \(sequence) is not what was written")
    }
  }
}
