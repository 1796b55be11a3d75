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
    try self.init(event, JSONDecoder())
  }

  /// Reads a whole ledger, parts of it side by side.
  ///
  /// - Returns: Its first event, and the others in order.
  /// - Throws: ``CampaignError/emptyLedger``, ``CampaignError/unreadableEvent(_:reason:)``,
  ///   ``CampaignError/impossibleEvent(_:)``.
  static func ledger(
    _ logged: [LoggedEvent]
  ) throws(CampaignError) -> (creation: CampaignCreation, events: [CampaignEvent]) {
    guard let first = logged.first else { throw .emptyLedger }
    guard case .created(let creation) = try CampaignEvent(first) else {
      throw .impossibleEvent("its first event is \"\(first.kind)\", not \"created\"")
    }
    return (creation, try read(logged, from: 1))
  }

  private static func read(
    _ logged: [LoggedEvent], from first: Int
  ) throws(CampaignError) -> [CampaignEvent] {
    let length = 1024
    let starts = Array(stride(from: first, to: logged.count, by: length))
    do {
      let threads = ProcessInfo.processInfo.activeProcessorCount
      return try parallelMap(starts, threads: threads) { start in
        let decoder = JSONDecoder()
        return try logged[start..<min(start + length, logged.count)].map {
          try CampaignEvent($0, decoder)
        }
      }.flatMap { $0 }
    } catch let error as CampaignError {
      throw error
    } catch {
      throw .unreadableEvent(first + 1, reason: "\(error)")
    }
  }

  private init(_ event: LoggedEvent, _ decoder: JSONDecoder) throws(CampaignError) {
    do {
      self =
        switch event.kind {
        case "created": .created(try Self.decode(event, decoder))
        case "proposed": .proposed(try Self.decode(event, decoder))
        case "measured": .measured(try Self.decode(event, decoder))
        case "failed": .failed(try Self.decode(event, decoder))
        case "begun": .begun(try Self.decode(event, decoder))
        case "abandoned": .abandoned(try Self.decode(event, decoder))
        case "refit": .refit(try Self.decode(event, decoder))
        case "stopped": .stopped(try Self.decode(event, decoder))
        case let kind where LaboratoryEvent.Kind(rawValue: kind) != nil:
          .laboratory(try Self.decode(event, decoder))
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

  private static func decode<Payload: Decodable>(
    _ event: LoggedEvent, _ decoder: JSONDecoder
  ) throws -> Payload {
    try decoder.decode(Payload.self, from: Data(event.payload.utf8))
  }
}
