import Foundation

/// How covariance falls with distance `r`, where each coordinate is divided by its lengthscale.
///
/// Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), section 4.2. A Matérn
/// process of order ν is differentiable ⌈ν⌉ − 1 times; RBF always.
public enum KernelFamily: String, Codable, Hashable, Sendable, CaseIterable {
  case matern12
  case matern32
  case matern52
  case rbf

  /// Turns squared distances into correlations, in place.
  func correlate(_ squares: UnsafeMutableBufferPointer<Double>) {
    switch self {
    case .matern12:
      for place in squares.indices { squares[place] = exp(-squares[place].squareRoot()) }
    case .matern32:
      for place in squares.indices {
        let a = (3 * squares[place]).squareRoot()
        squares[place] = (1 + a) * exp(-a)
      }
    case .matern52:
      for place in squares.indices {
        let square = 5 * squares[place]
        let a = square.squareRoot()
        squares[place] = (1 + a + square / 3) * exp(-a)
      }
    case .rbf:
      for place in squares.indices { squares[place] = exp(-0.5 * squares[place]) }
    }
  }

  /// As ``correlate(_:)``; `slopes` receives the derivatives by the squared distance.
  ///
  /// At `r` = 0 the slope of ``matern12`` is infinite; it is answered as 0, since it is only ever
  /// multiplied by a squared difference, which is 0 there.
  func correlate(
    _ squares: UnsafeMutableBufferPointer<Double>, slopes: UnsafeMutableBufferPointer<Double>
  ) {
    switch self {
    case .matern12:
      for place in squares.indices {
        let r = squares[place].squareRoot()
        squares[place] = exp(-r)
        slopes[place] = r > 0 ? -0.5 * squares[place] / r : 0
      }
    case .matern32:
      for place in squares.indices {
        let a = (3 * squares[place]).squareRoot()
        let decay = exp(-a)
        squares[place] = (1 + a) * decay
        slopes[place] = -1.5 * decay
      }
    case .matern52:
      for place in squares.indices {
        let square = 5 * squares[place]
        let a = square.squareRoot()
        let decay = exp(-a)
        squares[place] = (1 + a + square / 3) * decay
        slopes[place] = -5.0 / 6 * (1 + a) * decay
      }
    case .rbf:
      for place in squares.indices {
        squares[place] = exp(-0.5 * squares[place])
        slopes[place] = -0.5 * squares[place]
      }
    }
  }
}
