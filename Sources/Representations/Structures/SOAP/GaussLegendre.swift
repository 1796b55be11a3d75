import Foundation

/// Places and weights of the Gauss–Legendre rule on an interval.
///
/// Roots of the Legendre polynomial by Newton's rule from the usual first guess, Press et al.,
/// Numerical Recipes, 3rd ed. (2007), section 4.6.
package struct GaussLegendre: Sendable {
  package let places: [Double]
  package let weights: [Double]

  /// - Parameters:
  ///   - count: 1 or more.
  ///   - end: The interval goes from 0 to here.
  package init(count: Int, end: Double) {
    var places = [Double](repeating: 0, count: count)
    var weights = places
    for k in 0..<count {
      var x = cos(Double.pi * (Double(k) + 0.75) / (Double(count) + 0.5))
      var slope = 1.0
      for _ in 0..<8 {
        var (value, previous) = (1.0, 0.0)
        for j in 0..<count {
          (value, previous) = (
            ((2 * Double(j) + 1) * x * value - Double(j) * previous) / Double(j + 1), value
          )
        }
        slope = Double(count) * (x * value - previous) / (x * x - 1)
        x -= value / slope
      }
      places[k] = end * (1 - x) / 2
      weights[k] = end / ((1 - x * x) * slope * slope)
    }
    self.places = places
    self.weights = weights
  }
}
