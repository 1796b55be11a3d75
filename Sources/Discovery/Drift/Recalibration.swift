import DenseMath

/// What an instrument reads now against what it read before, from samples that were measured twice.
///
/// With three or more samples of different values `now = offset + scale · before` by least squares;
/// with fewer the offset alone.
public struct Recalibration: Codable, Hashable, Sendable {
  public let offset: Double
  public let scale: Double
  public let pairs: Int

  /// Standard error of the offset at the mean of the samples; `nil` for one pair.
  public let error: Double?

  /// - Parameter pairs: Of the same samples, in the unit of the property; not empty.
  public init(_ pairs: [(before: Double, now: Double)]) {
    precondition(!pairs.isEmpty, "a recalibration needs a sample that was measured twice")
    let (before, now) = (pairs.map(\.before), pairs.map(\.now))
    let (x, y) = (Statistics.mean(before), Statistics.mean(now))
    let squares = before.reduce(0.0) { $0 + ($1 - x) * ($1 - x) }
    let isLine = pairs.count >= 3 && squares > 1e-12 * x * x * Double(pairs.count)
    let products = pairs.reduce(0.0) { $0 + ($1.before - x) * ($1.now - y) }
    let scale = isLine ? products / squares : 1
    let rest = pairs.reduce(0.0) { sum, pair in
      let residual = pair.now - y - scale * (pair.before - x)
      return sum + residual * residual
    }
    let freedom = pairs.count - (isLine ? 2 : 1)
    self.scale = scale
    self.pairs = pairs.count
    offset = y - scale * x
    error = freedom > 0 ? (rest / Double(freedom) / Double(pairs.count)).squareRoot() : nil
  }

  /// What the instrument would have read before.
  public func corrected(_ value: Double) -> Double { (value - offset) / scale }
}
