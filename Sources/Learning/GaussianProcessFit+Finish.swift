import DenseMath
import Foundation

extension GaussianProcessFit {
  /// Moves what was found on some of the rows to where all rows want it: Newton's steps, since each costs
  /// O(n³).
  ///
  /// Curvature comes from finite differences of the gradient on the few rows, in proportion to the numbers of
  /// rows, and then from the steps themselves (Broyden, Fletcher, Goldfarb and Shanno). Ends when a step
  /// promises less than ``leastGain``.
  ///
  /// - Parameters:
  ///   - few: The rows that `found` comes from.
  ///   - steps: Evaluations on all rows at most, beyond the first.
  func finished(
    _ found: Result, from few: GaussianProcessEvidence, on all: GaussianProcessEvidence, steps: Int
  ) -> Result {
    let search = ParameterSearch(priors: all.covariance.priors + [noisePrior])
    let ratio = Double(all.targets.count) / Double(few.targets.count)
    func density(_ point: [Double], _ gradient: inout [Double]) -> Double {
      search.negativeDensity(point, &gradient) { all.value($0, gradient: &$1) }
    }
    var curvature = search.curvature(at: found.parameters) { point, gradient in
      let value = few.value(point, gradient: &gradient)
      for place in gradient.indices { gradient[place] *= ratio }
      return ratio * value
    }
    var point = found.parameters
    var gradient: [Double] = []
    var value = density(point, &gradient)
    var result = found
    result.evaluations += 1
    guard value.isFinite else { return found }
    for _ in 0..<steps {
      let step = search.step(from: point, gradient, curvature)
      let promised = -0.5 * zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      guard promised > Self.leastGain else { break }
      let next = zip(point, step).map { $0 + $1 }
      var nextGradient: [Double] = []
      let nextValue = density(next, &nextGradient)
      result.evaluations += 1
      guard nextValue < value else { break }
      curvature.learn(step: step, change: zip(nextGradient, gradient).map { $0 - $1 })
      (point, value, gradient) = (next, nextValue, nextGradient)
    }
    result.covariance.parameters = Array(point.dropLast())
    result.noiseVariance = max(
      exp(point[point.count - 1]), exp(noisePrior.range.lowerBound))
    result.logPosterior = -value
    return result
  }

  /// In nats: far below what hyperparameters are uncertain by.
  private static let leastGain = 0.1
}

extension ParameterSearch {
  /// The second derivatives of the negative density, made symmetric.
  fileprivate func curvature(at point: [Double], _ evidence: LBFGS.Objective) -> Matrix {
    let width = 1e-3
    var result = Matrix(rows: point.count, columns: point.count)
    for column in point.indices {
      var slopes: [[Double]] = []
      for side in [-width, width] {
        var (moved, gradient) = (point, [Double]())
        moved[column] += side
        guard negativeDensity(moved, &gradient, evidence).isFinite else { continue }
        slopes.append(gradient)
      }
      guard slopes.count == 2 else {
        result[column, column] = 1
        continue
      }
      for row in point.indices {
        let second = (slopes[1][row] - slopes[0][row]) / (2 * width)
        result[row, column] += 0.5 * second
        result[column, row] += 0.5 * second
      }
    }
    return result
  }

  /// Newton's step, at most a factor of two in any parameter, and within the ranges.
  fileprivate func step(from point: [Double], _ gradient: [Double], _ curvature: Matrix) -> [Double]
  {
    let newton = Cholesky(regularizing: curvature).solve(gradient.map { -$0 })
    let longest = newton.reduce(0) { max($0, abs($1)) }
    let scale = min(1, 0.7 / max(longest, 1e-300))
    return priors.indices.map { place in
      let range = priors[place].range
      let next = point[place] + scale * newton[place]
      return min(max(next, range.lowerBound), range.upperBound) - point[place]
    }
  }
}

extension Matrix {
  /// The symmetric update of second derivatives by a step and the change of the gradient along it.
  fileprivate mutating func learn(step: [Double], change: [Double]) {
    let pulled = multiplied(by: step)
    let along = zip(step, change).reduce(0) { $0 + $1.0 * $1.1 }
    let before = zip(step, pulled).reduce(0) { $0 + $1.0 * $1.1 }
    guard along > 0, before > 0 else { return }
    for row in step.indices {
      for column in step.indices {
        self[row, column] +=
          change[row] * change[column] / along - pulled[row] * pulled[column] / before
      }
    }
  }
}
