import DenseMath
public import Ecosystem
import Foundation

extension CampaignEvent {
  /// The event as a log stores it. Keys make "twice" impossible: one creation, one proposal of a
  /// number, one result of a proposal whether measured or failed, one stop.
  public func draft() throws -> EventDraft {
    switch self {
    case .created(let event): try Self.draft("created", "created", event)
    case .proposed(let event): try Self.draft("proposed", "proposal/\(event.number)", event)
    case .measured(let event): try Self.draft("measured", "result/\(event.number)", event)
    case .failed(let event): try Self.draft("failed", "result/\(event.number)", event)
    case .begun(let event):
      try Self.draft("begun", "begun/\(event.number)/\(event.action)", event)
    case .abandoned(let event):
      try Self.draft("abandoned", "abandoned/\(event.number)/\(event.action)", event)
    case .refit(let event):
      try Self.draft(
        "refit", "refit/\(event.proposals)" + (event.revision.map { "/\($0)" } ?? ""), event)
    case .stopped(let event): try Self.draft("stopped", "stopped", event)
    case .laboratory(let event): try Self.draft(event.kind.rawValue, event.key, event)
    }
  }

  /// - Throws: ``CampaignError/unreadableEvent(_:reason:)``.
  public init(_ event: LoggedEvent) throws(CampaignError) {
    do {
      self = try Self.scanned(event)
    } catch {
      try self.init(decoding: event)
    }
  }

  /// Reads a whole ledger, parts of each page side by side.
  ///
  /// - Parameter body: Gets each event, the first one too, and its time.
  /// - Throws: ``EventLogError``, ``CampaignError/emptyLedger``,
  ///   ``CampaignError/unreadableEvent(_:reason:)``, and what `body` throws.
  static func forEach(
    in log: any EventLog, _ body: (CampaignEvent, Int64) throws -> Void
  ) throws {
    var isEmpty = true
    try log.forEachPage { page in
      isEmpty = false
      try forEach(of: page, body)
    }
    if isEmpty { throw CampaignError.emptyLedger }
  }

  /// Reads events in the order of the log; of several that cannot be read the first is named.
  static func forEach(
    of logged: [LoggedEvent], _ body: (CampaignEvent, Int64) throws -> Void
  ) throws {
    let length = 1024
    let starts = Array(stride(from: 0, to: logged.count, by: length))
    let threads = ProcessInfo.processInfo.activeProcessorCount
    let parts = try parallelMap(starts, threads: threads) { start in
      // Elements of an array would be copied one by one.
      let logged = logged.span
      return try (start..<min(start + length, logged.count)).map { try CampaignEvent(logged[$0]) }
    }
    let logged = logged.span
    for (start, part) in zip(starts, parts) {
      let part = part.span
      for place in part.indices { try body(part[place], logged[start + place].time) }
    }
  }

  /// What the first event of a ledger holds.
  ///
  /// - Throws: ``CampaignError/impossibleEvent(_:)``.
  func creation() throws(CampaignError) -> CampaignCreation {
    guard case .created(let creation) = self else {
      let kind = (try? draft().kind) ?? ""
      throw .impossibleEvent("its first event is \"\(kind)\", not \"created\"")
    }
    return creation
  }

  static func scanned(
    _ event: LoggedEvent
  ) throws(PayloadScanner.Unusual) -> CampaignEvent {
    var scanner = PayloadScanner(event.payload)
    let scanned: CampaignEvent =
      switch event.kind {
      case "proposed": .proposed(try scanner.proposal())
      case "measured": .measured(try scanner.measuredResult())
      case "failed": .failed(try scanner.failedResult())
      case "refit": .refit(try scanner.refit())
      case let kind where LaboratoryEvent.Kind(rawValue: kind) != nil:
        .laboratory(try LaboratoryEvent(&scanner))
      default: throw PayloadScanner.Unusual()
      }
    guard scanner.isAtEnd else { throw PayloadScanner.Unusual() }
    return scanned
  }

  init(decoding event: LoggedEvent) throws(CampaignError) {
    do {
      self =
        switch event.kind {
        case "created": .created(try Self.decode(event))
        case "proposed": .proposed(try Self.decode(event))
        case "measured": .measured(try Self.decode(event))
        case "failed": .failed(try Self.decode(event))
        case "begun": .begun(try Self.decode(event))
        case "abandoned": .abandoned(try Self.decode(event))
        case "refit": .refit(try Self.decode(event))
        case "stopped": .stopped(try Self.decode(event))
        case let kind where LaboratoryEvent.Kind(rawValue: kind) != nil:
          .laboratory(try Self.decode(event))
        default:
          throw CampaignError.unreadableEvent(
            event.sequence, reason: "its kind is \"\(event.kind)\"")
        }
    } catch let error as CampaignError {
      throw error
    } catch {
      throw .unreadableEvent(event.sequence, reason: "\(error)")
    }
  }

  private static func draft(
    _ kind: String, _ key: String?, _ payload: some Encodable
  ) throws -> EventDraft {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let bytes = try encoder.encode(payload)
    return EventDraft(kind: kind, key: key, payload: String(decoding: bytes, as: UTF8.self))
  }

  private static func decode<Payload: Decodable>(_ event: LoggedEvent) throws -> Payload {
    try JSONDecoder().decode(Payload.self, from: Data(event.payload.utf8))
  }
}
