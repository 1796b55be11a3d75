public import DenseMath
public import Matter

extension Composition {
  /// A random composition of one to eight elements; amounts are whole, decimal or full doubles.
  public static func arbitrary(using rng: inout SplitMix64) throws -> Composition {
    var amounts: [Element: Double] = [:]
    for _ in 0...rng.index(below: 8) {
      let element = Element.all[rng.index(below: Element.count)]
      amounts[element] = arbitraryAmount(using: &rng)
    }
    return try Composition(amounts)
  }

  private static func arbitraryAmount(using rng: inout SplitMix64) -> Double {
    switch rng.index(below: 4) {
    case 0: Double(1 + rng.index(below: 24))
    case 1: Double(1 + rng.index(below: 2000)) / 1000
    case 2: rng.uniform() + 1e-9
    default: 1e-12 * Double(1 + rng.index(below: 1_000_000_000)) * 1e18
    }
  }
}
