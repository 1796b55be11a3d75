/// That an action outside, such as that of a robot, is about to measure a proposal.
///
/// It is in the ledger before anything moves, so that it is taken up and not done again after a restart.
public struct BegunAction: Codable, Hashable, Sendable {
  /// Of the proposal.
  public let number: Int

  /// By which it can be asked for.
  public let action: String

  public init(number: Int, action: String) {
    self.number = number
    self.action = action
  }
}

/// That somebody gives up an action of which nothing can be learned any more: its proposal is measured anew.
public struct AbandonedAction: Codable, Hashable, Sendable {
  /// Of the proposal.
  public let number: Int
  public let action: String

  /// A person, or the worker whose instrument has lost it.
  public let actor: String
  public let reason: String

  public init(number: Int, action: String, actor: String, reason: String) {
    self.number = number
    self.action = action
    self.actor = actor
    self.reason = reason
  }
}
