import DenseMath
import Foundation

/// What one measurement adds to the best posterior mean of a finite set, in expectation.
///
/// Exact: after the measurement, the means are `aᵢ + bᵢ Z` with a standard normal `Z`, and the
/// expectation of the largest is a sum over the corners of their upper envelope. Frazier, Powell and
/// Dayanik, INFORMS J. Comput. 21, 599 (2009), algorithms 1 and 2; with the candidate itself among
/// the set as in Scott, Frazier and Powell, SIAM J. Optim. 21, 996 (2011).
public enum KnowledgeGradient {
  /// `log (E[maxᵢ (aᵢ + bᵢ Z)] − maxᵢ aᵢ)`: finite where the gain itself has underflowed, −∞ where
  /// no measurement can change which is the best. O(n log n).
  ///
  /// - Parameters:
  ///   - means: `a`, posterior means before the measurement.
  ///   - slopes: `b`, covariances with what is measured over its standard deviation, noise included.
  public static func logGain(means: [Double], slopes: [Double]) -> Double {
    precondition(means.count == slopes.count, "\(means.count) means, \(slopes.count) slopes")
    let (lines, corners) = envelope(means, slopes)
    var terms: [Double] = []
    for (place, corner) in corners.enumerated() {
      let rise = slopes[lines[place + 1]] - slopes[lines[place]]
      terms.append(log(rise) + Normal.logExpectedPositivePart(-abs(corner)))
    }
    return logSumOfExponentials(terms)
  }

  /// `E[maxᵢ (aᵢ + bᵢ Z)] − maxᵢ aᵢ`.
  public static func gain(means: [Double], slopes: [Double]) -> Double {
    exp(logGain(means: means, slopes: slopes))
  }

  /// The lines that are highest somewhere, by rising slope, and where each hands over to the next.
  private static func envelope(
    _ means: [Double], _ slopes: [Double]
  ) -> (lines: [Int], corners: [Double]) {
    let order = means.indices.sorted {
      (slopes[$0], means[$0], $1) < (slopes[$1], means[$1], $0)
    }
    var lines: [Int] = []
    var corners: [Double] = []
    for next in order {
      // Of parallel lines the highest comes last.
      if let last = lines.last, slopes[last] == slopes[next] {
        lines.removeLast()
        if !corners.isEmpty { corners.removeLast() }
      }
      while let last = lines.last {
        let corner = (means[last] - means[next]) / (slopes[next] - slopes[last])
        if let before = corners.last, corner <= before {
          lines.removeLast()
          corners.removeLast()
          continue
        }
        corners.append(corner)
        break
      }
      lines.append(next)
    }
    return (lines, corners)
  }
}

/// `log Σ exp(xᵢ)` without overflow; −∞ of nothing.
func logSumOfExponentials(_ values: [Double]) -> Double {
  guard let largest = values.max(), largest > -.infinity else { return -.infinity }
  guard largest < .infinity else { return largest }
  return largest + log(values.reduce(0) { $0 + exp($1 - largest) })
}
