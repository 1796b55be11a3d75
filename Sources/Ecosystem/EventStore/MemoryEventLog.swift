import Synchronization

/// An event log that ends with the process: for studies that run campaigns by the hundred.
public final class MemoryEventLog: EventLog {
  private let stored = Mutex<[LoggedEvent]>([])
  private let clock: any TimeSource
  public let place = "memory"

  public init(clock: any TimeSource = FixedTime()) {
    self.clock = clock
  }

  @discardableResult
  public func append(
    _ drafts: [EventDraft], after count: Int
  ) throws(EventLogError) -> [LoggedEvent] {
    let time = clock.now()
    return try stored.withLock { (events) throws(EventLogError) -> [LoggedEvent] in
      guard events.count == count else {
        throw .conflict(place: place, expected: count, found: events.count)
      }
      var next = events
      var keys = Set(events.compactMap(\.key))
      for draft in drafts {
        if let key = draft.key, !keys.insert(key).inserted {
          throw .duplicateKey(key, place: place)
        }
        next.append(
          LoggedEvent(
            draft, sequence: next.count + 1, time: time,
            previousHash: next.last?.hash ?? LoggedEvent.firstHash))
      }
      let added = Array(next[events.count...])
      events = next
      return added
    }
  }

  public func events() throws(EventLogError) -> [LoggedEvent] {
    stored.withLock { $0 }
  }

  @discardableResult
  public func verify() throws(EventLogError) -> String? {
    let events = try events()
    try checkChain(events, of: place)
    return events.last?.hash
  }
}
