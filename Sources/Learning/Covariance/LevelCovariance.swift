import DenseMath

/// `a(l) a(l′)`, where a column holds the number of a level (0, 1, …): times a covariance of the other
/// columns, a part of a function that enters at one level and goes on, multiplied, at those above it.
///
/// `a` is 0 below ``first``, 1 there and a factor of its own at each level above. The sum of such parts,
/// one entering at each level, is the autoregressive co-kriging of Kennedy and O'Hagan, Biometrika 87,
/// 1 (2000), doi:10.1093/biomet/87.1.1: of two levels `[[K₁, ρK₁], [ρK₁, ρ²K₁ + K_δ]]` exactly; of more,
/// factors of different parts are free where theirs are products of the same ρ. A number that names none
/// of the levels is not correlated with any.
public struct LevelCovariance: CovarianceLeaf {
  /// The level at which the part enters.
  public let first: Int

  /// `a` at the levels above ``first``; as they are, since a level may fall where another one rises.
  public var factors: [Double]
  public let column: Int

  public init(first: Int, factors: [Double], column: Int) {
    precondition(first >= 0, "levels are numbered from 0, not \(first)")
    self.first = first
    self.factors = factors
    self.column = column
  }

  /// `a` of a level.
  public func amplitude(_ level: Int) -> Double {
    let above = level - first
    guard above > 0 else { return above == 0 ? 1 : 0 }
    return factors.indices.contains(above - 1) ? factors[above - 1] : 0
  }

  var columns: [Int] { [column] }
  var parameters: [Double] {
    get { factors }
    set { factors = newValue }
  }
  var parameterNames: [String] {
    factors.indices.map { "factor of level \(first + 1 + $0)" }
  }

  /// Around 1: levels measure the same property.
  var priors: [ParameterPrior] {
    factors.map { _ in ParameterPrior(location: 1, spread: 1, range: -30...30, moderate: 0.8) }
  }

  /// Sizes are amplitudes.
  func prepared(_ points: Matrix) -> LeafPoints {
    let scaled = ScaledPoints(points, columns: columns)
    return LeafPoints(
      scaled: scaled, sizes: scaled.coordinates.map { Int(exactly: $0).map(amplitude) ?? 0 })
  }

  func variances(_ points: LeafPoints) -> [Double] { points.sizes.map { $0 * $0 } }

  func fill(
    _ row: Int, of queries: LeafPoints, to points: LeafPoints,
    _ values: UnsafeMutableBufferPointer<Double>
  ) {
    let own = queries.sizes[row]
    for place in values.indices { values[place] = own * points.sizes[place] }
  }

  func addSlopes(
    _ row: Int, _ points: LeafPoints, weights: UnsafeBufferPointer<Double>,
    to gradient: UnsafeMutableBufferPointer<Double>, inputs: UnsafeMutablePointer<Double>?
  ) -> Double {
    let own = points.sizes[row]
    var sum = 0.0
    for place in weights.indices {
      let product = weights[place] * points.sizes[place]
      sum += product
      if let factor = factorPlace(points, place) {
        gradient[factor] += weights[place] * own
      }
    }
    if let factor = factorPlace(points, row) { gradient[factor] += sum }
    return own * sum
  }

  /// The factor that is a point's amplitude.
  private func factorPlace(_ points: LeafPoints, _ place: Int) -> Int? {
    guard let level = Int(exactly: points.scaled.coordinates[place]),
      factors.indices.contains(level - first - 1)
    else { return nil }
    return level - first - 1
  }
}
