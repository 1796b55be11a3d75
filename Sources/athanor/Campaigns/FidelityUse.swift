import Discovery
import Reporting

/// What one method of a campaign was asked.
struct FidelityUse: Encodable {
  let name: String
  let experiments: Int
  let failed: Int
  let cost: Double

  /// Whether its values are those that count.
  let counts: Bool

  /// `nil` for a campaign with one method.
  static func all(of campaign: Campaign) -> [FidelityUse]? {
    guard let plan = campaign.plan.fidelities else { return nil }
    return campaign.fidelityShares.map { share in
      FidelityUse(
        name: share.level.name, experiments: share.experiments, failed: share.failed,
        cost: share.cost, counts: share.level == plan.target)
    }
  }

  var text: String {
    let failures = failed > 0 ? ", \(failed) failed" : ""
    return "\(name)\(counts ? " (counts)" : ""): \(experiments) experiments\(failures), cost "
      + Report.number(cost)
  }
}
