public import Matter

/// Bonds from atoms of one element to atoms of another.
public struct ElementPair: Hashable, Sendable {
  public let center: Element
  public let neighbor: Element

  /// Bonds per atom of the crystal.
  public let count: Double

  /// The bonds of a crystal.
  ///
  /// Neighbors are those whose wall of the Voronoi cell is seen from the center under a solid angle of
  /// half the largest or more (O'Keeffe, Acta Cryst. A35, 772 (1979)). Shared sites count by their
  /// occupancies. Numbers are per atom, so that every cell of a crystal gives the same and a large
  /// cell weighs no more than a small one; SkipAtom's own program counts neighboring sites of the cell
  /// that the file happens to give.
  ///
  /// - Parameter weight: Least solid angle of a neighbor in units of the largest, 0…1.
  /// - Returns: In order of center and neighbor; the counts sum to the mean coordination number.
  /// - Throws: ``VoronoiError`` for two sites at one place.
  public static func pairs(
    of crystal: Crystal, weight: Double = 0.5
  ) throws(VoronoiError) -> [ElementPair] {
    let environments = try VoronoiTessellation(of: crystal).environments(weight: weight)
    var counts: [Int: Double] = [:]
    var atoms = 0.0
    for environment in environments {
      for center in crystal.occupants(of: environment.site) {
        atoms += center.occupancy
        for neighbor in environment.neighbors {
          for other in crystal.occupants(of: neighbor.site) {
            let place = ElementPairCounts.place(center.element, other.element)
            counts[place, default: 0] += center.occupancy * other.occupancy
          }
        }
      }
    }
    return counts.sorted { $0.key < $1.key }.map { place, count in
      ElementPair(
        center: Element.all[place / Element.count], neighbor: Element.all[place % Element.count],
        count: count / atoms)
    }
  }
}

/// How often elements neighbor one another, over many crystals.
public struct ElementPairCounts: Hashable, Sendable {
  /// Row: the center; column: its neighbor; `[Element.count, Element.count]`.
  private var table = [Double](repeating: 0, count: Element.count * Element.count)

  /// How many crystals were added.
  public private(set) var crystals = 0

  public init() {}

  static func place(_ center: Element, _ neighbor: Element) -> Int {
    (center.atomicNumber - 1) * Element.count + neighbor.atomicNumber - 1
  }

  /// Adds the pairs of one crystal.
  public mutating func add(_ pairs: [ElementPair]) {
    for pair in pairs { table[Self.place(pair.center, pair.neighbor)] += pair.count }
    crystals += 1
  }

  public func count(_ center: Element, _ neighbor: Element) -> Double {
    table[Self.place(center, neighbor)]
  }

  /// Bonds of an element to any other.
  public func count(of center: Element) -> Double {
    let start = (center.atomicNumber - 1) * Element.count
    return table[start..<start + Element.count].reduce(0, +)
  }

  /// Elements with neighbors, in order of atomic number.
  public var elements: [Element] { Element.all.filter { count(of: $0) > 0 } }

  public var total: Double { table.reduce(0, +) }

  /// The same without bonds between atoms of one element.
  public var withoutSelfBonds: ElementPairCounts {
    var result = self
    for element in Element.all { result.table[Self.place(element, element)] = 0 }
    return result
  }
}
