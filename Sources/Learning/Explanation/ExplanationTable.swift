public import Matter

/// The explanations of some predictions, and what they have in common.
public struct ExplanationTable: Sendable {
  /// In the order of the candidates.
  public let explanations: [Explanation]

  /// Over the rows whose features were explained; the most important first, empty without features.
  public let features: [FeatureSummary]

  /// How many rows ``features`` sum up.
  public var describedRows: Int { explanations.count { $0.features != nil } }

  /// What an element, or a family of them, does over all materials that hold it.
  public struct ElementSummary: Codable, Hashable, Sendable {
    /// The symbol, or the name of the family.
    public var name: String

    /// How many materials hold it.
    public var materials: Int

    /// Of its contributions to these materials, in the unit of the target.
    public var mean: Double

    /// The mean of the contributions' sizes.
    public var meanMagnitude: Double

    public var lowest: Double
    public var highest: Double

    public var element: Element? { Element(symbol: name) }

    fileprivate init(_ name: String, _ values: [Double]) {
      let count = Double(max(values.count, 1))
      self.name = name
      materials = values.count
      mean = values.reduce(0, +) / count
      meanMagnitude = values.reduce(0) { $0 + abs($1) } / count
      lowest = values.min() ?? 0
      highest = values.max() ?? 0
    }
  }

  /// Each element that a material holds, in order of atomic number.
  public var elements: [ElementSummary] {
    var values: [Element: [Double]] = [:]
    for explanation in explanations {
      for part in explanation.elements.parts {
        guard let element = part.element, part.amount ?? 0 > 0 else { continue }
        values[element, default: []].append(part.contribution)
      }
    }
    return values.sorted { $0.key < $1.key }.map { ElementSummary($0.key.symbol, $0.value) }
  }

  /// Each family of which a material holds elements; the contributions of a family's elements to a
  /// material count together.
  public var families: [ElementSummary] {
    var values: [ElementFamily: [Double]] = [:]
    for explanation in explanations {
      var own: [ElementFamily: Double] = [:]
      for part in explanation.elements.parts {
        guard let element = part.element, part.amount ?? 0 > 0 else { continue }
        own[element.family, default: 0] += part.contribution
      }
      for (family, sum) in own { values[family, default: []].append(sum) }
    }
    return ElementFamily.allCases.compactMap { family in
      values[family].map { ElementSummary(family.rawValue, $0) }
    }
  }
}

/// What a feature does over many materials.
public struct FeatureSummary: Codable, Hashable, Sendable {
  public var name: String

  /// Of the contributions, in the unit of the target.
  public var mean: Double

  /// The mean of the contributions' sizes: the importance of the feature.
  public var meanMagnitude: Double

  /// Correlation of the feature's values with its contributions, −1 to 1: above 0, higher values
  /// raise the prediction. `nil` where either does not vary, and for fewer than five materials.
  public var trend: Double?

  /// Adds up what was summed piece by piece, in this order.
  static func joined(_ parts: [FeatureSums]) -> [FeatureSummary] {
    guard var sums = parts.first else { return [] }
    for part in parts.dropFirst() { sums.add(part) }
    return sums.summaries
  }
}

/// Sums over rows from which a ``FeatureSummary`` follows.
struct FeatureSums: Sendable {
  private var rows: Int
  private let names: [String]
  private var features: [Moments]

  fileprivate struct Moments: Sendable {
    var magnitudes = 0.0
    var sum = 0.0
    /// Over rows where the feature has a value: counts, means and centered sums of products.
    var count = 0.0
    var means = SIMD2<Double>.zero
    var squares = SIMD2<Double>.zero
    var product = 0.0
  }

  init(_ table: FeatureTable) {
    rows = table.contributions.count
    names = table.names
    features = table.names.indices.map { column in
      var own = Moments()
      for (values, contributions) in zip(table.values, table.contributions) {
        own.add(value: values[column], contribution: contributions[column])
      }
      return own
    }
  }

  /// - Parameter other: Of the same features.
  mutating func add(_ other: FeatureSums) {
    rows += other.rows
    for place in features.indices { features[place].add(other.features[place]) }
  }

  var summaries: [FeatureSummary] {
    let count = Double(max(rows, 1))
    let all = zip(names, features).filter { $0.1.magnitudes > 0 }.map { name, own in
      FeatureSummary(
        name: name, mean: own.sum / count, meanMagnitude: own.magnitudes / count, trend: own.trend)
    }
    return all.sorted { ($1.meanMagnitude, $0.name) < ($0.meanMagnitude, $1.name) }
  }
}

extension FeatureSums.Moments {
  fileprivate mutating func add(value: Double, contribution: Double) {
    magnitudes += abs(contribution)
    sum += contribution
    guard value.isFinite else { return }
    var own = FeatureSums.Moments()
    own.count = 1
    own.means = SIMD2(value, contribution)
    merge(own)
  }

  fileprivate mutating func add(_ other: FeatureSums.Moments) {
    magnitudes += other.magnitudes
    sum += other.sum
    merge(other)
  }

  /// Means and products of both sets of rows together (Chan, Golub and LeVeque, Am. Stat. 37, 242
  /// (1983)).
  private mutating func merge(_ other: FeatureSums.Moments) {
    let total = count + other.count
    guard total > 0 else { return }
    let way = other.means - means
    let weight = count * other.count / total
    squares += other.squares + way * way * weight
    product += other.product + way[0] * way[1] * weight
    means += way * (other.count / total)
    count = total
  }

  fileprivate var trend: Double? {
    // Any two rows lie on a line.
    guard count >= 5 else { return nil }
    let scale = (squares[0] * squares[1]).squareRoot()
    let value = product / scale
    return value.isFinite && scale > 0 ? min(1, max(-1, value)) : nil
  }
}
