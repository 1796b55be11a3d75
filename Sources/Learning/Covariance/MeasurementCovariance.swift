import DenseMath
import Foundation

/// `σ²_l` between a measurement and itself and 0 between different ones: noise that differs from level
/// to level.
///
/// One column holds the number of the level, the other that of the measurement. A negative number of a
/// measurement stands for the noiseless function.
public struct MeasurementCovariance: CovarianceLeaf {
  /// `σ²`: one a level; positive.
  public var noiseVariances: [Double]
  public let levelColumn: Int
  public let measurementColumn: Int

  public init(noiseVariances: [Double], levelColumn: Int, measurementColumn: Int) {
    self.noiseVariances = noiseVariances
    self.levelColumn = levelColumn
    self.measurementColumn = measurementColumn
  }

  var columns: [Int] { [levelColumn, measurementColumn] }
  var parameters: [Double] {
    get { noiseVariances.map { log($0) } }
    set { noiseVariances = newValue.map { exp($0) } }
  }
  var parameterNames: [String] { noiseVariances.indices.map { "noise variance \($0)" } }
  var priors: [ParameterPrior] { noiseVariances.map { _ in .noiseVariance } }

  func prepared(_ points: Matrix) -> LeafPoints {
    LeafPoints(scaled: ScaledPoints(points, columns: columns))
  }

  /// `nil` for the noiseless function.
  private func level(_ points: LeafPoints, _ place: Int) -> Int? {
    guard points.scaled.coordinates[points.count + place] >= 0,
      let level = Int(exactly: points.scaled.coordinates[place]),
      noiseVariances.indices.contains(level)
    else { return nil }
    return level
  }

  func variances(_ points: LeafPoints) -> [Double] {
    (0..<points.count).map { level(points, $0).map { noiseVariances[$0] } ?? 0 }
  }

  func fill(
    _ row: Int, of queries: LeafPoints, to points: LeafPoints,
    _ values: UnsafeMutableBufferPointer<Double>
  ) {
    values.update(repeating: 0)
    guard let level = level(queries, row) else { return }
    let number = queries.scaled.coordinates[queries.count + row]
    for place in values.indices where isMeasurement(number, at: level, points, place) {
      values[place] = noiseVariances[level]
    }
  }

  private func isMeasurement(
    _ number: Double, at level: Int, _ points: LeafPoints, _ place: Int
  ) -> Bool {
    points.scaled.coordinates[points.count + place] == number
      && points.scaled.coordinates[place] == Double(level)
  }

  func addSlopes(
    _ row: Int, _ points: LeafPoints, weights: UnsafeBufferPointer<Double>,
    to gradient: UnsafeMutableBufferPointer<Double>, inputs: UnsafeMutablePointer<Double>?
  ) -> Double {
    guard let level = level(points, row) else { return 0 }
    let number = points.scaled.coordinates[points.count + row]
    var sum = 0.0
    for place in weights.indices where isMeasurement(number, at: level, points, place) {
      sum += weights[place] * noiseVariances[level]
    }
    gradient[level] += sum
    return sum
  }
}
