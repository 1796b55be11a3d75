import Ecosystem
import Matter

@testable import Discovery

/// Keeps what everybody in a simulated laboratory was told, and says what does not fit together.
struct LaboratoryWatch {
  private(set) var memories: [LaboratoryHistory.Memory] = []
  private(set) var proposals = 0
  private(set) var isEnded = false
  private(set) var isPaused = false
  private let lease: Double

  /// Seconds that a lease may last longer.
  private let slack: Double

  /// When a lease began anew, for sure and at the latest, by experiment.
  private var signs: [Int: (sure: Double, latest: Double)] = [:]

  /// What was sent, by token.
  private var reports: [Int: [[String: MeasuredValue]]] = [:]

  /// Corrections that were asked for, by key.
  private var corrections: [String: (number: Int, values: [String: MeasuredValue])] = [:]
  private var doneKeys: [String] = []

  /// The first 16 digits of each hash are enough to tell events apart, and months of them stay small.
  private var hashes: [UInt64] = []
  private var faults: [String] = []

  /// Whether it keeps what was said, to compare it with the ledger at the end.
  private let remembers: Bool

  init(lease: Double, slack: Double, remembers: Bool) {
    self.lease = lease
    self.slack = slack
    self.remembers = remembers
  }

  /// Events seen so far.
  var eventCount: Int { hashes.count }

  mutating func sent(_ report: Laboratory.Report, of claim: Laboratory.Claim) {
    if remembers, !report.values.isEmpty { reports[claim.token, default: []].append(report.values) }
  }

  /// The service has answered; whether the answer arrives is another matter.
  mutating func answered(
    _ answer: RobotAnswer, to request: RobotRequest, _ worker: String, at now: Double
  ) {
    switch (request, answer) {
    case (_, .claimed(let claims)):
      for claim in claims where remembers {
        memories.append(.claimed(number: claim.number, token: claim.token, worker: worker))
      }
    case (.heartbeat(let claim), .alive): signs[claim.number] = (now, now)
    case (.heartbeat(let claim), .later), (.report(let claim, _), .later):
      signs[claim.number]?.latest = now
    case (.report(let claim, let report), .reported(.measured)) where remembers:
      memories.append(
        .measured(number: claim.number, token: claim.token, values: report.values))
    case (.report(let claim, _), .reported(.late)) where remembers:
      memories.append(.late(number: claim.number, token: claim.token))
    default: break
    }
  }

  mutating func ordered(_ order: Laboratory.Order, _ key: String) {
    if case .correct(let number, let values) = order { corrections[key] = (number, values) }
  }

  mutating func acknowledged(_ order: Laboratory.Order, _ key: String) {
    switch order {
    case .correct, .withdraw: doneKeys.append(key)
    default: break
    }
  }

  /// All leases begin anew.
  mutating func restarted(at now: Double) {
    for number in signs.keys { signs[number] = (now, now) }
  }

  /// Reads the events that are new, at the time at which they were stored.
  mutating func read(from store: LaboratoryStore, at now: Double) throws {
    while true {
      let events = try store.events(after: hashes.count, limit: 500)
      for event in events {
        hashes.append(Self.short(event.hash))
        take(try CampaignEvent(event), at: now)
      }
      if events.count < 500 { return }
    }
  }

  private mutating func take(_ event: CampaignEvent, at now: Double) {
    switch event {
    case .proposed: proposals += 1
    case .stopped: isEnded = true
    case .measured(let result): signs[result.number] = nil
    case .failed(let result): signs[result.number] = nil
    case .laboratory(let event):
      switch event.kind {
      case .claimed: signs[event.number] = (now, now)
      case .lost:
        if let sign = signs.removeValue(forKey: event.number), now - sign.sure < lease - 1e-6 {
          faults.append(
            "experiment \(event.number) was taken away \(now - sign.sure) s after a sign of life")
        }
      case .paused: isPaused = true
      case .resumed: isPaused = false
      case .released, .attemptFailed, .cancelled: signs[event.number] = nil
      default: break
      }
    default: break
    }
  }

  /// Called after each look at the leases: none may be there that has ended.
  mutating func checkLeases(at now: Double) {
    for (number, sign) in signs.sorted(by: { $0.key < $1.key })
    where now - sign.latest > lease + slack {
      faults.append("experiment \(number) is held \(now - sign.latest) s after a sign of life")
      signs[number] = nil
    }
  }

  private static func short(_ hash: String) -> UInt64 { UInt64(hash.prefix(16), radix: 16) ?? 0 }

  /// What was seen before a restart must be there after it.
  mutating func compare(with events: [LoggedEvent]) {
    let same = zip(events, hashes).prefix { Self.short($0.hash) == $1 }.count
    if same < hashes.count {
      faults.append("after a restart event \(same + 1) of \(hashes.count) is missing or another")
    }
  }

  /// All faults of a run, in sentences.
  func conclude(_ events: [LoggedEvent]) -> [String] {
    var faults = faults
    var values: [Int: [String: MeasuredValue]] = [:]
    var tokens: [Int: [Int: Int]] = [:]
    for event in events {
      switch try? CampaignEvent(event) {
      case .laboratory(let event)? where event.kind == .claimed:
        tokens[event.number, default: [:]][event.attempt ?? 0] = event.token
      case .laboratory(let event)? where event.kind == .corrected:
        guard let asked = event.requestKey.flatMap({ corrections[$0] }),
          asked.number == event.number, asked.values == event.values
        else {
          faults.append("a correction of experiment \(event.number) that nobody asked for")
          continue
        }
        values[event.number] = asked.values
      case .measured(let result)?:
        let token = result.report.flatMap { tokens[result.number]?[$0.attempt] } ?? 0
        if remembers, reports[token]?.contains(result.values) != true {
          faults.append("a result of experiment \(result.number) that nobody has sent")
        }
      default: break
      }
    }
    let keys = Set(events.compactMap(\.key))
    for key in doneKeys where !keys.contains("request/\(key)") {
      faults.append("an order was acknowledged and is lost")
    }
    return faults + LaboratoryHistory(events, memories: revised(values)).faults
  }

  /// What robots remember, as people have corrected it since.
  private func revised(
    _ corrected: [Int: [String: MeasuredValue]]
  ) -> [LaboratoryHistory.Memory] {
    memories.map { memory in
      guard case .measured(let number, let token, _) = memory, let values = corrected[number]
      else { return memory }
      return .measured(number: number, token: token, values: values)
    }
  }
}
