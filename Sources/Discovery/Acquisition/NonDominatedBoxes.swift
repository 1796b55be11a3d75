import DenseMath
import Foundation

/// The space above a reference that a front does not dominate, cut into boxes that do not overlap.
///
/// A gain of hypervolume is a sum over the boxes of products over the objectives, of lengths for a
/// known point and of expected lengths for an uncertain one (Yang et al., J. Glob. Optim. 75, 3
/// (2019); Daulton, Balandat and Bakshy, NeurIPS 2020). Once cut, a candidate costs one sum:
/// O(n^(m − 1) m). All objectives are to be maximized.
public struct NonDominatedBoxes: Sendable {
  /// By objective, the values at which boxes begin or end, ascending; the first is the reference.
  let levels: [[Double]]

  /// `[boxes, objectives]`: places among the levels where a box begins.
  let lower: [Int]

  /// The same of where it ends; one past the last level for a box without end.
  let upper: [Int]
  public let objectives: Int
  public var count: Int { lower.count / max(objectives, 1) }

  /// - Parameter front: Dominated points and points that are not above the reference in every
  ///   objective change nothing.
  public init(_ front: [[Double]], reference: [Double]) {
    ParetoFront.check(front, reference)
    let inside = front.filter { zip($0, reference).allSatisfy { $0 > $1 } }
    let kept = ParetoFront.nonDominated(inside).map { inside[$0] }
    objectives = reference.count
    levels = reference.indices.map { objective in
      Set([reference[objective]] + kept.map { $0[objective] }).sorted()
    }
    let places = levels.map { values in
      Dictionary(uniqueKeysWithValues: values.enumerated().map { ($0.element, $0.offset) })
    }
    let ranked = kept.map { point in point.enumerated().map { places[$0.offset][$0.element] ?? 0 } }
    var cutter = BoxCutter(counts: levels.map(\.count))
    cutter.cut(ranked, [], [])
    lower = cutter.lower
    upper = cutter.upper
  }

  /// What a point adds to the hypervolume of the front.
  public func gain(of point: [Double]) -> Double {
    precondition(point.count == objectives, "\(point.count) of \(objectives) objectives")
    return sum(
      levels.indices.map { objective in
        levels[objective].map { max(point[objective] - $0, 0) } + [0]
      })
  }

  /// The logarithm of the expected gain from independent normal objectives: finite where the gain
  /// itself underflows.
  ///
  /// - Parameters:
  ///   - means: One an objective.
  ///   - deviations: Not negative; 0 is a value that is known.
  public func logExpectedGain(means: [Double], deviations: [Double]) -> Double {
    precondition(means.count == objectives && deviations.count == objectives)
    let excess = levels.indices.map { objective in
      levels[objective].map { level in
        Improvement(mean: means[objective], standardDeviation: deviations[objective], best: level)
          .expected
      } + [0]
    }
    let total = sum(excess)
    return total > 1e-200 ? log(total) : logSum(means, deviations)
  }

  /// The sum over the boxes of the products of what lies between their ends.
  private func sum(_ excess: [[Double]]) -> Double {
    var total = 0.0
    for start in stride(from: 0, to: lower.count, by: objectives) {
      var product = 1.0
      for objective in 0..<objectives {
        let place = start + objective
        product *= max(excess[objective][lower[place]] - excess[objective][upper[place]], 0)
      }
      total += product
    }
    return total
  }

  private func logSum(_ means: [Double], _ deviations: [Double]) -> Double {
    let excess = levels.indices.map { objective in
      levels[objective].map { level in
        Improvement(mean: means[objective], standardDeviation: deviations[objective], best: level)
          .logExpected
      } + [-Double.infinity]
    }
    return logSumOfExponentials(
      stride(from: 0, to: lower.count, by: objectives).map { start in
        (0..<objectives).reduce(0.0) { sum, objective in
          let from = excess[objective][lower[start + objective]]
          let to = excess[objective][upper[start + objective]]
          guard from > to else { return -.infinity }
          return sum + from + log1p(-exp(to - from))
        }
      })
  }
}

/// Cuts along the last objective, and each slice by recursion along those before.
private struct BoxCutter {
  let counts: [Int]
  var lower: [Int] = []
  var upper: [Int] = []

  init(counts: [Int]) {
    self.counts = counts
  }

  /// - Parameters:
  ///   - front: Of the objectives that are left, as places among the levels.
  ///   - begins: Of the objectives already cut, the last one first.
  mutating func cut(_ front: [[Int]], _ begins: [Int], _ ends: [Int]) {
    let objective = counts.count - begins.count - 1
    let highest = front.reduce(0) { max($0, $1[objective]) }
    if objective == 0 {
      lower += [highest] + begins.reversed()
      upper += [counts[0]] + ends.reversed()
      return
    }
    cut([], begins + [highest], ends + [counts[objective]])
    let ordered = front.sorted { $0[objective] > $1[objective] }
    var active: [[Int]] = []
    for (place, point) in ordered.enumerated() {
      let rest = Array(point[..<objective])
      if !active.contains(where: { zip($0, rest).allSatisfy { $0 >= $1 } }) {
        active.removeAll { zip(rest, $0).allSatisfy { $0 >= $1 } }
        active.append(rest)
      }
      let next = place + 1 < ordered.count ? ordered[place + 1][objective] : 0
      guard point[objective] > next else { continue }
      cut(active, begins + [next], ends + [point[objective]])
    }
  }
}
