import Ecosystem
import Synchronization

/// A campaign while its proposals are measured side by side: takes in what is begun, by any of the threads.
final class ActionBook: Sendable {
  private let log: any EventLog
  private let state: Mutex<Campaign>

  init(_ campaign: Campaign, _ log: any EventLog) {
    self.log = log
    state = Mutex(campaign)
  }

  var campaign: Campaign { state.withLock { $0 } }

  /// Notes that stand in the ledger before anything moves.
  func notes(of number: Int) -> ActionNotes {
    ActionNotes(earlier: campaign.begun[number]) { [self] action in
      try state.withLock { campaign in
        try campaign.take(
          [.begun(BegunAction(number: number, action: action))], storingIn: log)
      }
    }
  }
}

extension Campaign {
  /// Stores events, then takes them in.
  mutating func take(_ events: [CampaignEvent], storingIn log: any EventLog) throws {
    var next = self
    for event in events { try next.apply(event) }
    try log.append(events.map { try $0.draft() }, after: eventCount)
    self = next
  }
}
