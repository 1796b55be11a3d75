/// Where a running campaign stands, for a progress bar.
public struct CampaignProgress: Hashable, Sendable {
  public enum Activity: String, Sendable {
    case fitting
    case choosing
    case measuring
    case finished
  }

  public let activity: Activity

  /// Results so far and results that the budget allows.
  public let done: Int
  public let total: Int

  /// Of what ends the campaign at the latest, measurements or cost: 0 to 1.
  public let fraction: Double

  /// The best feasible objective so far, in its unit.
  public let best: Double?
}
