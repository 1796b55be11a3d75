/// One way to choose the next measurement, and what its runs reached.
public struct Strategy: Hashable, Sendable {
  public var name: String

  /// One row for each run (seed): the value after 1, 2, … measurements; `nan` while there is none.
  public var runs: [[Double]]
  public var role: Role

  public enum Role: Hashable, Sendable {
    /// The one the report is about: drawn strongest.
    case main
    /// Another strategy to compare with.
    case other
    /// Chance: drawn in gray.
    case baseline
  }

  public init(_ name: String, runs: [[Double]], role: Role = .other) {
    self.name = name
    self.runs = runs
    self.role = role
  }
}

/// A strategy ready to be drawn.
struct StrategyLine: Hashable {
  var name: String
  var role: Strategy.Role
  var color: ThemeColor
  var band: Band

  /// The main strategy in ember, chance in gray, the others in the order of the theme.
  static func lines(
    _ strategies: [Strategy], higherIsBetter: Bool, factor: Double = 1
  ) -> [StrategyLine] {
    var others = 0
    return strategies.map { strategy in
      var color = strategy.role == .main ? ThemeColor.ember : .ash
      if strategy.role == .other {
        color = Theme.seriesColors[others % Theme.seriesColors.count]
        others += 1
      }
      let band = Band(runs: strategy.runs, higherIsBetter: higherIsBetter).scaled(by: factor)
      return StrategyLine(name: strategy.name, role: strategy.role, color: color, band: band)
    }
  }
}
