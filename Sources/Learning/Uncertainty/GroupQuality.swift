import DenseMath

/// How good predictions and intervals are inside one group of materials.
public struct GroupQuality: Codable, Hashable, Sendable {
  /// For example a chemistry class.
  public let name: String
  public let rows: Int

  /// In the unit of the target.
  public let meanAbsoluteError: Double

  /// Share of the group's targets inside their intervals.
  public let coverage: Double

  /// Mean width of these, in the unit of the target; infinite ones left out.
  public let meanWidth: Double

  /// One prediction with its interval and the group it belongs to.
  public struct Row: Sendable {
    public let group: String
    public let target: Double
    public let mean: Double
    public let interval: ClosedRange<Double>

    public init(group: String, target: Double, mean: Double, interval: ClosedRange<Double>) {
      self.group = group
      self.target = target
      self.mean = mean
      self.interval = interval
    }
  }

  init(name: String, rows: Int, meanAbsoluteError: Double, coverage: Double, meanWidth: Double) {
    self.name = name
    self.rows = rows
    self.meanAbsoluteError = meanAbsoluteError
    self.coverage = coverage
    self.meanWidth = meanWidth
  }

  /// - Parameter rows: All of one group, one or more.
  init(_ name: String, _ rows: [Row]) {
    self.name = name
    self.rows = rows.count
    meanAbsoluteError = Statistics.mean(rows.map { abs($0.target - $0.mean) })
    let figures = IntervalFigures(rows.map { (target: $0.target, interval: $0.interval) })
    coverage = figures.observed
    meanWidth = figures.meanWidth
  }

  /// The groups of some rows, the largest first, equal ones by name.
  public static func table(_ rows: [Row]) -> [GroupQuality] {
    Dictionary(grouping: rows, by: \.group).map { GroupQuality($0.key, $0.value) }
      .sorted(by: precedes)
  }

  /// The largest first, equal ones by name.
  static func precedes(_ a: GroupQuality, _ b: GroupQuality) -> Bool {
    (b.rows, a.name) < (a.rows, b.name)
  }
}
