import Design

/// One campaign of a study of fronts.
public struct FrontRun: Codable, Hashable, Sendable {
  public let seed: UInt64
  public let isRandom: Bool

  /// Hypervolume after 1, 2, … measurements, as a share of the table's.
  public let volume: [Double]

  /// Share of the table's front that was found after 1, 2, … measurements.
  public let front: [Double]

  /// - Parameter points: What was measured, in its order, turned so that more is better.
  init(seed: UInt64, isRandom: Bool, points: [[Double]], pool: FrontPool) {
    self.seed = seed
    self.isRandom = isRandom
    let best = Set(pool.front)
    var (known, found) = ([[Double]](), Set<[Double]>())
    var (volume, front) = ([Double](), [Double]())
    for point in points {
      if best.contains(point) { found.insert(point) }
      front.append(Double(found.count) / Double(best.count))
      let isBeaten = known.contains { zip($0, point).allSatisfy { $0 >= $1 } }
      if !isBeaten {
        known.append(point)
        known = ParetoFront.nonDominated(known).map { known[$0] }
      }
      let before = volume.last ?? 0
      volume.append(
        isBeaten
          ? before : ParetoFront.hypervolume(known, reference: pool.reference) / pool.volume)
    }
    self.volume = volume
    self.front = front
  }
}

/// What a study of fronts found, for reports and for JSON.
public struct FrontResult: Codable, Hashable, Sendable {
  public let name: String
  public let acquisition: String
  public let objectives: [String]

  /// Different candidates in the table.
  public let poolSize: Int

  /// How many of them no other one dominates.
  public let frontSize: Int

  /// In the objectives' units.
  public let reference: [Double]
  public let initial: Int
  public let budget: Int
  public let runs: [FrontRun]
  public let randomRuns: [FrontRun]

  /// After 1, 2, … ``budget`` measurements.
  public let curve: [CurvePoint]

  public struct CurvePoint: Codable, Hashable, Sendable {
    public let measurements: Int

    /// Share of the table's hypervolume, 0...1.
    public let volume: ReplayResult.Spread
    public let randomVolume: ReplayResult.Spread

    /// Share of the table's front, 0...1.
    public let front: ReplayResult.Spread
    public let randomFront: ReplayResult.Spread
  }

  init(plan: CampaignPlan, pool: FrontPool, runs: [FrontRun], randomRuns: [FrontRun]) {
    name = plan.name
    acquisition = plan.acquisition.kind.rawValue
    objectives = plan.objectives.map { "\($0.direction.rawValue) \($0.expression)" }
    poolSize = pool.space.count
    frontSize = Set(pool.front).count
    reference = zip(plan.objectives, pool.reference).map { $0.sign * $1 }
    initial = plan.initial
    budget = plan.budget
    self.runs = runs
    self.randomRuns = randomRuns
    curve = (0..<plan.budget).map { place in
      func spread(_ runs: [FrontRun], _ values: KeyPath<FrontRun, [Double]>) -> ReplayResult.Spread
      {
        ReplayResult.Spread(runs.map { $0[keyPath: values][place] })
      }
      return CurvePoint(
        measurements: place + 1, volume: spread(runs, \.volume),
        randomVolume: spread(randomRuns, \.volume), front: spread(runs, \.front),
        randomFront: spread(randomRuns, \.front))
    }
  }

  /// After how many measurements the mean volume over the runs reaches a share; `nil` when it does not
  /// within the budget.
  public func measurements(toVolume share: Double) -> Int? {
    curve.first { $0.volume.mean >= share }?.measurements
  }

  /// The same of the random runs.
  public func randomMeasurements(toVolume share: Double) -> Int? {
    curve.first { $0.randomVolume.mean >= share }?.measurements
  }
}
