/// Functions of a distance that a network reads in place of the distance.
///
/// Law: ``slopes(at:)`` are the derivatives of ``values(at:)``.
public protocol RadialBasis: Sendable {
  /// How many functions there are.
  var count: Int { get }

  /// The functions at a distance, `[count]`.
  ///
  /// - Parameter distance: Å; 0 or more.
  func values(at distance: Double) -> [Double]

  /// Their derivatives by the distance, 1/Å, `[count]`.
  func slopes(at distance: Double) -> [Double]
}

extension RadialBasis {
  /// The values for many distances, `[distances × count]`, in single precision.
  public func rows(_ distances: [Double]) -> [Float] {
    var rows: [Float] = []
    rows.reserveCapacity(distances.count * count)
    for distance in distances {
      for value in values(at: distance) { rows.append(Float(value)) }
    }
    return rows
  }
}
