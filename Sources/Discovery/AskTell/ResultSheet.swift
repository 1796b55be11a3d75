public import Formats
import Matter

/// A table that goes to the laboratory with empty columns and comes back filled in.
///
/// Columns: `number`, the candidate, with several methods `fidelity`, one for each property, for each its spread (`± property`),
/// `instrument`, `failed` (a reason), and `why`, which is not read.
public struct ResultSheet: Sendable {
  public let campaign: Campaign

  public init(_ campaign: Campaign) {
    self.campaign = campaign
  }

  public var columns: CandidateColumns { campaign.candidateColumns }

  static let number = "number"
  static let fidelity = "fidelity"
  static let failed = "failed"
  static let instrument = "instrument"
  static func spread(of property: String) -> String { "± \(property)" }

  /// The sheet of all proposals that wait for a result, the oldest first.
  public var text: CSVText {
    let properties = campaign.plan.properties
    var text = CSVText(
      header: [Self.number] + columns.names + fidelityColumn + properties
        + properties.map(Self.spread)
        + [Self.instrument, Self.failed, "why"])
    for proposal in campaign.pending {
      text.append(
        ["\(proposal.number)"] + columns.cells(of: proposal.candidate)
          + fidelityColumn.map { _ in campaign.fidelity(of: proposal)?.name ?? "" }
          + Array(repeating: "", count: 2 * properties.count + 2) + [proposal.reason])
    }
    return text
  }

  /// None where there is one method.
  private var fidelityColumn: [String] {
    campaign.plan.fidelities == nil ? [] : [Self.fidelity]
  }

  /// What a sheet that came back says.
  public struct Told: Sendable {
    /// Results that the ledger has not: measured or failed, in the order of the sheet.
    public let events: [CampaignEvent]

    /// Numbers of results that the ledger has already, as they are in the sheet.
    public let known: [Int]

    /// Numbers of proposals in the sheet without anything filled in.
    public let blank: [Int]

    public var measured: [MeasuredResult] {
      events.compactMap { if case .measured(let result) = $0 { result } else { nil } }
    }

    public var failed: [FailedResult] {
      events.compactMap { if case .failed(let result) = $0 { result } else { nil } }
    }
  }
}

extension Campaign {
  /// How candidates of this campaign stand in tables.
  public var candidateColumns: CandidateColumns {
    CandidateColumns(
      hasFormula: proposals.first?.candidate.hasMaterial ?? true,
      variableNames: plan.variableNames ?? [])
  }
}
