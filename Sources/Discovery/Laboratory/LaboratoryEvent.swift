/// What happens in a laboratory between a proposal and its result, as the ledger keeps it.
///
/// Made by the functions below, which fill what each kind needs.
public struct LaboratoryEvent: Codable, Hashable, Sendable {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// A worker took an experiment.
    case claimed

    /// It is under way.
    case started

    /// The worker gave it back untouched.
    case released

    /// The attempt brought nothing.
    case attemptFailed = "attempt-failed"

    /// No sign of life until the lease ended.
    case lost

    /// A result that came after the lease had ended.
    case late
    case cancelled
    case corrected
    case withdrawn
    case approved
    case prioritized
    case paused
    case resumed

    /// The stock of something was changed.
    case stocked
  }

  public private(set) var kind: Kind

  /// Of the experiment; 0 for the whole laboratory.
  public private(set) var number: Int

  /// Who did it: a worker, a person, or `athanor`.
  public private(set) var actor: String
  public private(set) var reason: String?

  /// Of the request, so that sending it twice does it once.
  public private(set) var requestKey: String?

  /// 1 for the first attempt at an experiment.
  public private(set) var attempt: Int?

  /// What the worker shows with every report: higher for every later claim.
  public private(set) var token: Int?
  public private(set) var values: [String: MeasuredValue]?

  /// What came back, as text, where it was not usable.
  public private(set) var raw: [String: String]?
  public private(set) var report: AttemptReport?
  /// Whether a late result is used as soon as the present attempt brings nothing.
  public private(set) var waits: Bool?
  public private(set) var priority: Int?
  public private(set) var item: String?
  public private(set) var amount: Double?

  /// Of a pause: whether it is an emergency stop. Absent otherwise; programs that do not know it pause.
  public private(set) var isEmergency: Bool?

  private init(_ kind: Kind, _ number: Int, _ actor: String, _ reason: String? = nil) {
    self.kind = kind
    self.number = number
    self.actor = actor
    self.reason = reason
  }

  /// The same as the ledger holds it.
  init(_ scanner: inout PayloadScanner) throws(PayloadScanner.Unusual) {
    var (kind, number, actor): (Kind?, Int?, String?)
    var rest = LaboratoryEvent(.started, 0, "")
    try scanner.members { (scanner, key) throws(PayloadScanner.Unusual) in
      switch key {
      case "kind":
        try PayloadScanner.set(&kind, PayloadScanner.needed(Kind(rawValue: scanner.text())))
      case "number": try PayloadScanner.set(&number, scanner.integer())
      case "actor": try PayloadScanner.set(&actor, scanner.text())
      case "reason": try PayloadScanner.set(&rest.reason, scanner.text())
      case "requestKey": try PayloadScanner.set(&rest.requestKey, scanner.text())
      case "attempt": try PayloadScanner.set(&rest.attempt, scanner.integer())
      case "token": try PayloadScanner.set(&rest.token, scanner.integer())
      case "values": try PayloadScanner.set(&rest.values, scanner.values())
      case "raw": try PayloadScanner.set(&rest.raw, scanner.texts())
      case "report": try PayloadScanner.set(&rest.report, scanner.report())
      case "waits": try PayloadScanner.set(&rest.waits, scanner.flag())
      case "priority": try PayloadScanner.set(&rest.priority, scanner.integer())
      case "item": try PayloadScanner.set(&rest.item, scanner.text())
      case "amount": try PayloadScanner.set(&rest.amount, scanner.double())
      default: throw PayloadScanner.Unusual()
      }
    }
    self = rest
    self.kind = try PayloadScanner.needed(kind)
    self.number = try PayloadScanner.needed(number)
    self.actor = try PayloadScanner.needed(actor)
  }

  /// The name that at most one event of a ledger bears.
  var key: String? {
    let place = "\(number)/\(attempt ?? 0)"
    return switch kind {
    case .claimed: "claim/\(place)"
    case .started: "start/\(place)"
    case .released, .attemptFailed, .lost: "end/\(place)"
    case .late: "late/\(place)"
    case .cancelled: "result/\(number)"
    case .approved: "approved/\(number)"
    case .corrected, .withdrawn, .prioritized, .paused, .resumed, .stocked:
      requestKey.map { "request/\($0)" }
    }
  }

  static func claimed(
    _ number: Int, attempt: Int, token: Int, by worker: String, requestKey: String
  ) -> LaboratoryEvent {
    var event = LaboratoryEvent(.claimed, number, worker)
    event.attempt = attempt
    event.token = token
    event.requestKey = requestKey
    return event
  }

  static func started(_ number: Int, attempt: Int, by worker: String) -> LaboratoryEvent {
    var event = LaboratoryEvent(.started, number, worker)
    event.attempt = attempt
    return event
  }

  /// - Parameter kind: ``Kind/released``, ``Kind/attemptFailed`` or ``Kind/lost``.
  static func ended(
    _ kind: Kind, _ number: Int, attempt: Int, by actor: String, reason: String,
    raw: [String: String]? = nil, report: AttemptReport? = nil
  ) -> LaboratoryEvent {
    var event = LaboratoryEvent(kind, number, actor, reason)
    event.attempt = attempt
    event.raw = raw
    event.report = report
    return event
  }

  static func late(
    _ number: Int, by worker: String, values: [String: MeasuredValue], report: AttemptReport,
    waits: Bool
  ) -> LaboratoryEvent {
    var event = LaboratoryEvent(.late, number, worker)
    event.attempt = report.attempt
    event.values = values
    event.report = report
    event.waits = waits
    return event
  }

  static func corrected(
    _ number: Int, values: [String: MeasuredValue], by actor: String, reason: String,
    requestKey: String?
  ) -> LaboratoryEvent {
    var event = LaboratoryEvent(.corrected, number, actor, reason)
    event.values = values
    event.requestKey = requestKey
    return event
  }

  /// - Parameter kind: Cancelled, withdrawn, approved, paused or resumed.
  static func order(
    _ kind: Kind, _ number: Int, by actor: String, reason: String?, requestKey: String?
  ) -> LaboratoryEvent {
    var event = LaboratoryEvent(kind, number, actor, reason)
    event.requestKey = requestKey
    return event
  }

  static func emergency(
    by actor: String, reason: String?, requestKey: String?
  ) -> LaboratoryEvent {
    var event = order(.paused, 0, by: actor, reason: reason, requestKey: requestKey)
    event.isEmergency = true
    return event
  }

  static func prioritized(
    _ number: Int, _ priority: Int, by actor: String, reason: String?, requestKey: String?
  ) -> LaboratoryEvent {
    var event = LaboratoryEvent(.prioritized, number, actor, reason)
    event.priority = priority
    event.requestKey = requestKey
    return event
  }

  static func stocked(
    _ item: String, add amount: Double, by actor: String, reason: String?, requestKey: String?
  ) -> LaboratoryEvent {
    var event = LaboratoryEvent(.stocked, 0, actor, reason)
    event.item = item
    event.amount = amount
    event.requestKey = requestKey
    return event
  }
}

/// What a worker says about one attempt beside the values.
public struct AttemptReport: Codable, Hashable, Sendable {
  public let attempt: Int
  public let worker: String

  /// SHA-256 of what was reported: a report that is sent again is known by it.
  public let digest: String

  /// From claim to report by a clock that never jumps, or as the worker says.
  public let seconds: Double?

  /// What it cost, with what the change of the set-up cost.
  public let cost: Double?

  public init(
    attempt: Int, worker: String, digest: String, seconds: Double? = nil, cost: Double? = nil
  ) {
    self.attempt = attempt
    self.worker = worker
    self.digest = digest
    self.seconds = seconds
    self.cost = cost
  }
}

extension CampaignEvent {
  /// Results that were on their way when the campaign ended are kept, and mistakes are put right.
  var isPossibleAfterTheEnd: Bool {
    guard case .laboratory(let event) = self else { return false }
    return [.late, .corrected, .withdrawn, .stocked].contains(event.kind)
  }
}
