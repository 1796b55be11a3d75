public import Matter

/// A vector for each of some elements: learned embeddings or tabulated properties.
public struct ElementVectors: Hashable, Sendable {
  /// For example `mat2vec`; part of the column names.
  public let name: String

  /// One name for each number of a vector.
  public let columns: [String]

  /// Element by element in order of atomic number; NaN is missing.
  let table: [Double]

  /// The elements that have a vector.
  public let elements: Set<Element>

  /// - Precondition: Every vector has as many numbers as there are columns.
  public init(name: String, columns: [String], vectors: [Element: [Double]]) {
    self.name = name
    self.columns = columns
    elements = Set(vectors.keys)
    table = Element.all.flatMap { element in
      let vector = vectors[element] ?? [Double](repeating: .nan, count: columns.count)
      precondition(
        vector.count == columns.count,
        "\(element) has \(vector.count) numbers for \(columns.count) columns")
      return vector
    }
  }

  /// The vector of an element, or `nil` where it has none.
  public func vector(of element: Element) -> [Double]? {
    guard elements.contains(element) else { return nil }
    let start = (element.atomicNumber - 1) * columns.count
    return Array(table[start..<start + columns.count])
  }
}

extension ElementVectors: Codable {
  private enum CodingKeys: String, CodingKey {
    case name, columns, vectors
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let columns = try container.decode([String].self, forKey: .columns)
    let stored = try container.decode([String: [Double?]].self, forKey: .vectors)
    var vectors: [Element: [Double]] = [:]
    for (symbol, numbers) in stored {
      guard let element = Element(symbol: symbol), numbers.count == columns.count else {
        throw DecodingError.dataCorruptedError(
          forKey: .vectors, in: container,
          debugDescription: "\(symbol) has \(numbers.count) numbers for \(columns.count) columns")
      }
      vectors[element] = numbers.map { $0 ?? .nan }
    }
    self.init(
      name: try container.decode(String.self, forKey: .name), columns: columns, vectors: vectors)
  }

  /// A missing number is `null`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(columns, forKey: .columns)
    let vectors = elements.map {
      ($0.symbol, vector(of: $0).map { $0.map { $0.isFinite ? $0 : nil } })
    }
    try container.encode(
      Dictionary(uniqueKeysWithValues: vectors), forKey: .vectors)
  }
}

/// Statistics of element vectors over a composition: mean, minimum, maximum, range and variance of
/// each number, mean and variance weighted by atomic fraction.
///
/// The statistics of the composition-based feature vectors of Murdock et al., Integr. Mater. Manuf.
/// Innov. 9, 221 (2020). A column is NaN where an element of the composition lacks its number.
public struct ElementVectorDescriptor: FixedDescriptor {
  public let name: String
  public let version = 1
  public let columns: [String]
  public let constantsHash: UInt64
  public let vectors: ElementVectors

  private static let statistics = ["mean", "minimum", "maximum", "range", "variance"]

  public init(_ vectors: ElementVectors) {
    self.vectors = vectors
    name = "elements:\(vectors.name)"
    columns = Self.statistics.flatMap { statistic in
      vectors.columns.map { "\(vectors.name) \(statistic) \($0)" }
    }
    constantsHash = StableHash.of(vectors.table)
  }

  public func rows(_ compositions: [Composition]) throws(DescriptorError) -> [Double] {
    let count = Self.statistics.count * vectors.columns.count
    var rows = [Double](repeating: 0, count: compositions.count * count)
    var span = rows.mutableSpan
    for (index, composition) in compositions.enumerated() {
      write(composition, into: &span, at: index * count)
    }
    return rows
  }

  private func write(
    _ composition: Composition, into row: inout MutableSpan<Double>, at start: Int
  ) {
    let width = vectors.columns.count
    let table = vectors.table.span
    let elements = composition.elements
    let fractions = composition.fractions
    for column in 0..<width {
      var (mean, lowest, highest) = (0.0, Double.infinity, -Double.infinity)
      for place in elements.indices {
        let value = table[(elements[place].atomicNumber - 1) * width + column]
        mean += fractions[place] * value
        lowest = value < lowest ? value : lowest
        highest = value > highest ? value : highest
      }
      var variance = 0.0
      for place in elements.indices {
        let difference = table[(elements[place].atomicNumber - 1) * width + column] - mean
        variance += fractions[place] * difference * difference
      }
      let isMissing = mean.isNaN
      row[start + column] = mean
      row[start + width + column] = isMissing ? .nan : lowest
      row[start + 2 * width + column] = isMissing ? .nan : highest
      row[start + 3 * width + column] = isMissing ? .nan : highest - lowest
      row[start + 4 * width + column] = variance
    }
  }
}
