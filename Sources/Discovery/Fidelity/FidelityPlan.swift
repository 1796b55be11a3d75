/// The methods by which the candidates of one campaign are measured: cheap ones, and one that counts.
public struct FidelityPlan: Codable, Hashable, Sendable {
  public struct Level: Codable, Hashable, Sendable {
    public let name: String

    /// Of one experiment, in the unit that all share.
    public let cost: Double

    /// Candidates measured by it before the first model.
    public let initial: Int

    public init(_ name: String, cost: Double, initial: Int) {
      self.name = name
      self.cost = cost
      self.initial = initial
    }
  }

  /// The method that counts comes last; those below it in the order in which each is thought to be
  /// nearer to it.
  public let levels: [Level]

  /// What all experiments together may cost.
  public let costLimit: Double

  /// - Parameter levels: One or more, the one that counts last.
  public init(_ levels: [Level], costLimit: Double) {
    precondition(!levels.isEmpty, "a campaign measures by some method")
    self.levels = levels
    self.costLimit = costLimit
  }

  public var target: Level { levels[levels.count - 1] }

  /// The methods that tell of the one that counts.
  public var below: ArraySlice<Level> { levels.dropLast() }

  /// - Parameter name: `nil` for the method that counts.
  public subscript(name: String?) -> Level? {
    guard let name else { return target }
    return levels.first { $0.name == name }
  }

  /// What the initial design costs.
  var initialCost: Double { levels.reduce(0) { $0 + $1.cost * Double($1.initial) } }

  /// - Throws: ``CampaignError/plan(_:)``.
  func check() throws(CampaignError) {
    guard Set(levels.map(\.name)).count == levels.count else {
      throw .plan("two fidelities have the same name")
    }
    for level in levels {
      guard level.cost > 0, level.cost.isFinite else {
        throw .plan(
          "an experiment by \(level.name) costs \(level.cost); write a number above 0, so that nothing is "
            + "free")
      }
      guard level.initial >= 1 else {
        throw .plan("initial is \(level.initial) for \(level.name); it must be at least 1")
      }
    }
    guard costLimit.isFinite, initialCost <= costLimit else {
      throw .plan(
        "the initial design alone costs \(initialCost), more than the budget of \(costLimit)")
    }
  }
}

extension CampaignPlan {
  /// Measurements of the initial design, by all methods.
  var initialMeasurements: Int {
    fidelities?.levels.reduce(0) { $0 + $1.initial } ?? initial
  }

  /// Refuses what is not defined for several methods, in a sentence.
  func checkFidelities() throws(CampaignError) {
    guard let fidelities else { return }
    try fidelities.check()
    let isOne = objectives.count == 1
    let gains = AcquisitionKind.allCases.filter { kind in
      if kind == .random { return true }
      return isOne ? kind.isGain && !kind.isForSeveralObjectives : kind == .hypervolume
    }
    guard gains.contains(acquisition.kind) else {
      throw .plan(
        "\(acquisition.kind.rawValue) is no gain that the cost of a method can divide; with fidelities and "
          + "\(isOne ? "one objective" : "several objectives") choose one of "
          + gains.map(\.rawValue).joined(separator: ", "))
    }
    guard acquisition.cost == nil else {
      throw .plan("each fidelity has its own cost; leave out acquisition.cost")
    }
    guard acquisition.batch == nil || acquisition.batch == .believer else {
      throw .plan("with fidelities a batch is chosen one by one; leave out acquisition.batch")
    }
  }
}
