internal import Foundation
public import Matter

/// The earth mover's distance between compositions whose elements are vectors.
///
/// The general metric of Hargreaves et al., Chem. Mater. 32, 10610 (2020): atoms move between
/// elements at the Euclidean distance of their vectors, and the cheapest way to turn one
/// composition into the other is a transport problem, solved exactly (``Transport``). A metric where
/// vectors differ. For a scale, ``ElementMoversDistance`` gives the same in O(k).
public struct VectorMoversDistance: Sendable {
  public let vectors: ElementVectors

  public init(_ vectors: ElementVectors) {
    self.vectors = vectors
  }

  /// - Returns: `nil` where an element of either composition has no vector, or one with a missing
  ///   number.
  public func distance(_ a: Composition, _ b: Composition) -> Double? {
    let costs = a.elements.map { from in b.elements.map { ground(from, $0) } }
    guard costs.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return nil }
    return Transport.cost(supplies: a.fractions, demands: b.fractions, costs: costs)
  }

  private func ground(_ a: Element, _ b: Element) -> Double {
    let width = vectors.columns.count
    let (i, j) = ((a.atomicNumber - 1) * width, (b.atomicNumber - 1) * width)
    var sum = 0.0
    for column in 0..<width {
      let difference = vectors.table[i + column] - vectors.table[j + column]
      sum += difference * difference
    }
    return sum.squareRoot()
  }
}
