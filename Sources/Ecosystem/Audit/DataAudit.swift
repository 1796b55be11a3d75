internal import DenseMath
import Matter

/// What is in a set of rows, how even, how consistent, and what it cannot support.
public struct DataAudit: Codable, Hashable, Sendable {
  public let source: String
  public let rows: Int
  public let rowsHash: String
  public let distinctCompositions: Int

  /// In how many rows each element occurs, by symbol.
  public let elementRows: [String: Int]
  public let arity: Distribution
  public let chemistry: Distribution

  /// `nil` where nothing is known of crystals.
  public let crystalSystems: Distribution?
  public let spaceGroups: Distribution?

  /// Which crystals space groups were looked for in; `nil` where the rows state them.
  public let crystalSurvey: SpaceGroupSurvey?
  public let fidelities: Distribution?

  /// What the methods mean, the largest family first; empty where nothing is said of methods.
  public let protocols: [ProtocolFamily]
  public let sources: Distribution?
  public let elementImbalance: Imbalance?
  public let target: TargetSummary?
  public let labelNoise: LabelNoise?
  public let outliers: Outliers?
  public let sourceDrift: [SourceDrift]
  public let fidelityDrift: [SourceDrift]
  public let leakage: SplitLeakage?
  public let splitName: String?

  /// What the data cannot support, in plain sentences.
  public let limits: [String]

  /// Rows of each class.
  public struct Distribution: Codable, Hashable, Sendable {
    public let counts: [String: Int]

    /// Rows of which the class is not known.
    public let unknown: Int
    public let imbalance: Imbalance?

    init(_ labels: [String?]) {
      counts = Dictionary(labels.compactMap { $0.map { ($0, 1) } }, uniquingKeysWith: +)
      unknown = labels.count { $0 == nil }
      imbalance = Imbalance(counts)
    }

    /// The share of the rows with a known class.
    public func share(of name: String) -> Double {
      let known = counts.values.reduce(0, +)
      return known == 0 ? 0 : Double(counts[name] ?? 0) / Double(known)
    }
  }

  public struct TargetSummary: Codable, Hashable, Sendable {
    public let name: String
    public let unit: String?
    public let values: Int
    public let missing: Int
    public let minimum: Double
    public let lowerQuartile: Double
    public let median: Double
    public let upperQuartile: Double
    public let maximum: Double
    public let mean: Double
    public let standardDeviation: Double

    /// Third standardized moment; 0 where all values are equal.
    public let skewness: Double

    /// The most frequent single value, and its share of the rows.
    public let commonest: Double
    public let commonestShare: Double

    /// `nil` where no row has a value.
    init?(_ target: AuditInput.Target) {
      let known = target.values.compactMap { $0 }.sorted()
      guard let first = known.first, let last = known.last else { return nil }
      name = target.name
      unit = target.unit
      values = known.count
      missing = target.values.count - known.count
      (minimum, maximum) = (first, last)
      lowerQuartile = Statistics.quantile(sorted: known, 0.25)
      median = Statistics.quantile(sorted: known, 0.5)
      upperQuartile = Statistics.quantile(sorted: known, 0.75)
      let (center, spread) = (Statistics.mean(known), Statistics.standardDeviation(known))
      mean = center
      standardDeviation = spread
      skewness =
        spread > 0
        ? known.reduce(0) { sum, value in
          let z = (value - center) / spread
          return sum + z * z * z
        } / Double(known.count) : 0
      var best = (value: first, count: 0)
      var run = 0
      for place in known.indices {
        run = place > 0 && known[place] == known[place - 1] ? run + 1 : 1
        if run > best.count { best = (known[place], run) }
      }
      commonest = best.value
      commonestShare = Double(best.count) / Double(known.count)
    }
  }

  /// - Parameters:
  ///   - tolerance: The share of atoms that may be exchanged between near compositions.
  ///   - seed: Draws the sample of tables that are too large to be looked at whole.
  /// - Throws: ``SplitError`` when the split belongs to other rows.
  public init(
    _ input: AuditInput, tolerance: Double = 0.02, seed: UInt64 = 0, threads: Int = 1
  ) throws(SplitError) {
    let compositions = input.rows.compositions
    source = input.source
    rows = compositions.count
    rowsHash = input.rows.hash.hex
    distinctCompositions = Set(compositions.map(CompositionKey.init)).count
    elementRows = Dictionary(
      compositions.flatMap { $0.elements.map { ($0.symbol, 1) } }, uniquingKeysWith: +)
    arity = Distribution(compositions.map { "\($0.elements.count)" })
    chemistry = Distribution(compositions.map { ChemistryClass($0).rawValue })
    crystalSystems = input.crystalSystems.map { Distribution($0.map { $0?.rawValue }) }
    spaceGroups = input.spaceGroups.map { Distribution($0.map { $0.map { "\($0)" } }) }
    crystalSurvey = input.crystalSurvey
    protocols = ProtocolFamily.all(in: input.fidelities ?? [])
    fidelities = input.fidelities.map { Distribution($0.map { $0.isEmpty ? nil : $0 }) }
    sources = input.sources.map { Distribution($0.map { $0.isEmpty ? nil : $0 }) }
    elementImbalance = Imbalance(elementRows)
    target = input.target.flatMap(TargetSummary.init)
    labelNoise = input.target.flatMap { LabelNoise(input.rows, $0.values) }
    outliers = input.target.flatMap {
      Outliers(input.rows, $0.values, seed: seed, threads: threads)
    }
    sourceDrift = input.sources.map { SourceDrift.all(input, labels: $0) } ?? []
    fidelityDrift = input.fidelities.map { SourceDrift.all(input, labels: $0) } ?? []
    splitName = input.split?.name
    if let split = input.split {
      leakage = try SplitLeakage(
        split, rows: input.rows, crystalKeys: input.crystalKeys, tolerance: tolerance)
    } else {
      leakage = nil
    }
    limits =
      DataLimits(
        rows: rows, elementRows: elementRows, arity: arity, chemistry: chemistry,
        crystalSystems: crystalSystems, crystalSurvey: crystalSurvey, fidelities: fidelities,
        protocols: protocols, sources: sources, target: target,
        noise: labelNoise, leakage: leakage
      ).sentences
  }
}
