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
}

/// Checks sequence numbers and hashes of a whole log.
///
/// Whether an event follows the one before shows from these two alone, so that parts of the log are
/// checked side by side; the first fault is the one that is named.
func checkChain(_ events: [LoggedEvent], of place: String) throws(EventLogError) {
  let length = 4096
  let starts = Array(stride(from: 0, to: events.count, by: length))
  try translating(place) {
    _ = try parallelMap(starts, threads: ProcessInfo.processInfo.activeProcessorCount) { start in
      try checkChain(events, start..<min(start + length, events.count), of: place)
    }
  }
}

private func checkChain(
  _ events: [LoggedEvent], _ part: Range<Int>, of place: String
) throws(EventLogError) {
  for index in part {
    guard events[index].sequence == index + 1 else {
      throw .corrupt(place, reason: "event \(index + 1) is missing or out of order")
    }
    guard events[index].follows(index == 0 ? LoggedEvent.firstHash : events[index - 1].hash) else {
      throw .corrupt(place, reason: "event \(index + 1) is not what was written")
    }
  }
}
