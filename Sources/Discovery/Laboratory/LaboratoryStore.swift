public import Ecosystem
import Foundation
import Synchronization

/// One laboratory, its ledger, and the many who ask it at the same time.
///
/// All requests are answered in one line by one writer. Requests that wait together are decided one
/// after the other and stored in one transaction; each is answered after it is durable, never before.
/// The ledger is folded once, when it is opened. What a settled experiment went through is not kept: it is
/// read from the ledger where somebody asks for it.
public final class LaboratoryStore: Sendable {
  /// What the writer works on.
  struct Desk {
    var laboratory: Laboratory
    var leases: LeaseTable
    var drafts: [EventDraft] = []
    let clock: any Waiting
    let time: HeldTime
    let log: any EventLog

    /// Answers a request, with the past of those experiments that it asks about.
    ///
    /// - Parameter body: Records nothing before it throws.
    mutating func answer<Answer>(
      _ body: (inout Desk) throws -> Answer
    ) throws -> Answer {
      while true {
        do {
          return try body(&self)
        } catch LaboratoryError.past(let numbers) {
          for number in numbers { try laboratory.recall(number, past(of: number)) }
        }
      }
    }

    /// All events about an experiment, those that are not stored yet behind the others.
    private func past(of number: Int) throws -> [LoggedEvent] {
      let past = laboratory.past(of: number)
      let storedCount = laboratory.campaign.eventCount - drafts.count
      let ordered = try past.sequences.filter { $0 <= storedCount }.flatMap {
        try log.events(after: $0 - 1, limit: 1)
      }
      let stored = try log.events(keys: past.keys, beginnings: past.beginnings) + ordered
      try log.check(stored)
      return stored.sorted { $0.sequence < $1.sequence }
        + past.sequences.filter { $0 > storedCount }.map { sequence in
          let draft = drafts[sequence - storedCount - 1]
          return LoggedEvent(
            sequence: sequence, kind: draft.kind, key: draft.key, payload: draft.payload,
            time: time.now(), hash: "")
        }
    }

    /// Takes events in; they are stored with the others of the group.
    mutating func record(_ events: [CampaignEvent]) throws {
      for event in events {
        drafts.append(try event.draft())
        try laboratory.apply(event, time: time.now())
        switch event {
        case .laboratory(let happening) where happening.kind == .claimed:
          leases.claim(happening.number, now: clock.seconds())
        case .laboratory(let happening): forget(happening.number)
        case .measured(let result): forget(result.number)
        case .failed(let result): forget(result.number)
        default: break
        }
      }
    }

    /// Ends the lease of an experiment that nobody has any more.
    private mutating func forget(_ number: Int) {
      if !laboratory.held.contains(number) { leases.forget(number) }
    }
  }

  private struct Inbox: Sendable {
    var waiting: [Request] = []
    var isWriting = false
  }

  /// Decides at the desk, and returns what tells the caller once the events are durable.
  private struct Request: Sendable {
    let decide: @Sendable (inout Desk) -> @Sendable () -> Void
    let refuse: @Sendable (any Error) -> Void
  }

  private let log: any EventLog
  private let writer = DispatchQueue(label: "athanor.laboratory", qos: .userInitiated)
  private let inbox = Mutex(Inbox())

  /// Touched by the writer alone, which is one serial queue.
  private nonisolated(unsafe) var desk: Desk
  private nonisolated(unsafe) var isBroken = false
  private let listeners = Mutex<[Int: AsyncStream<Int>.Continuation]>([:])

  /// Opens the ledger of a campaign, or starts one where it is empty.
  ///
  /// - Parameters:
  ///   - log: Makes the ledger with the clock that it is to use.
  ///   - clock: Of the leases.
  /// - Throws: ``EventLogError``, ``CampaignError``.
  public init(
    creation: CampaignCreation, log: (HeldTime) throws -> any EventLog,
    time: any TimeSource = SystemTime(), clock: any Waiting = SystemWaiting()
  ) throws {
    let held = HeldTime(time)
    self.log = try log(held)
    let laboratory: Laboratory
    if try self.log.events(after: 0, limit: 1).isEmpty {
      laboratory = try Laboratory(creation)
      try self.log.append([CampaignEvent.created(creation).draft()], after: 0)
    } else {
      laboratory = try Laboratory(folding: self.log, closing: true)
      try creation.refuseDifference(from: laboratory.campaign.creation)
    }
    var leases = LeaseTable(seconds: laboratory.rules.leaseSeconds)
    leases.follow(laboratory.held, now: clock.seconds())
    desk = Desk(
      laboratory: laboratory, leases: leases, clock: clock, time: held, log: self.log)
  }

  /// Opens the ledger in a file.
  public convenience init(
    creation: CampaignCreation, path: String, maximumPages: Int? = nil,
    time: any TimeSource = SystemTime(), clock: any Waiting = SystemWaiting()
  ) throws {
    try self.init(
      creation: creation,
      log: { try SQLiteEventLog(path: path, clock: $0, maximumPages: maximumPages) },
      time: time, clock: clock)
  }

  /// Answers from the laboratory as it stands, after everything that was asked before.
  public func read<Answer: Sendable>(
    _ body: @escaping @Sendable (Laboratory) throws -> Answer
  ) async throws -> Answer {
    try await ask { desk in try body(desk.laboratory) }
  }

  /// Decides, and answers once the events are durable.
  ///
  /// - Parameter body: Makes the events and the answer; must not change anything itself. It is called
  ///   again where it needs the past of an experiment: see ``Laboratory/experiment(_:)``.
  public func decide<Answer: Sendable>(
    _ body: @escaping @Sendable (Laboratory) throws -> (events: [CampaignEvent], answer: Answer)
  ) async throws -> Answer {
    try await ask { desk in
      let (events, answer) = try body(desk.laboratory)
      try desk.record(events)
      return answer
    }
  }

  /// Puts a request in the line.
  func ask<Answer: Sendable>(
    _ body: @escaping @Sendable (inout Desk) throws -> Answer
  ) async throws -> Answer {
    try await withCheckedThrowingContinuation { continuation in
      let request = Request(
        decide: { desk in
          let result = Result { try desk.answer(body) }
          return { continuation.resume(with: result) }
        },
        refuse: { continuation.resume(throwing: $0) })
      submit(request)
    }
  }

  private func submit(_ request: Request) {
    let mustStart = inbox.withLock { inbox in
      inbox.waiting.append(request)
      defer { inbox.isWriting = true }
      return !inbox.isWriting
    }
    if mustStart { writer.async { self.work() } }
  }

  private func work() {
    while true {
      let group = inbox.withLock { inbox in
        defer { inbox.waiting = [] }
        inbox.isWriting = !inbox.waiting.isEmpty
        return inbox.waiting
      }
      if group.isEmpty { return }
      handle(group)
    }
  }

  private func handle(_ group: [Request]) {
    let leases = desk.leases
    do {
      if isBroken { try refold() }
      desk.time.advance()
      let before = desk.laboratory.campaign.eventCount
      try expire()
      let answers = group.map { $0.decide(&desk) }
      try store(after: before)
      desk.laboratory.close()
      for answer in answers { answer() }
    } catch {
      // What was taken in and not stored must not be seen by anyone: fold the ledger again.
      isBroken = true
      desk.leases.restore(leases)
      try? refold()
      for request in group { request.refuse(error) }
    }
  }

  private func expire() throws {
    let ended = desk.leases.ended(at: desk.clock.seconds())
    guard !ended.isEmpty else { return }
    try desk.record(desk.laboratory.expire(ended))
  }

  private func store(after count: Int) throws {
    guard !desk.drafts.isEmpty else { return }
    defer { desk.drafts = [] }
    // A decision that failed half-way has taken in what nobody answers for.
    guard desk.laboratory.campaign.eventCount == count + desk.drafts.count else {
      throw CampaignError.impossibleEvent("a decision that was not carried through")
    }
    try log.append(desk.drafts, after: count)
    let now = desk.laboratory.campaign.eventCount
    listeners.withLock { for listener in $0.values { listener.yield(now) } }
  }

  private func refold() throws {
    desk.drafts = []
    desk.laboratory = try Laboratory(folding: log, closing: true)
    desk.leases.follow(desk.laboratory.held, now: desk.clock.seconds())
    isBroken = false
  }

  /// The number of events after each change, the latest only where the listener is slow.
  public func changes() -> AsyncStream<Int> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let number = listeners.withLock { listeners in
        let number = (listeners.keys.max() ?? 0) + 1
        listeners[number] = continuation
        return number
      }
      continuation.onTermination = { [weak self] _ in
        self?.listeners.withLock { _ = $0.removeValue(forKey: number) }
      }
    }
  }

  /// Ends all streams of changes, as the service does when it stops.
  public func finish() {
    let all = listeners.withLock { Array($0.values) }
    for listener in all { listener.finish() }
  }

  /// One page of the ledger, as it is stored.
  public func events(after sequence: Int, limit: Int) throws(EventLogError) -> [LoggedEvent] {
    try log.events(after: sequence, limit: limit)
  }

  /// All events, for exports and checks.
  public func events() throws(EventLogError) -> [LoggedEvent] { try log.events() }
}
