import Discovery
import Ecosystem
import Foundation

/// Where a campaign stands: what `inspect` says of its ledger, and what waits for whom.
struct CampaignStatusCard: Encodable {
  private let card: FileCard
  private let standing: CampaignStanding
  private let campaign: Campaign

  /// Of the last event, UTC.
  private let lastEvent: String

  init(_ path: String) throws {
    let reading = try LedgerReading(file: path)
    card = FileCard(ledger: path, reading)
    standing = CampaignStanding(reading.laboratory, at: SystemTime().now())
    campaign = reading.laboratory.campaign
    lastEvent = LedgerTime.text(reading.last.time)
  }

  private enum Key: String, CodingKey {
    case lastEvent, waiting
  }

  func encode(to encoder: any Encoder) throws {
    try card.ledger?.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(lastEvent, forKey: .lastEvent)
    try container.encode(StandingAnswer(standing), forKey: .waiting)
  }

  func print() {
    card.print()
    Swift.print("  Last event: \(lastEvent)")
    // The card has said why it has ended.
    let lines = StandingText(standing: standing, campaign: campaign).lines
    for line in standing.state == .ended ? lines.dropLast() : lines[...] {
      Swift.print("  \(line)")
    }
  }
}
