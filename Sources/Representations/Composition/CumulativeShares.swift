internal import Matter

/// The share of the atoms that stand at or before each place of the scale of
/// ``ElementMoversDistance``: one column a place, but for the last, where all atoms are in.
///
/// The sum of the absolute differences of two rows is the element mover's distance of their
/// compositions.
public struct CumulativeShares: RowDescriptor {
  public let name = "pettifor"
  public let version = 1
  public let constantsHash = StableHash.of(ElementMoversDistance.scale.map(Double.init))

  private static let places = ElementMoversDistance.scale.max() ?? 0

  public init() {}

  public var columns: [String] {
    (0..<Self.places).map { "share up to place \($0) of the modified Pettifor scale" }
  }

  func append(_ composition: Composition, to values: inout [Double]) {
    var shares = [Double](repeating: 0, count: Self.places + 1)
    for (element, fraction) in zip(composition.elements, composition.fractions) {
      shares[ElementMoversDistance.scale[element.atomicNumber - 1]] += fraction
    }
    var sum = 0.0
    for place in 0..<Self.places {
      sum += shares[place]
      values.append(sum)
    }
  }
}
