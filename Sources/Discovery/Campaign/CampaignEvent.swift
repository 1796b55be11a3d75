import DenseMath
public import Matter

/// What can happen in a campaign. The ledger holds these and nothing else.
public enum CampaignEvent: Hashable, Sendable {
  case created(CampaignCreation)
  case proposed(Proposal)
  case measured(MeasuredResult)
  case failed(FailedResult)

  /// Something outside is about to measure a proposal, and can be asked about it by a name.
  case begun(BegunAction)

  /// What was begun is not asked for any more.
  case abandoned(AbandonedAction)
  case refit(RefitSummary)
  case stopped(StopRecord)

  /// What happens to an experiment between its proposal and its result.
  case laboratory(LaboratoryEvent)
}

/// The first event: everything that the later ones follow from.
public struct CampaignCreation: Codable, Hashable, Sendable {
  /// Of the events of a campaign; a ledger with a higher one is refused.
  public let format: Int
  public let plan: CampaignPlan

  /// What else decides: the space, the surrogate, the oracle, hashes of data, each in words.
  public let provenance: [String: String]

  /// The program that made the ledger.
  public let codeVersion: String

  /// 1: proposals and results alone. 2: with the events of a laboratory. 3: with several fidelities.
  public static let currentFormat = 3

  /// The lowest format that holds the plan: older programs read it too.
  public init(plan: CampaignPlan, provenance: [String: String], codeVersion: String) {
    format = plan.fidelities != nil ? 3 : plan.laboratory != nil ? 2 : 1
    self.plan = plan
    self.provenance = provenance
    self.codeVersion = codeVersion
  }
}

/// A candidate that is to be measured, and why.
public struct Proposal: Hashable, Sendable {
  /// 1 for the first proposal of a campaign, then 2, 3, …
  public let number: Int
  public let candidate: Candidate

  /// What the model says before the measurement, by expression; empty without a model.
  public let predictions: [String: PredictedValue]

  /// The value by which it was chosen, `nil` for a random choice.
  public let acquisition: Double?

  /// Probability that all limits are kept, `nil` without a model or without limits.
  public let feasibility: Double?

  /// For people, one sentence.
  public let reason: String

  /// Why it is measured where it is no suggestion; `nil` for a suggestion.
  public let role: Role?

  /// By which method it is measured, of a campaign over several; `nil` for the one that counts.
  public let fidelity: String?

  /// What is measured beside the suggestions.
  public enum Role: Codable, Hashable, Sendable {
    /// The candidate of an earlier proposal once more: it counts in the mean of both.
    case replicate(of: Int)

    /// A known sample that shows whether the instruments stay the same; never in a model.
    case control

    /// Measured before the campaign, and taken in: not counted by the budget.
    case prior
  }

  public init(
    number: Int, candidate: Candidate, predictions: [String: PredictedValue] = [:],
    acquisition: Double? = nil, feasibility: Double? = nil, reason: String, role: Role? = nil,
    fidelity: String? = nil
  ) {
    self.role = role
    self.fidelity = fidelity
    self.number = number
    self.candidate = candidate
    self.predictions = predictions
    self.acquisition = acquisition
    self.feasibility = feasibility
    self.reason = reason
  }

  /// The same under another number.
  func numbered(_ number: Int) -> Proposal {
    Proposal(
      number: number, candidate: candidate, predictions: predictions, acquisition: acquisition,
      feasibility: feasibility, reason: reason, role: role, fidelity: fidelity)
  }
}

/// A prediction as the ledger keeps it, in the unit of the property.
public struct PredictedValue: Codable, Hashable, Sendable {
  public let mean: Double

  /// Standard deviation of a new measurement.
  public let deviation: Double

  /// The part of it that more data would remove.
  public let epistemicDeviation: Double

  public init(mean: Double, deviation: Double, epistemicDeviation: Double) {
    self.mean = mean
    self.deviation = deviation
    self.epistemicDeviation = epistemicDeviation
  }
}

public struct MeasuredResult: Codable, Hashable, Sendable {
  /// The number of the proposal.
  public let number: Int
  public let values: [String: MeasuredValue]

  /// Which of several instruments measured it; `nil` where nothing is said.
  public let instrument: String?

  /// Which attempt of a laboratory brought it; `nil` where an oracle answered.
  public let report: AttemptReport?

  public init(
    number: Int, values: [String: MeasuredValue], instrument: String? = nil,
    report: AttemptReport? = nil
  ) {
    self.number = number
    self.values = values
    self.instrument = instrument
    self.report = report
  }
}

/// A measurement that brought nothing usable. It never reaches the model.
public struct FailedResult: Codable, Hashable, Sendable {
  public let number: Int
  public let reason: String

  /// What came back, as text, where something did.
  public let raw: [String: String]

  /// That no attempt of a laboratory came back; `nil` otherwise.
  public let isLost: Bool?

  /// Which attempt of a laboratory brought it; `nil` where an oracle answered.
  public let report: AttemptReport?

  public init(
    number: Int, reason: String, raw: [String: String] = [:], isLost: Bool? = nil,
    report: AttemptReport? = nil
  ) {
    self.number = number
    self.reason = reason
    self.raw = raw
    self.isLost = isLost
    self.report = report
  }
}

/// That the model was trained anew, and on what.
public struct RefitSummary: Codable, Hashable, Sendable {
  /// How many proposals there were: their results are what the model has seen.
  public let proposals: Int
  public let models: [ModelSummary]

  /// How many corrections and withdrawals of results it has seen; `nil` for none.
  public let revision: Int?

  public struct ModelSummary: Codable, Hashable, Sendable {
    public let property: String

    /// The method, of a campaign over several.
    public let fidelity: String?

    /// Measurements trained on.
    public let count: Int

    /// Of the training values, in the unit of the property.
    public let mean: Double
    public let deviation: Double

    init(property: String, fidelity: String?, count: Int, mean: Double, deviation: Double) {
      self.property = property
      self.fidelity = fidelity
      self.count = count
      self.mean = mean
      self.deviation = deviation
    }

    init(_ property: String, fidelity: String?, targets: [Double]) {
      self.init(
        property: property, fidelity: fidelity, count: targets.count,
        mean: Statistics.mean(targets), deviation: Statistics.standardDeviation(targets))
    }
  }
}

public struct StopRecord: Codable, Hashable, Sendable {
  public enum Rule: String, Codable, Sendable {
    case budget
    case target
    case patience
    case acquisition
    case exhausted
  }

  public let rule: Rule

  /// For people, one sentence.
  public let reason: String
}
