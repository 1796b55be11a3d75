public import DenseMath
public import Matter

/// Random solid solutions: atoms of a composition dealt to the sites of a lattice.
public struct RandomSolution: Hashable, Sendable {
  /// Elements in order of atomic number that the cell really holds.
  public let elements: [Element]

  /// Atoms of each element; they sum to the number of sites.
  public let counts: [Int]

  /// Apportions a composition to a number of atoms by largest remainder.
  ///
  /// Each count is the exact share rounded down; atoms left over go to the largest remainders,
  /// ties to the lower atomic number (Hamilton's method). Elements that get no atom drop out.
  ///
  /// - Parameter atoms: Greater than zero.
  public init(_ composition: Composition, atoms: Int) {
    precondition(atoms > 0, "A cell of \(atoms) atoms is empty.")
    // A share within rounding error of a whole number is that number.
    let shares = composition.fractions.map { share in
      let exact = share * Double(atoms)
      return abs(exact - exact.rounded()) < 1e-9 ? exact.rounded() : exact
    }
    var counts = shares.map { Int($0.rounded(.down)) }
    let order = shares.indices.sorted {
      let (a, b) = (shares[$0] - shares[$0].rounded(.down), shares[$1] - shares[$1].rounded(.down))
      return a != b ? a > b : $0 < $1
    }
    var left = atoms - counts.reduce(0, +)
    for place in order where left > 0 {
      counts[place] += 1
      left -= 1
    }
    let kept = counts.indices.filter { counts[$0] > 0 }
    elements = kept.map { composition.elements[$0] }
    self.counts = kept.map { counts[$0] }
  }

  /// The element of each site, in random order.
  public func deal(using generator: inout SplitMix64) -> [Element] {
    var sites: [Element] = []
    for (element, count) in zip(elements, counts) {
      sites += [Element](repeating: element, count: count)
    }
    return generator.shuffled(sites)
  }

  /// Mean of a property of the elements over the atoms.
  func mean(_ property: (Element) -> Double) -> Double {
    var sum = 0.0
    for (element, count) in zip(elements, counts) { sum += Double(count) * property(element) }
    return sum / Double(counts.reduce(0, +))
  }
}
