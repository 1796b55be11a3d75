import Foundation

/// Gaussians at equal steps, `exp(−((r − μ)/w)²)`: the distances of CGCNN (Xie and Grossman, Phys. Rev.
/// Lett. 120, 145301 (2018)).
public struct GaussianBasis: RadialBasis, Hashable {
  /// Å.
  public let centers: [Double]

  /// Where a Gaussian has fallen to 1/e, Å.
  public let width: Double

  /// - Parameters:
  ///   - start: The first center, Å.
  ///   - stop: The last center, Å.
  ///   - count: How many there are; 1 or more. A single one lies at `start`.
  ///   - width: Å; positive. The step between centers unless it is given.
  public init(from start: Double, through stop: Double, count: Int, width: Double? = nil) {
    precondition(count > 0, "A basis needs at least one function.")
    let step = count > 1 ? (stop - start) / Double(count - 1) : 0
    centers = (0..<count).map { start + step * Double($0) }
    self.width = width ?? (step > 0 ? step : 1)
    precondition(self.width > 0, "A Gaussian needs a width greater than zero.")
  }

  public var count: Int { centers.count }

  public func values(at distance: Double) -> [Double] {
    centers.map { center in
      let x = (distance - center) / width
      return exp(-x * x)
    }
  }

  public func slopes(at distance: Double) -> [Double] {
    centers.map { center in
      let x = (distance - center) / width
      return -2 * x / width * exp(-x * x)
    }
  }
}
