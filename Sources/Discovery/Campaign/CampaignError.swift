/// Why a campaign cannot be made, read or continued.
public enum CampaignError: Error, Hashable, Sendable {
  case plan(String)
  case emptyLedger
  case newerFormat(Int)
  case unreadableEvent(Int, reason: String)
  case impossibleEvent(String)
  case anotherCampaign(String)
  case awaitsPeople
  case ended(String)
  case nothingBegun(Int, open: [Int])
}

extension CampaignError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .plan(let reason):
      "This campaign cannot start: \(reason)."
    case .emptyLedger:
      "The ledger holds no campaign. Start one with a recipe."
    case .newerFormat(let format):
      """
      The ledger holds a campaign of format \(format), made by a newer version of Athanor. Open it \
      with that version.
      """
    case .unreadableEvent(let sequence, let reason):
      "Event \(sequence) of the ledger cannot be read: \(reason)."
    case .impossibleEvent(let reason):
      "The ledger holds what cannot happen: \(reason)."
    case .anotherCampaign(let difference):
      """
      The ledger belongs to another campaign: \(difference). Name another ledger, or use the \
      recipe that it was made with.
      """
    case .awaitsPeople:
      """
      People measure for this campaign, so it does not run by itself. Ask it with "athanor campaign \
      suggest" and tell it results with "athanor campaign tell", or let people and robots claim its \
      experiments under "athanor serve".
      """
    case .nothingBegun(let number, let open):
      "No action was begun for number \(number), or it has a result."
        + (open.isEmpty
          ? "" : " Begun and open: \(open.map(String.init).joined(separator: ", ")).")
    case .ended(let reason):
      "The campaign has ended and takes no more results: \(reason)"
    }
  }
}
