import Matter

/// Elements as bits, element Z in bit Z − 1: what a store can filter by without reading formulas.
struct ElementSet: Hashable, Sendable {
  private(set) var low: Int64 = 0
  private(set) var high: Int64 = 0

  init(_ elements: some Sequence<Element>) {
    for element in elements { insert(element) }
  }

  private mutating func insert(_ element: Element) {
    let bit = element.atomicNumber - 1
    if bit < 64 {
      low |= Int64(bitPattern: 1 << UInt64(bit))
    } else {
      high |= 1 << Int64(bit - 64)
    }
  }

  /// A condition on the table `material`: it holds the element; false for what is no symbol.
  static func condition(_ symbol: String) -> String {
    guard let element = Element(symbol: symbol) else { return "0" }
    let set = ElementSet([element])
    return set.low != 0 ? "elements_low & \(set.low) != 0" : "elements_high & \(set.high) != 0"
  }
}
