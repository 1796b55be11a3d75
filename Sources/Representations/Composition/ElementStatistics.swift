internal import Matter

/// Statistics of element properties over a composition, in double precision.
///
/// For each property: minimum, maximum, range, mean, average deviation from the mean (weighted by
/// atomic fraction), and mode: the property of the most abundant element, the smallest where several
/// are equally abundant. Ward et al., npj Comput. Mater. 2, 16028 (2016), as in matminer's
/// `MagpieData` without imputation: where an element's value is missing, the property's six
/// statistics are NaN.
struct ElementStatistics {
  static let names = ["minimum", "maximum", "range", "mean", "avg_dev", "mode"]
  static let perProperty = 6

  /// Fractions closer than this to the largest share the mode.
  private static let tie = 1e-9

  /// Element by element in order of atomic number, `properties` numbers each; NaN is missing.
  private let table: [Double]
  private let properties: Int
  private var fractions: [Double] = []

  init(_ table: [Double], properties: Int) {
    precondition(
      table.count == properties * Element.count,
      "\(table.count) numbers are no table of \(properties) properties")
    self.table = table
    self.properties = properties
  }

  /// `prefix statistic property`, in the order of the rows.
  static func columns(of properties: [String], prefix: String) -> [String] {
    properties.flatMap { property in names.map { "\(prefix) \($0) \(property)" } }
  }

  /// One row of `properties` × 6 numbers for each composition.
  static func rows(
    _ compositions: [Composition], _ table: [Double], properties: Int
  ) -> [Double] {
    let width = properties * perProperty
    var rows = [Double](repeating: 0, count: compositions.count * width)
    var statistics = ElementStatistics(table, properties: properties)
    var span = rows.mutableSpan
    for (index, composition) in compositions.enumerated() {
      statistics.write(composition, into: &span, at: index * width)
    }
    return rows
  }

  /// Writes the statistics of one composition.
  ///
  /// - Parameter row: `properties` × 6 numbers from `start` on are written.
  mutating func write(
    _ composition: Composition, into row: inout MutableSpan<Double>, at start: Int
  ) {
    let elements = composition.elements.span
    let amounts = composition.amounts.span
    let total = composition.totalAtoms
    fractions.removeAll(keepingCapacity: true)
    var largest = 0.0
    for place in amounts.indices {
      let fraction = amounts[place] / total
      fractions.append(fraction)
      largest = max(largest, fraction)
    }
    let threshold = largest * (1 - ElementStatistics.tie)
    for property in 0..<properties {
      writeProperty(
        property, elements, threshold, into: &row,
        at: start + property * ElementStatistics.perProperty)
    }
  }

  private func writeProperty(
    _ property: Int, _ elements: Span<Element>, _ threshold: Double,
    into row: inout MutableSpan<Double>, at start: Int
  ) {
    var lowest = Double.infinity
    var highest = -Double.infinity
    var mode = Double.infinity
    var mean = 0.0
    for place in elements.indices {
      let value = value(property, elements[place])
      mean += fractions[place] * value
      lowest = value < lowest ? value : lowest
      highest = value > highest ? value : highest
      if fractions[place] >= threshold, value < mode { mode = value }
    }
    var deviation = 0.0
    for place in elements.indices {
      deviation += fractions[place] * abs(value(property, elements[place]) - mean)
    }
    let isMissing = mean.isNaN
    row[start] = isMissing ? .nan : lowest
    row[start + 1] = isMissing ? .nan : highest
    row[start + 2] = isMissing ? .nan : highest - lowest
    row[start + 3] = mean
    row[start + 4] = deviation
    row[start + 5] = isMissing ? .nan : mode
  }

  private func value(_ property: Int, _ element: Element) -> Double {
    table[(element.atomicNumber - 1) * properties + property]
  }
}
