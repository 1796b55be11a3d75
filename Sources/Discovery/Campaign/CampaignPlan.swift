public import Design

/// What a campaign wants and how it decides: with the answers of the oracle, it fixes every event
/// of the ledger.
public struct CampaignPlan: Codable, Hashable, Sendable {
  public var name: String

  /// All random numbers of the campaign derive from it.
  public var seed: UInt64

  public var objective: Objective

  /// What else is wanted at the same time; `nil` for one objective alone.
  public var furtherObjectives: [Objective]?

  /// What a candidate must keep to count as good.
  public var limits: [PropertyLimit] = []

  /// Values that a measured property can have at all; others are failed measurements.
  public var ranges: [PropertyRange] = []

  public var acquisition = StandardAcquisition(.convex)

  /// Candidates measured before the first model.
  public var initial = 10

  /// How they are chosen; ``InitialDesign/random`` if `nil`.
  public var design: InitialDesign?

  /// Measurements in all, failed ones included.
  public var budget = 100

  /// Candidates that are proposed together, before their results are known.
  public var batch = 1

  /// Rounds of proposals from one fit of the model to the next: 1 fits before every round. In
  /// between, models that can take results in without a fit do so.
  public var refitInterval = 1

  /// Whether failed measurements teach where measurements fail; `nil` for no.
  public var learnsFailures: Bool?

  public var stop = StoppingRules()
  public var search = SpaceSearch()

  /// How experiments are handed out to robots and people; `nil` where the oracle answers at once.
  public var laboratory: LaboratoryRules?

  /// The methods that a candidate can be measured by, and what they cost; `nil` where there is one.
  public var fidelities: FidelityPlan?

  /// What the numbers of ``Candidate/variables`` are, in their order; `nil` without variables.
  public var variableNames: [String]?

  public init(name: String, seed: UInt64, objective: Objective) {
    self.name = name
    self.seed = seed
    self.objective = objective
  }

  /// All objectives, the first one first.
  public var objectives: [Objective] { [objective] + (furtherObjectives ?? []) }

  /// Every property that a measurement must bring, each once.
  public var properties: [String] {
    var seen: Set<String> = []
    return (objectives.map(\.expression) + limits.map(\.property)).flatMap(\.properties)
      .filter { seen.insert($0).inserted }
  }

  /// Every expression that a model predicts: the objectives first, then the limits.
  var modeled: [PropertyExpression] {
    var seen: Set<PropertyExpression> = []
    return (objectives.map(\.expression) + limits.map(\.property))
      .filter { seen.insert($0).inserted }
  }

  /// - Throws: ``CampaignError/plan(_:)`` for numbers that make no campaign.
  public func check() throws(CampaignError) {
    let whole = [("initial", initial), ("budget", budget), ("batch", batch)]
    for (name, value) in whole + [("refitInterval", refitInterval)] where value < 1 {
      throw .plan("\(name) is \(value); it must be at least 1")
    }
    guard initial <= budget else {
      throw .plan("initial is \(initial), more than the budget of \(budget) measurements")
    }
    try acquisition.check()
    try checkObjectives()
    try stop.check()
    try laboratory?.check()
    try checkFidelities()
  }
}

/// What is to be made as large or as small as can be, or to meet a value.
public struct Objective: Codable, Hashable, Sendable {
  public enum Direction: String, Codable, Sendable, CaseIterable {
    case maximize
    case minimize
  }

  public let direction: Direction
  public let expression: PropertyExpression

  /// The value that is wanted; the objective is then the distance to it, which is minimized.
  public let goal: Double?

  /// Among several objectives: what a material must be better than to count, in the unit of the
  /// objective; `nil` to take it from the measurements.
  public let reference: Double?

  public init(
    _ direction: Direction, _ expression: PropertyExpression, reference: Double? = nil
  ) {
    self.direction = direction
    self.expression = expression
    self.reference = reference
    goal = nil
  }

  /// The objective to meet a value.
  public init(meeting goal: Double, _ expression: PropertyExpression) {
    direction = .minimize
    self.expression = expression
    self.goal = goal
    reference = nil
  }

  /// What is compared: the value of the expression, or its distance to the goal.
  public func figure(_ value: Double) -> Double { goal.map { abs(value - $0) } ?? value }

  /// Whether larger values of the expression are worse: predictions are then turned around.
  var isNegated: Bool { direction == .minimize && goal == nil }

  /// Whether `a` is a better value than `b`.
  public func isBetter(_ a: Double, than b: Double) -> Bool {
    direction == .maximize ? a > b : a < b
  }

  /// 1 to maximize, −1 to minimize: values times it are always maximized.
  var sign: Double { direction == .maximize ? 1 : -1 }
}

/// The values that a measured property can have, such as a density above zero.
public struct PropertyRange: Codable, Hashable, Sendable {
  public let property: String
  public let atLeast: Double?
  public let atMost: Double?

  /// The unit in which it is measured, `nil` when any is right as long as it stays the same.
  public let unit: String?

  public init(
    property: String, atLeast: Double? = nil, atMost: Double? = nil, unit: String? = nil
  ) {
    self.property = property
    self.atLeast = atLeast
    self.atMost = atMost
    self.unit = unit
  }
}

/// When a campaign ends before its budget is spent.
public struct StoppingRules: Codable, Hashable, Sendable {
  /// Ends when a feasible measurement is at least as good as this; in the unit of the objective.
  public var target: Double?

  /// Ends when so many suggestions in a row (initial ones not counted) brought nothing better.
  public var patience: Int?

  /// Ends when the best acquisition value falls below this.
  public var acquisitionBelow: Double?

  public init(target: Double? = nil, patience: Int? = nil, acquisitionBelow: Double? = nil) {
    self.target = target
    self.patience = patience
    self.acquisitionBelow = acquisitionBelow
  }

  func check() throws(CampaignError) {
    if let patience, patience < 1 {
      throw .plan("patience is \(patience); it must be at least 1")
    }
    for (name, value) in [("target", target), ("acquisitionBelow", acquisitionBelow)] {
      if let value, !value.isFinite { throw .plan("\(name) is \(value); it must be finite") }
    }
  }
}
