public import Matter

/// How experiments are handed out, what they need and who has to agree.
public struct LaboratoryRules: Codable, Hashable, Sendable {
  /// Without a sign of life for so long, an experiment is offered to the next worker.
  public var leaseSeconds = 900.0

  /// Attempts at one experiment before it counts as failed or lost.
  public var attempts = 3

  /// Whether a person says yes to each experiment before it can be claimed.
  public var needsApproval = false

  /// How many experiments are kept open; `nil`: rounds of the plan's batch, the next one once all
  /// of a round have ended. Rounds do not depend on who is faster, an open queue does.
  public var ahead: Int?

  /// Measurements of each suggested candidate.
  public var replicates = 1
  public var control: ControlSample?
  public var resources: [LaboratoryResource] = []
  public var stock: [LaboratoryStock] = []
  public var setup: SetupRule?

  /// What the campaign may spend beside the plan's number of measurements; `nil` for no limit.
  public var costLimit: Double?
  public var hoursLimit: Double?

  public init() {}

  /// - Throws: ``CampaignError/plan(_:)``.
  public func check() throws(CampaignError) {
    guard leaseSeconds > 0, leaseSeconds <= 1e7 else {
      throw .plan("laboratory.lease is \(leaseSeconds) s; it must be above 0 and at most 1e7")
    }
    let whole = [("attempts", attempts), ("replicates", replicates), ("ahead", ahead ?? 1)]
    for (name, value) in whole + [("control.every", control?.every ?? 1)] where value < 1 {
      throw .plan("laboratory.\(name) is \(value); it must be at least 1")
    }
    for (name, limit) in [("cost", costLimit), ("hours", hoursLimit)] {
      if let limit, !(limit > 0 && limit.isFinite) {
        throw .plan("laboratory.budget.\(name) is \(limit); it must be above 0")
      }
    }
    try checkNames(resources.map(\.name), of: "resources")
    try checkNames(stock.map(\.name), of: "stock")
    for resource in resources where resource.count < 1 {
      throw .plan("the resource \(resource.name) has a count of \(resource.count), below 1")
    }
    for item in stock {
      guard item.amount >= 0, item.amount.isFinite, item.perSample > 0, item.perSample.isFinite
      else { throw .plan("the stock of \(item.name) needs an amount and what a sample takes") }
    }
    if let setup, !(setup.cost >= 0 && setup.cost.isFinite) {
      throw .plan("laboratory.setup.cost is \(setup.cost); it must be 0 or more")
    }
  }

  private func checkNames(_ names: [String], of list: String) throws(CampaignError) {
    guard Set(names).count == names.count, !names.contains("") else {
      throw .plan("laboratory.\(list) needs names that differ")
    }
  }
}

/// A sample of known properties that is measured now and then.
public struct ControlSample: Codable, Hashable, Sendable {
  /// Amounts by symbol.
  public let composition: [String: Double]
  public let variables: [Double]

  /// One control after so many suggestions.
  public let every: Int

  public init(_ candidate: Candidate, every: Int) {
    let composition = candidate.composition
    self.composition = Dictionary(
      uniqueKeysWithValues: zip(composition.elements.map(\.symbol), composition.amounts))
    variables = candidate.variables
    self.every = every
  }

  /// `nil` where an element is unknown or an amount impossible.
  public var candidate: Candidate? {
    var amounts: [Element: Double] = [:]
    for (symbol, amount) in composition {
      guard let element = Element(symbol: symbol) else { return nil }
      amounts[element] = amount
    }
    if amounts.isEmpty { return Candidate(.empty, variables: variables) }
    return (try? Composition(amounts)).map { Candidate($0, variables: variables) }
  }
}

/// What an experiment occupies while it is under way, such as a furnace.
public struct LaboratoryResource: Codable, Hashable, Sendable {
  public let name: String

  /// How many there are.
  public let count: Int

  /// Which experiments need it; `nil` for all.
  public let condition: NeedCondition?

  public init(_ name: String, count: Int, condition: NeedCondition? = nil) {
    self.name = name
    self.count = count
    self.condition = condition
  }
}

/// Which candidates need a resource.
public enum NeedCondition: Codable, Hashable, Sendable {
  /// Those that contain the element.
  case element(Element)

  /// Those with a variable of the plan at or above a value.
  case variable(String, atLeast: Double)

  func holds(for candidate: Candidate, variableNames: [String]) -> Bool {
    switch self {
    case .element(let element): candidate.composition.elements.contains(element)
    case .variable(let name, let bound):
      candidate.variable(name, in: variableNames).map { $0 >= bound } ?? false
    }
  }
}

/// What an experiment uses up.
public struct LaboratoryStock: Codable, Hashable, Sendable {
  public let name: String

  /// There at the start, in ``unit``.
  public let amount: Double
  public let unit: String

  /// What a sample takes; with an element: of a sample that is nothing but the element.
  public let perSample: Double

  /// The element it brings: a sample then takes its atomic fraction of ``perSample``.
  public let element: Element?

  public init(
    _ name: String, amount: Double, unit: String, perSample: Double, element: Element? = nil
  ) {
    self.name = name
    self.amount = amount
    self.unit = unit
    self.perSample = perSample
    self.element = element
  }

  func use(of candidate: Candidate) -> Double {
    perSample * (element.map { candidate.composition.fraction(of: $0) } ?? 1)
  }
}

/// A variable that is expensive to change: experiments with its present value go first.
public struct SetupRule: Codable, Hashable, Sendable {
  public let variable: String

  /// Of each change, in the unit of the costs.
  public let cost: Double

  public init(variable: String, cost: Double) {
    self.variable = variable
    self.cost = cost
  }
}

extension Candidate {
  /// `nil` where the plan has no such variable.
  func variable(_ name: String, in names: [String]) -> Double? {
    guard let place = names.firstIndex(of: name), variables.indices.contains(place) else {
      return nil
    }
    return variables[place]
  }
}
