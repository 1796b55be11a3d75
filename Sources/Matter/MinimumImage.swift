/// Shortest vectors between points of a periodic crystal.
///
/// Differences are wrapped in the Niggli-reduced basis, where the nearest copy is among the 27
/// around the wrapped one, however skewed the given cell. Make one of these per lattice.
public struct MinimumImage: Sendable {
  public let lattice: Lattice

  private let reduced: Lattice
  private let reciprocal: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)
  private let copies: [SIMD3<Double>]

  public init(_ lattice: Lattice) {
    self.lattice = lattice
    reduced = lattice.niggliReduced().lattice
    reciprocal = reduced.reciprocal
    var copies: [SIMD3<Double>] = []
    for x in -1...1 {
      for y in -1...1 {
        for z in -1...1 {
          copies.append(reduced.cartesian(SIMD3(Double(x), Double(y), Double(z))))
        }
      }
    }
    self.copies = copies
  }

  /// The shortest vector from a point to any copy of another, Å.
  ///
  /// Among vectors of equal length the choice depends on the two points and the lattice alone.
  ///
  /// - Parameters: Points in fractions of the cell vectors, finite.
  public func vector(from start: SIMD3<Double>, to end: SIMD3<Double>) -> SIMD3<Double> {
    let difference = lattice.cartesian(wrappedIntoCell(end) - wrappedIntoCell(start))
    let (u, v, w) = reciprocal
    let fraction = SIMD3(dot(difference, u), dot(difference, v), dot(difference, w))
    let near = reduced.cartesian(fraction - fraction.rounded(.toNearestOrEven))
    var best = near
    var shortest = dot(near, near)
    for copy in copies {
      let candidate = near + copy
      let square = dot(candidate, candidate)
      if square < shortest { (best, shortest) = (candidate, square) }
    }
    return best
  }

  /// The length of ``vector(from:to:)``, Å.
  public func distance(from start: SIMD3<Double>, to end: SIMD3<Double>) -> Double {
    length(vector(from: start, to: end))
  }
}

extension Crystal {
  /// The distance of two sites, counting all copies, Å. For many pairs make one ``MinimumImage``.
  public func distance(_ site: Int, _ other: Int) -> Double {
    MinimumImage(lattice).distance(from: positions[site], to: positions[other])
  }
}
