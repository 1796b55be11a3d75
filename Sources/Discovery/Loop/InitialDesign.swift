import DenseMath
import Design
import Foundation
import Learning
import Matter

/// How the first candidates of a campaign are chosen, by its name in recipes.
public enum InitialDesign: String, Codable, Hashable, Sendable, CaseIterable {
  /// Each with equal probability.
  case random

  /// Nearest to the points of a shifted Sobol sequence in the ranks along the main directions of the
  /// space's representation.
  case sobol

  /// The same with a Latin hypercube: every coordinate is divided evenly (McKay, Beckman and Conover,
  /// Technometrics 21, 239 (1979)).
  case latin

  /// Each as far as can be from those before, the first drawn at random: within twice the smallest
  /// possible distance of any candidate to a chosen one (Gonzalez, Theor. Comput. Sci. 38, 293
  /// (1985)).
  case kCenter = "k-center"
}

extension InitialDesign {
  /// Candidates of a space, each once; fewer where the space has no more.
  ///
  /// Spaces of more than 5000 members are represented by as many drawn at random.
  func candidates(_ count: Int, of space: any Space, seed: UInt64) throws -> [Candidate] {
    var generator = SplitMix64(seed: seed)
    if self == .random { return space.sample(count, using: &generator) }
    let limit = 5000
    let pool =
      space.count <= limit
      ? (0..<space.count).map(space.candidate(at:)) : space.sample(limit, using: &generator)
    guard pool.count > count else { return generator.shuffled(pool) }
    let coordinates = try SpaceCoordinates(pool, in: space)
    guard coordinates.points.columns > 0 else {
      return Array(generator.shuffled(pool).prefix(count))
    }
    if self == .kCenter {
      return coordinates.farthest(count, from: generator.index(below: pool.count))
        .map { pool[$0] }
    }
    let ranks = coordinates.principalRanks
    return Self.nearest(cube(count, &generator, ranks.columns), in: ranks).map { pool[$0] }
  }

  /// `[count, dimensions]` points of the unit cube.
  private func cube(
    _ count: Int, _ generator: inout SplitMix64, _ dimensions: Int
  ) -> Matrix {
    var points = Matrix(rows: count, columns: dimensions)
    if self == .latin {
      for column in 0..<dimensions {
        for (row, cell) in generator.shuffled(0..<count).enumerated() {
          points[row, column] = (Double(cell) + generator.uniform()) / Double(count)
        }
      }
      return points
    }
    var sequence = SobolSequence(dimensions: dimensions, seed: generator.next())
    for row in 0..<count {
      for (column, value) in sequence.next().enumerated() { points[row, column] = value }
    }
    return points
  }

  /// For each point of the cube the nearest candidate by its ranks that no point before has.
  private static func nearest(_ cube: Matrix, in ranks: Matrix) -> [Int] {
    var taken: Set<Int> = []
    return (0..<cube.rows).map { target in
      var (best, shortest) = (0, Double.infinity)
      for place in 0..<ranks.rows where !taken.contains(place) {
        var sum = 0.0
        for column in 0..<cube.columns {
          let difference = ranks[place, column] - cube[target, column]
          sum += difference * difference
        }
        if sum < shortest { (best, shortest) = (place, sum) }
      }
      taken.insert(best)
      return best
    }
  }
}

extension SpaceCoordinates {
  /// Greedy k-center; O(count · n · d). Of equal distances the lowest place.
  func farthest(_ count: Int, from first: Int) -> [Int] {
    var chosen = [first]
    var distances = (0..<points.rows).map { squaredDistance($0, first) }
    while chosen.count < min(count, points.rows) {
      distances[chosen[chosen.count - 1]] = -1
      var next = 0
      for place in distances.indices where distances[place] > distances[next] { next = place }
      chosen.append(next)
      for place in distances.indices where distances[place] >= 0 {
        distances[place] = min(distances[place], squaredDistance(place, next))
      }
    }
    return chosen
  }

  /// Ranks in (0, 1) along the first principal components, up to five, that together hold 95 % of
  /// the variance: `[n, components]`.
  var principalRanks: Matrix {
    let (rows, width) = (points.rows, points.columns)
    var scatter = Matrix(rows: width, columns: width)
    for row in 0..<rows {
      let point = Array(points.row(row))
      for a in 0..<width where point[a] != 0 {
        for b in 0..<width { scatter[a, b] += point[a] * point[b] }
      }
    }
    let eigen = SymmetricEigen(scatter)
    let total = eigen.values.reduce(0) { $0 + max($1, 0) }
    var (kept, held) = (0, 0.0)
    while kept < min(5, width), held < 0.95 * total {
      held += max(eigen.values[kept], 0)
      kept += 1
    }
    let scores = points.multiplied(byTransposeOf: eigen.vectors.rows(0..<max(kept, 1)))
    var ranks = Matrix(rows: rows, columns: scores.columns)
    for column in 0..<scores.columns {
      let values = scores.column(column)
      let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
      for (rank, row) in order.enumerated() {
        ranks[row, column] = (Double(rank) + 0.5) / Double(rows)
      }
    }
    return ranks
  }
}
