public import DenseMath
import Foundation

/// `B[t, t′]` with `B = W Wᵀ + diag κ`, where a column holds the number of the task (0, 1, …): times a
/// covariance of the other columns, the model of intrinsic coregionalization.
///
/// Bonilla, Chai and Williams, NeurIPS 2007; Álvarez, Rosasco and Lawrence, Found. Trends Mach. Learn.
/// 4, 195 (2012), section 4.2. A number that names none of the tasks is a task of its own, unrelated to
/// all, whose variance is the mean of the others'.
public struct TaskCovariance: CovarianceLeaf {
  /// `W`: `[tasks, rank]`.
  public var mixing: Matrix

  /// `κ`: one a task; positive.
  public var ownVariances: [Double]
  public let column: Int

  public init(mixing: Matrix, ownVariances: [Double], column: Int) {
    precondition(
      mixing.rows == ownVariances.count,
      "\(mixing.rows) tasks, but \(ownVariances.count) variances")
    self.mixing = mixing
    self.ownVariances = ownVariances
    self.column = column
  }

  /// Tasks that are moderately alike.
  public init(tasks: Int, rank: Int = 1, column: Int) {
    var start = Matrix(rows: tasks, columns: rank)
    for task in 0..<tasks {
      for place in 0..<rank { start[task, place] = Self.start(task, place) }
    }
    self.init(
      mixing: start, ownVariances: [Double](repeating: 0.5, count: tasks), column: column)
  }

  /// Zeros would be a point where no gradient leads away.
  private static func start(_ task: Int, _ place: Int) -> Double {
    place == 0 ? 0.7 : (task + place) % 2 == 0 ? 0.3 : -0.3
  }

  public var tasks: Int { mixing.rows }

  /// `B`: `[tasks, tasks]`.
  public var variances: Matrix {
    var result = mixing.multiplied(byTransposeOf: mixing)
    for task in 0..<tasks { result[task, task] += ownVariances[task] }
    return result
  }

  var columns: [Int] { [column] }

  /// `W` row by row as it is, then the logarithms of `κ`.
  var parameters: [Double] {
    get { mixing.elements + ownVariances.map { log($0) } }
    set {
      mixing.elements = Array(newValue.prefix(mixing.elements.count))
      ownVariances = newValue.suffix(tasks).map { exp($0) }
    }
  }

  var parameterNames: [String] {
    let weights = (0..<tasks).flatMap { task in
      (0..<mixing.columns).map { "mixing \(task) \($0)" }
    }
    return weights + (0..<tasks).map { "own variance \($0)" }
  }

  var priors: [ParameterPrior] {
    let weights = (0..<tasks).flatMap { task in
      (0..<mixing.columns).map {
        ParameterPrior(location: 0, spread: 1, range: -30...30, moderate: Self.start(task, $0))
      }
    }
    return weights + ownVariances.map { _ in .positive(around: log(0.5)) }
  }

  /// Coordinates are numbers of tasks, sizes the rows of `B` that they stand for, −1 for none.
  func prepared(_ points: Matrix) -> LeafPoints {
    let scaled = ScaledPoints(points, columns: columns)
    return LeafPoints(
      scaled: scaled,
      sizes: scaled.coordinates.map { value in
        Int(exactly: value).map { (0..<tasks).contains($0) } ?? false ? value : -1
      })
  }

  func variances(_ points: LeafPoints) -> [Double] {
    let diagonal = variances.diagonal
    return points.sizes.map { $0 < 0 ? Statistics.mean(diagonal) : diagonal[Int($0)] }
  }

  func fill(
    _ row: Int, of queries: LeafPoints, to points: LeafPoints,
    _ values: UnsafeMutableBufferPointer<Double>
  ) {
    let number = queries.scaled.coordinates[row]
    guard queries.sizes[row] >= 0 else {
      let own = Statistics.mean(variances.diagonal)
      for place in values.indices {
        values[place] = points.scaled.coordinates[place] == number ? own : 0
      }
      return
    }
    let covariances = variances.row(Int(queries.sizes[row]))
    let start = covariances.startIndex
    for place in values.indices {
      values[place] = points.sizes[place] < 0 ? 0 : covariances[start + Int(points.sizes[place])]
    }
  }

  func addSlopes(
    _ row: Int, _ points: LeafPoints, weights: UnsafeBufferPointer<Double>,
    to gradient: UnsafeMutableBufferPointer<Double>, inputs: UnsafeMutablePointer<Double>?
  ) -> Double {
    let (rank, own) = (mixing.columns, Int(points.sizes[row]))
    guard own >= 0 else { return addStrangerSlopes(row, points, weights, to: gradient) }
    var sums = [Double](repeating: 0, count: tasks)
    for place in weights.indices where points.sizes[place] >= 0 {
      sums[Int(points.sizes[place])] += weights[place]
    }
    for task in 0..<tasks {
      for place in 0..<rank {
        gradient[own * rank + place] += sums[task] * mixing[task, place]
        gradient[task * rank + place] += sums[task] * mixing[own, place]
      }
    }
    gradient[tasks * rank + own] += sums[own] * ownVariances[own]
    return zip(sums, variances.row(own)).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private func addStrangerSlopes(
    _ row: Int, _ points: LeafPoints, _ weights: UnsafeBufferPointer<Double>,
    to gradient: UnsafeMutableBufferPointer<Double>
  ) -> Double {
    let (number, rank) = (points.scaled.coordinates[row], mixing.columns)
    var sum = 0.0
    for place in weights.indices where points.scaled.coordinates[place] == number {
      sum += weights[place] / Double(tasks)
    }
    for place in 0..<tasks * rank { gradient[place] += 2 * sum * mixing.elements[place] }
    for task in 0..<tasks { gradient[tasks * rank + task] += sum * ownVariances[task] }
    return sum * Double(tasks) * Statistics.mean(variances.diagonal)
  }
}
