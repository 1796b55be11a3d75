public import Matter

/// The atomic fractions of a fixed list of elements: one column each.
public struct ElementFractions: FixedDescriptor {
  public let name = "fractions"
  public let version = 1

  /// In order of atomic number, each once.
  public let elements: [Element]

  public var columns: [String] { elements.map(\.symbol) }

  /// - Parameter elements: In any order; repeated ones count once.
  public init(elements: [Element] = Element.all) {
    self.elements = Set(elements).sorted()
  }

  public func rows(_ compositions: [Composition]) throws(DescriptorError) -> [Double] {
    var columnOf = [Int](repeating: -1, count: Element.count + 1)
    for (column, element) in elements.enumerated() { columnOf[element.atomicNumber] = column }
    var rows = [Double](repeating: 0, count: compositions.count * elements.count)
    for (index, composition) in compositions.enumerated() {
      for (element, fraction) in zip(composition.elements, composition.fractions) {
        let column = columnOf[element.atomicNumber]
        guard column >= 0 else {
          throw .elementOutside(element, formula: composition.formula)
        }
        rows[index * elements.count + column] = fraction
      }
    }
    return rows
  }
}
