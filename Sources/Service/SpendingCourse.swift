import Discovery
import Ecosystem
import Synchronization

/// What a campaign has spent after each of its results, read from the ledger as it grows.
final class SpendingCourse: Sendable {
  private struct State {
    var sequence = 0
    var cost: [Double] = []
    var seconds: [Double] = []
  }

  private let state = Mutex(State())

  /// Events that are read at a time.
  private static let page = 1000

  /// Reads what is new; waits for the disk.
  ///
  /// - Throws: ``EventLogError``, ``CampaignError``.
  func follow(_ store: LaboratoryStore) throws -> (cost: [Double], hours: [Double]) {
    try state.withLock { state in
      while true {
        let events = try store.events(after: state.sequence, limit: Self.page)
        for event in events {
          try Self.take(event, into: &state)
          state.sequence = event.sequence
        }
        if events.count < Self.page { break }
      }
      return (state.cost, state.seconds.map { $0 / 3600 })
    }
  }

  private static func take(_ event: LoggedEvent, into state: inout State) throws {
    guard event.kind == "measured" || event.kind == "failed" else { return }
    let report: AttemptReport? =
      switch try CampaignEvent(event) {
      case .measured(let result): result.report
      case .failed(let result): result.report
      default: nil
      }
    state.cost.append((state.cost.last ?? 0) + (report?.cost ?? 0))
    state.seconds.append((state.seconds.last ?? 0) + (report?.seconds ?? 0))
  }
}
