/// One proposal on its way through the laboratory.
///
///     awaitingApproval → proposed → claimed → running → measured │ failed │ lost │ cancelled
///
/// An attempt that ends without a result leads back to `proposed` until the attempts are used up; a
/// measured experiment can be withdrawn.
public struct Experiment: Hashable, Sendable {
  public enum Status: String, Codable, Hashable, Sendable, CaseIterable {
    case awaitingApproval = "awaiting-approval"
    case proposed
    case claimed
    case running
    case measured
    case failed
    case lost
    case cancelled
    case withdrawn

    /// Whether a worker has it.
    public var isHeld: Bool { self == .claimed || self == .running }

    /// Whether it can still become a result.
    public var isOpen: Bool { isHeld || self == .proposed || self == .awaitingApproval }
  }

  /// That of its proposal.
  public let number: Int
  public internal(set) var status: Status
  public internal(set) var priority = 0

  /// Whether ``attempts`` and ``transitions`` are left out here and stand in the ledger alone.
  public internal(set) var isClosed = false
  public internal(set) var attempts: [Attempt] = []
  public internal(set) var transitions: [Transition] = []

  /// What happened to it, for people and for the record.
  public struct Transition: Hashable, Sendable {
    /// Of the event in the ledger.
    public let sequence: Int

    /// Microseconds since 1970 by the clock of the service.
    public let time: Int64

    /// The kind of the event.
    public let what: String

    /// `nil` where the campaign itself did it.
    public let actor: String?
    public let reason: String?
  }

  /// What one attempt at an experiment led to.
  public struct Attempt: Hashable, Sendable {
    public let number: Int
    public let worker: String

    /// What the worker shows with every report: higher for every later claim of the campaign.
    public let token: Int

    /// Of the request that claimed it.
    public let requestKey: String

    /// Whether the set-up variable had to be changed for it.
    public let changesSetup: Bool

    /// `nil` while the worker has it.
    public internal(set) var ending: Ending?

    /// The first answer to its report; `nil` as long as there is none.
    public internal(set) var receipt: Receipt?

    /// What came after its lease had ended, not yet used.
    public internal(set) var lateValues: [String: MeasuredValue]?

    public enum Ending: String, Codable, Hashable, Sendable {
      case measured, failed, lost, released, cancelled
    }
  }

  /// The answer to a report, which is given again when the report comes again.
  public struct Receipt: Hashable, Sendable {
    public enum Outcome: String, Codable, Sendable {
      /// The values are the experiment's result.
      case measured

      /// Nothing usable came, or the worker said that it failed.
      case failed

      /// It came after the lease had ended and is kept, but not used.
      case late
    }

    public let outcome: Outcome
    public let digest: String

    /// Of the event in the ledger.
    public let sequence: Int
    public let reason: String?
  }

  /// The attempt that a worker is at.
  public var current: Attempt? { status.isHeld ? attempts.last : nil }

  /// Where the attempt with a token is found.
  func place(ofToken token: Int) -> Int? { attempts.lastIndex { $0.token == token } }
}
