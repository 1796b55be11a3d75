import DenseMath
import Ecosystem

/// One campaign of a replay study.
public struct ReplayRun: Codable, Hashable, Sendable {
  public let seed: UInt64
  public let isRandom: Bool

  /// Places in the pool, in the order of measurement.
  public let order: [Int]

  /// The best objective after 1, 2, … measurements.
  public let best: [Double]

  /// How many of the top candidates were found after 1, 2, … measurements.
  public let found: [Int]

  init(seed: UInt64, isRandom: Bool, order: [Int], best: [Double], top: Set<Int>) {
    self.seed = seed
    self.isRandom = isRandom
    self.order = order
    self.best = best
    var count = 0
    found = order.map { place in
      count += top.contains(place) ? 1 : 0
      return count
    }
  }
}

/// What a replay study found, for reports and for JSON.
public struct ReplayResult: Codable, Hashable, Sendable {
  public let name: String
  public let acquisition: String
  public let target: String
  public let unit: String?
  public let dataHash: String

  /// Different candidates in the table.
  public let poolSize: Int

  /// How many of them count as top: ceil(5 %).
  public let topCount: Int

  /// The worst objective among the top.
  public let topThreshold: Double

  /// The best objective of the table.
  public let bestPossible: Double

  /// Whether larger objectives are better.
  public let isMaximized: Bool
  public let initial: Int
  public let budget: Int
  public let runs: [ReplayRun]
  public let randomRuns: [ReplayRun]

  /// After 1, 2, … ``budget`` measurements.
  public let curve: [CurvePoint]
  public let acceleration: [Acceleration]

  /// Mean over the runs, and the 5 % and 95 % quantiles among them.
  public struct Spread: Codable, Hashable, Sendable {
    public let mean: Double
    public let low: Double
    public let high: Double

    /// - Parameter values: Not empty.
    init(_ values: [Double]) {
      mean = Statistics.mean(values)
      low = Statistics.quantile(values, 0.05)
      high = Statistics.quantile(values, 0.95)
    }
  }

  public struct CurvePoint: Codable, Hashable, Sendable {
    public let measurements: Int

    /// Share of the top found, 0...1.
    public let top: Spread
    public let randomTop: Spread

    /// What chance gives: measurements / pool size, exactly.
    public let expectedTop: Double

    /// `EF(i)`: top share over the exact expectation.
    public let enhancement: Spread
    public let best: Spread
    public let randomBest: Spread
  }

  public struct Acceleration: Codable, Hashable, Sendable {
    /// Share of the top that is to be found, 0...1.
    public let share: Double

    /// After how many measurements the mean over the runs reaches it; `nil` when it does not within
    /// the budget.
    public let measurements: Int?

    /// How many random measurements reach it in expectation: share × pool size.
    public let randomMeasurements: Double

    /// `AF`: random measurements over measurements.
    public let factor: Double?

    /// 5 % and 95 % quantiles of the factor over single runs that reach the share, and how many
    /// they are.
    public let low: Double?
    public let high: Double?
    public let reached: Int
  }
}
