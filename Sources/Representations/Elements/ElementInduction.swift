import Foundation
public import Matter

/// Lends what is known of similar elements to those that are rare in the data.
///
/// The induction of SkipAtom (Antunes, Grau-Crespo and Butler, npj Comput. Mater. 8, 44 (2022)): to
/// the vector of a rare element is added the mean of `e^(−rank)` times the vectors of the ``similar``
/// elements nearest to it in group, period and electronegativity. All additions are of the vectors
/// that were learned; the paper's program adds to vectors that it has changed before, in an order of
/// its own.
public struct ElementInduction: Codable, Hashable, Sendable {
  /// An element counted less often than this is rare.
  public var threshold: Double

  /// How many elements lend to a rare one.
  public var similar = 5

  public init(threshold: Double) {
    self.threshold = threshold
  }

  /// - Parameter counts: How often each element was seen.
  /// - Returns: The vectors, and which elements were rare.
  public func callAsFunction(
    _ vectors: [Element: [Double]], counts: [Element: Double]
  ) -> (vectors: [Element: [Double]], induced: [Element]) {
    let elements = vectors.keys.sorted()
    let rare = elements.filter { (counts[$0] ?? 0) < threshold }
    var result = vectors
    for element in rare {
      guard var vector = vectors[element] else { continue }
      let nearest = self.nearest(to: element, among: elements)
      for (rank, other) in nearest.enumerated() {
        let factor = exp(-Double(rank)) / Double(nearest.count)
        for (place, value) in (vectors[other] ?? []).enumerated() {
          vector[place] += factor * value
        }
      }
      result[element] = vector
    }
    return (result, rare)
  }

  /// By distance in group, period and electronegativity (0 where an element has none, as pymatgen
  /// sets it for the distance); of equal distances the lighter element first.
  func nearest(to element: Element, among elements: [Element]) -> [Element] {
    let place = Self.place(element)
    return Array(
      elements.filter { $0 != element }
        .map { other -> (distance: Double, element: Element) in
          let difference = Self.place(other) - place
          return ((difference * difference).sum(), other)
        }
        .sorted { ($0.distance, $0.element) < ($1.distance, $1.element) }
        .prefix(similar).map(\.element))
  }

  /// The f block counts as group 3 in full, as pymatgen has it.
  private static func place(_ element: Element) -> SIMD3<Double> {
    SIMD3(
      element.isFBlock ? 3 : Double(element.column), Double(element.period),
      element.electronegativity ?? 0)
  }
}
