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
      self =
        switch event.kind {
        case "created": .created(try Self.decode(event))
        case "proposed": .proposed(try Self.decode(event))
        case "measured": .measured(try Self.decode(event))
        case "failed": .failed(try Self.decode(event))
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
