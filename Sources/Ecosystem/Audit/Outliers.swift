internal import DenseMath
import Matter

/// Rows whose value does not fit the rows around them, each with its reason.
public struct Outliers: Codable, Hashable, Sendable {
  /// Rows that were looked at: all with a value, or of the largest tables a random sample.
  public let examined: Int

  /// Rows with a value.
  public let known: Int

  /// How many robust standard deviations make an outlier.
  public let threshold: Double

  /// How many there are.
  public let count: Int

  /// The farthest out first, at most 25.
  public let rows: [Row]

  public struct Row: Codable, Hashable, Sendable {
    public let identifier: String
    public let formula: String
    public let value: Double

    /// The median of the most similar compositions.
    public let expected: Double

    /// Distance in robust standard deviations.
    public let score: Double

    /// The most similar compositions that were compared with.
    public let neighbors: [String]
    public let neighborMinimum: Double
    public let neighborMaximum: Double
  }

  /// Similar means near in seven element properties, their means and spreads over the atoms;
  /// neighbors of equal composition are passed over, since repeats are judged as label noise.
  ///
  /// The score divides the distance from the median of eight neighbors by 1.4826 × their median
  /// absolute deviation, or by that of all such distances where the neighbors agree better than is
  /// usual. Of more than `mostRows` rows, a random sample that `seed` draws is looked at and
  /// compared with itself.
  init?(
    _ rows: SplitRows, _ values: [Double?], threshold: Double = 6,
    mostRows: Int = Outliers.mostRows, seed: UInt64 = 0, threads: Int = 1
  ) {
    let known = rows.compositions.indices.filter { values[$0] != nil }
    let places = Self.sample(of: known, most: mostRows, seed: seed)
    guard places.count >= 30 else { return nil }
    let targets = places.map { values[$0] ?? 0 }
    let features = KMeans.standardized(Self.features(places.map { rows.compositions[$0] }))
    let keys = places.map { CompositionKey(rows.compositions[$0]) }
    let index = NearestRows(features)
    let around = Self.neighbors(index, keys: keys, threads: threads)
    let centers = around.map { Statistics.median($0.map { targets[$0] }) }
    let distances = places.indices.map { abs(targets[$0] - centers[$0]) }
    let usual = 1.4826 * Statistics.median(distances.filter(\.isFinite))
    guard usual > 0 else { return nil }
    let scores = places.indices.map { place -> Double in
      let own = around[place].map { abs(targets[$0] - centers[place]) }
      guard own.count >= 4 else { return 0 }
      return distances[place] / max(usual, 1.4826 * Statistics.median(own))
    }
    let found = scores.indices.filter { scores[$0] > threshold }
      .sorted { (scores[$1], $0) < (scores[$0], $1) }
    examined = places.count
    self.known = known.count
    self.threshold = threshold
    count = found.count
    self.rows = found.prefix(25).map { place in
      let near = around[place].map { targets[$0] }
      return Row(
        identifier: rows.identifiers[places[place]],
        formula: rows.compositions[places[place]].formula, value: targets[place],
        expected: centers[place], score: scores[place],
        neighbors: around[place].prefix(4).map { rows.compositions[places[$0]].formula },
        neighborMinimum: near.min() ?? .nan, neighborMaximum: near.max() ?? .nan)
    }
  }

  /// Larger tables are sampled: 40,000 rows take up to 25 s of one core.
  public static let mostRows = 40_000

  private static func sample(of places: [Int], most: Int, seed: UInt64) -> [Int] {
    guard places.count > most else { return places }
    var generator = SplitMix64(seed: seed)
    return generator.shuffled(places).prefix(most).sorted()
  }

  /// The eight most similar rows of other compositions, for each row.
  private static func neighbors(
    _ index: NearestRows, keys: [CompositionKey], threads: Int
  ) -> [[Int]] {
    let blocks = stride(from: 0, to: keys.count, by: 256).map { $0..<min($0 + 256, keys.count) }
    let found = try? parallelMap(blocks, threads: threads) { block in
      block.map { place in
        index.neighbors(of: place, count: 8) { keys[$0] != keys[place] }
      }
    }
    // Nothing in the body throws.
    return (found ?? []).flatMap { $0 }
  }

  private static let properties: [ElementProperty] = [
    .mendeleevNumber, .electronegativity, .covalentRadiusPicometers, .valence, .row,
    .groundStateVolume, .meltingTemperature,
  ]

  /// Means and mean absolute deviations over the atoms; elements without a value do not count.
  private static func features(_ compositions: [Composition]) -> Matrix {
    let elements = compositions.flatMap { composition in
      properties.flatMap { property -> [Double] in
        let known = zip(composition.elements, composition.fractions).compactMap {
          element, fraction in element.value(of: property).map { (value: $0, weight: fraction) }
        }
        let weight = known.reduce(0) { $0 + $1.weight }
        guard weight > 0 else { return [0, 0] }
        let mean = known.reduce(0) { $0 + $1.value * $1.weight } / weight
        let spread = known.reduce(0) { $0 + abs($1.value - mean) * $1.weight } / weight
        return [mean, spread]
      }
    }
    return Matrix(rows: compositions.count, columns: 2 * properties.count, elements: elements)
  }
}
