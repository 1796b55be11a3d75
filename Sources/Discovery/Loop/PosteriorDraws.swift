import DenseMath
import Learning
import Matter

/// Joint draws at some candidates, and how much of their variance is still unexplained.
struct PosteriorDraws {
  /// For each candidate its draws minus their mean.
  private var rows: [[Double]]

  /// Sums of the squares of the rows before anything was explained.
  private let totals: [Double]

  init(
    _ surrogate: any Surrogate, _ candidates: [Candidate], count: Int,
    using generator: inout SplitMix64
  ) throws {
    var rows = Array(repeating: [Double](), count: candidates.count)
    for _ in 0..<count {
      for (place, value) in try surrogate.sample(candidates, using: &generator).enumerated() {
        rows[place].append(value)
      }
    }
    self.rows = rows.map { row in
      let mean = Statistics.mean(row)
      return row.map { $0 - mean }
    }
    totals = self.rows.map { Self.product($0, $0) }
  }

  /// The share of the variance that is left, 0...1.
  func remainingVariance(of place: Int) -> Double {
    guard totals[place] > 0 else { return 1 }
    return min(1, Self.product(rows[place], rows[place]) / totals[place])
  }

  /// Between the draws at two places; 0 where one does not vary.
  func correlation(_ a: Int, _ b: Int) -> Double {
    let size = (totals[a] * totals[b]).squareRoot()
    return size > 0 ? Self.product(rows[a], rows[b]) / size : 0
  }

  /// Takes out of all rows what runs along one of them.
  mutating func explain(by place: Int) {
    let direction = rows[place]
    let length = Self.product(direction, direction)
    guard length > 1e-12 * totals[place] else { return }
    for other in rows.indices {
      let factor = Self.product(rows[other], direction) / length
      for draw in direction.indices { rows[other][draw] -= factor * direction[draw] }
    }
  }

  private static func product(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for place in a.indices { sum += a[place] * b[place] }
    return sum
  }
}
