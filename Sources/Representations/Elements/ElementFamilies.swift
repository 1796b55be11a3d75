public import Matter

/// Do vectors know the periodic table? How far elements of one group lie beside each other.
///
/// Families are the groups 1 to 18 of the main and transition elements, hydrogen apart, the
/// lanthanides (La to Lu) and the actinides (Ac to Lr). Distances are by cosine about the mean vector.
public struct ElementFamilies: Codable, Hashable, Sendable {
  /// Elements with a vector and a relative: those that are asked about.
  public let elements: Int

  /// Share of them whose nearest neighbor is a relative.
  public let purity: Double

  /// The same over the three nearest neighbors, or as many as there are relatives.
  public let purityOfThree: Double

  /// What random vectors reach on the average for ``purity`` and ``purityOfThree``.
  public let chance: Double

  /// Mean silhouette (Rousseeuw, J. Comput. Appl. Math. 20, 53 (1987)), −1…1.
  public let silhouette: Double

  /// - Returns: `nil` where no two elements with a vector are relatives, or all are.
  public init?(_ vectors: [Element: [Double]]) {
    let members = vectors.keys.filter { Self.family(of: $0) != nil }.sorted()
    let families = members.map { Self.family(of: $0) ?? 0 }
    let sizes = Dictionary(grouping: families, by: { $0 }).mapValues(\.count)
    guard sizes.count > 1, sizes.values.contains(where: { $0 > 1 }) else { return nil }
    let distances = CosineDistances(members.map { vectors[$0] ?? [] })
    var (asked, first, three, chance, silhouette) = (0, 0.0, 0.0, 0.0, 0.0)
    for place in members.indices {
      let relatives = (sizes[families[place]] ?? 1) - 1
      guard relatives > 0 else { continue }
      asked += 1
      let nearest = members.indices.filter { $0 != place }
        .sorted { (distances[place, $0], $0) < (distances[place, $1], $1) }
      let looked = min(3, relatives)
      let found = nearest.prefix(looked).count { families[$0] == families[place] }
      first += families[nearest[0]] == families[place] ? 1 : 0
      three += Double(found) / Double(looked)
      chance += Double(relatives) / Double(members.count - 1)
      silhouette += Self.silhouette(place, families, distances)
    }
    let count = Double(asked)
    elements = asked
    purity = first / count
    purityOfThree = three / count
    self.chance = chance / count
    self.silhouette = silhouette / count
  }

  private static func silhouette(
    _ place: Int, _ families: [Int], _ distances: CosineDistances
  ) -> Double {
    var sums: [Int: (total: Double, count: Double)] = [:]
    for other in families.indices where other != place {
      sums[families[other], default: (0, 0)].total += distances[place, other]
      sums[families[other], default: (0, 0)].count += 1
    }
    let means = sums.mapValues { $0.total / $0.count }
    let own = means[families[place]] ?? 0
    let nearest = means.filter { $0.key != families[place] }.values.min() ?? 0
    let larger = max(own, nearest)
    return larger > 0 ? (nearest - own) / larger : 0
  }

  /// 1 to 18, 19 for lanthanides and 20 for actinides; `nil` for hydrogen, which has no family, and
  /// for the elements behind the actinides, whose chemistry is hardly known.
  static func family(of element: Element) -> Int? {
    switch element.atomicNumber {
    case 1, 104...: nil
    case 57...71: 19
    case 89...103: 20
    default: element.column
    }
  }
}

/// Distances `1 − cosine` of vectors about their mean.
struct CosineDistances {
  private let count: Int
  private let values: [Double]

  init(_ vectors: [[Double]]) {
    count = vectors.count
    let width = vectors.first?.count ?? 0
    var mean = [Double](repeating: 0, count: width)
    for vector in vectors {
      for (place, value) in vector.enumerated() { mean[place] += value / Double(vectors.count) }
    }
    let directions = vectors.map { vector in
      let centered = zip(vector, mean).map { $0 - $1 }
      let length = centered.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return length > 0 ? centered.map { $0 / length } : centered
    }
    values = directions.flatMap { one in
      directions.map { other in 1 - zip(one, other).reduce(0) { $0 + $1.0 * $1.1 } }
    }
  }

  subscript(one: Int, other: Int) -> Double { values[one * count + other] }
}
