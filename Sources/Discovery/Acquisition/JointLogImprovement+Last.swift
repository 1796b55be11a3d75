import DenseMath
import Foundation

extension JointLogImprovement {
  /// The joint value as one member moves and the others stay: their draws are made once.
  struct Last {
    private let improvement: JointLogImprovement
    private let best: Double

    /// Of the members that stay.
    private let lower: Matrix

    /// `[samples]`: the smooth maximum of the others' improvements; −∞ without others.
    private let totals: [Double]

    /// - Parameters:
    ///   - means: Of the members that stay.
    ///   - covariance: Theirs.
    /// - Throws: ``CholeskyError`` when the covariance is not positive semidefinite.
    init(
      _ improvement: JointLogImprovement, means: [Double], covariance: Matrix, best: Double
    ) throws(CholeskyError) {
      precondition(
        means.count < improvement.normals.count,
        "a batch of \(means.count + 1) of \(improvement.normals.count)")
      self.improvement = improvement
      self.best = best
      lower =
        means.isEmpty
        ? Matrix(rows: 0, columns: 0) : try Cholesky(addingJitterTo: covariance).lower
      totals = improvement.totals(means, lower, best)
    }

    /// What a member's draws are made of: its mean, loads on the others' normal numbers, and a share of its
    /// own.
    private struct Member {
      var loads: [Double]
      var deviation: Double
    }

    private func member(_ variance: Double, _ covariances: [Double]) -> Member {
      var loads = covariances
      for row in loads.indices {
        for column in 0..<row { loads[row] -= lower[row, column] * loads[column] }
        loads[row] /= lower[row, row]
      }
      let left = variance - loads.reduce(0) { $0 + $1 * $1 }
      // What rounding leaves of a variance is none.
      return Member(loads: loads, deviation: left > 1e-12 * variance ? left.squareRoot() : 0)
    }

    /// - Parameter draws: How many of the draws to look at, to compare quickly; all of them for `nil`.
    func value(_ point: DifferentiableProcess.Beside, draws: Int? = nil) -> Double {
      let member = member(point.variance, point.covariances)
      let count = min(draws ?? totals.count, totals.count)
      let gains = gains(point.mean, member, count)
      let values = (0..<count).map {
        JointLogImprovement.smoothMaximum(totals[$0], JointLogImprovement.logImprovement(gains[$0]))
      }
      return logSumOfExponentials(values) - log(Double(count))
    }

    private func gains(_ mean: Double, _ member: Member, _ count: Int) -> [Double] {
      var gains = [Double](repeating: mean - best, count: count)
      for (load, normals) in zip(member.loads + [member.deviation], improvement.normals) {
        for draw in 0..<count { gains[draw] += load * normals[draw] }
      }
      return gains
    }

    struct Slope {
      let value: Double
      let mean: Double
      let variance: Double

      /// With the members that stay.
      let covariances: [Double]
    }

    /// The value and its derivatives by what is known of the member that moves.
    func slope(_ point: DifferentiableProcess.Beside) -> Slope {
      let member = member(point.variance, point.covariances)
      var rates = gains(point.mean, member, totals.count)
      var values = totals
      for draw in totals.indices {
        let (own, rate) = JointLogImprovement.logImprovementWithRate(rates[draw])
        let share = 1 / (1 + exp((totals[draw] - own) / JointLogImprovement.maximumTemperature))
        values[draw] = JointLogImprovement.smoothMaximum(totals[draw], own)
        rates[draw] = rate * share
      }
      let sum = logSumOfExponentials(values)
      for draw in rates.indices { rates[draw] *= exp(values[draw] - sum) }
      var byLoads = improvement.normals.prefix(member.loads.count + 1).map { normals in
        zip(rates, normals).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let byDeviation = byLoads.removeLast()
      // deviation² = variance − loads²
      let byVariance = member.deviation > 0 ? byDeviation / (2 * member.deviation) : 0
      for row in byLoads.indices { byLoads[row] -= 2 * byVariance * member.loads[row] }
      return Slope(
        value: sum - log(Double(totals.count)), mean: rates.reduce(0, +), variance: byVariance,
        covariances: throughLoads(byLoads))
    }

    /// By the covariances, where loads are `L⁻¹` of these.
    private func throughLoads(_ byLoads: [Double]) -> [Double] {
      var result = byLoads
      for row in result.indices.reversed() {
        for below in row + 1..<max(result.count, row + 1) {
          result[row] -= lower[below, row] * result[below]
        }
        result[row] /= lower[row, row]
      }
      return result
    }
  }
}
