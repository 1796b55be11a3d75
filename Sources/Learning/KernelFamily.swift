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

  /// `exp(−Σ|Δᵢ|)`: on ``CumulativeShares`` a function of the element mover's distance, which for this
  /// function is a covariance, since a sum of absolute differences is of negative type (Schoenberg,
  /// Trans. Am. Math. Soc. 44, 522 (1938)).
  case laplace

  /// What of two points ``correlate(_:)`` takes: the sum of the absolute differences of coordinates,
  /// or that of their squares.
  var isCityBlock: Bool { self == .laplace }

  /// Turns squared distances (``laplace``: distances) into correlations, in place.
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
    case .laplace:
      for place in squares.indices { squares[place] = exp(-squares[place]) }
    }
  }

  /// As ``correlate(_:)``; `slopes` receives the derivatives by what came in.
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
    case .laplace:
      for place in squares.indices {
        squares[place] = exp(-squares[place])
        slopes[place] = -squares[place]
      }
    }
  }
}
