public import Discovery
public import Learning

/// What a campaign found, as a page.
public struct CampaignReport: Sendable {
  /// The campaign that the page is about.
  public var campaign: Campaign

  /// Runs of this and other strategies with several seeds, to tell a result from luck; the main
  /// strategy first. Empty: the campaign alone is drawn.
  public var study: [StrategyRuns] = []

  /// The model of the objective trained on all measurements and judged on held-out ones; `nil`
  /// where there were too few.
  public var model: TrainingOutcome?

  /// What the model expects of each element.
  public var effects: [ElementEffect] = []

  /// What the rest of the space is worth; `nil` where nothing judges it.
  public var worth: SpaceWorth?

  /// What the objective and its unit are called.
  public var objective: Quantity

  /// For the reader: what was asked, in one sentence.
  public var question = ""
  public var recipe: String?
  public var provenance: [Report.Fact] = []

  public init(_ campaign: Campaign, objective: Quantity) {
    self.campaign = campaign
    self.objective = objective
  }

  /// Campaigns of one strategy, one for each seed.
  public struct StrategyRuns: Sendable {
    public let name: String
    public let isRandom: Bool
    public let campaigns: [Campaign]

    public init(_ name: String, isRandom: Bool, campaigns: [Campaign]) {
      self.name = name
      self.isRandom = isRandom
      self.campaigns = campaigns
    }
  }

  public var page: Report {
    var report = Report(title: campaign.plan.name, subtitle: question, summary: summary)
    report.cards = cards
    report.sections =
      [bestSoFar, bestTable] + fidelities + front + modelSections + calibrationOverTime + map + axes
      + effectSections + worthSection + drift + failures
    report.recipe = recipe
    report.provenance = provenance
    return report
  }

  var maximizes: Bool { campaign.plan.objective.direction == .maximize }
}
