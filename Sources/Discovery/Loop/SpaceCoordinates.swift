import DenseMath
import Design
import Learning
import Matter

/// Candidates as points whose distances say how different they are: atomic fractions in a
/// composition space, the 132 standardized element statistics of a list; then the variables, each
/// standardized.
struct SpaceCoordinates {
  /// `[n, d]`, every column with mean 0.
  let points: Matrix

  init(_ candidates: [Candidate], in space: any Space) throws {
    let simplex =
      (space as? ProcessSpace)?.materials as? CompositionSimplex
      ?? space as? CompositionSimplex
    let features: CandidateFeatures =
      candidates.allSatisfy(\.hasMaterial)
      ? simplex.map { .fractions($0.elements) } ?? .magpie : .named([])
    let raw = try features.matrix(candidates)
    let standard = FeatureStandardization(fitting: raw)
    var points = standard(raw)
    // Fractions share a unit: stretching each to the same spread would bend the simplex.
    let width = raw.columns - (candidates.first?.variables.count ?? 0)
    if simplex != nil {
      let scale = (standard.scales.reduce(0) { max($0, $1) })
      for (place, column) in standard.columns.enumerated() where column < width {
        for row in 0..<points.rows { points[row, place] *= standard.scales[place] / scale }
      }
    }
    self.points = points
  }

  func squaredDistance(_ a: Int, _ b: Int) -> Double {
    var sum = 0.0
    for column in 0..<points.columns {
      let difference = points[a, column] - points[b, column]
      sum += difference * difference
    }
    return sum
  }
}
