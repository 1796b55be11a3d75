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
}
