import DenseMath

/// A set of features (places in a subspace), with how much it leaves unexplained.
struct FeatureSet: Sendable {
  let places: [Int]
  /// Smaller is better.
  let loss: Double

  static func precedes(_ a: FeatureSet, _ b: FeatureSet) -> Bool {
    a.loss != b.loss ? a.loss < b.loss : a.places.lexicographicallyPrecedes(b.places)
  }
}

/// The best sets that were offered, best first.
struct BestSets: Sendable {
  let capacity: Int
  private(set) var sets: [FeatureSet] = []

  init(capacity: Int) {
    self.capacity = capacity
  }

  var worst: Double { sets.count < capacity ? .infinity : sets.last?.loss ?? .infinity }

  mutating func offer(_ loss: Double, _ places: @autoclosure () -> [Int]) {
    guard loss <= worst, loss.isFinite else { return }
    let set = FeatureSet(places: places(), loss: loss)
    var place = sets.count
    while place > 0, FeatureSet.precedes(set, sets[place - 1]) { place -= 1 }
    guard place < capacity else { return }
    sets.insert(set, at: place)
    if sets.count > capacity { sets.removeLast() }
  }
}

/// Least squares with few of many features: all sets of a size, by the sum of squared errors.
///
/// All sets are tried (ℓ0) while there are at most ``mostSets`` of them; beyond, each of the best
/// sets with one feature less is extended by every feature (orthogonal matching pursuit with many
/// starts). One further feature costs O(1), by Cholesky updates along the way.
struct SparseLeastSquares: Sendable {
  static let mostSets = 20_000_000
  /// Sets that are extended where not all are tried.
  static let starts = 200

  let count: Int
  /// Products of features with mean 0 and length 1, and with the target so scaled.
  private let gram: [Double]
  private let projections: [Double]

  /// A feature with less than this share of its square left by the others is a combination of them.
  private static let leastRest = 1e-9

  /// - Parameters:
  ///   - features: Values of each in the rows.
  ///   - target: Not constant.
  init(features: [[Double]], target: [Double]) {
    let scaled = features.map(SparseLeastSquares.standardized)
    let matrix = Matrix(
      rows: scaled.count, columns: target.count, elements: scaled.flatMap { $0 })
    count = scaled.count
    gram = matrix.multiplied(byTransposeOf: matrix).elements
    projections = matrix.multiplied(by: SparseLeastSquares.standardized(target))
  }

  static func standardized(_ values: [Double]) -> [Double] {
    let mean = Statistics.mean(values)
    let length = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
    return values.map { length > 0 ? ($0 - mean) / length : 0 }
  }

  /// The best sets of a size.
  ///
  /// - Parameter smaller: The best sets of one feature less.
  /// - Returns: Sets with the share of the target's square that they leave; best first.
  func best(_ size: Int, capacity: Int, smaller: [FeatureSet]) -> [FeatureSet] {
    var best = BestSets(capacity: capacity)
    var sets = 1.0
    for step in 0..<size { sets *= Double(count - step) / Double(step + 1) }
    if size == 1 || sets <= Double(Self.mostSets) {
      extend(Partial(self), by: size, into: &best)
    } else {
      var seen: Set<[Int]> = []
      for start in smaller.prefix(Self.starts) {
        guard let partial = Partial(self, start.places) else { continue }
        for place in 0..<count where !start.places.contains(place) {
          let set = (start.places + [place]).sorted()
          guard seen.insert(set).inserted, let loss = partial.loss(with: place) else { continue }
          best.offer(loss, set)
        }
      }
    }
    return best.sets
  }

  private func extend(_ partial: Partial, by size: Int, into best: inout BestSets) {
    let first = (partial.places.last ?? -1) + 1
    guard first < count else { return }
    if size == 1 {
      for place in first..<count {
        guard let loss = partial.loss(with: place), loss <= best.worst else { continue }
        best.offer(loss, partial.places + [place])
      }
      return
    }
    for place in first..<count {
      guard let longer = partial.adding(place, from: place) else { continue }
      extend(longer, by: size - 1, into: &best)
    }
  }

  /// A set with all features after it made orthogonal to it.
  private struct Partial {
    let model: SparseLeastSquares
    var places: [Int] = []
    /// What each feature, and the target through it, has left.
    var squares: [Double]
    var products: [Double]
    /// For each feature of the set, the components of all features along it.
    var directions: [[Double]] = []
    var loss = 1.0

    init(_ model: SparseLeastSquares) {
      self.model = model
      squares = [Double](repeating: 1, count: model.count)
      products = model.projections
    }

    init?(_ model: SparseLeastSquares, _ places: [Int]) {
      self.init(model)
      for place in places {
        guard let longer = adding(place, from: 0) else { return nil }
        self = longer
      }
    }

    func loss(with place: Int) -> Double? {
      let square = squares[place]
      guard square > SparseLeastSquares.leastRest else { return nil }
      return max(loss - products[place] * products[place] / square, 0)
    }

    /// - Parameter start: Features before it are not needed any more.
    func adding(_ place: Int, from start: Int) -> Partial? {
      let square = squares[place]
      guard square > SparseLeastSquares.leastRest else { return nil }
      var result = self
      let scale = 1 / square.squareRoot()
      let component = products[place] * scale
      var direction = [Double](repeating: 0, count: model.count)
      let count = model.count
      for other in start..<count {
        var product = model.gram[place * count + other]
        for earlier in directions { product -= earlier[place] * earlier[other] }
        direction[other] = product * scale
        result.squares[other] -= direction[other] * direction[other]
        result.products[other] -= direction[other] * component
      }
      result.places.append(place)
      result.directions.append(direction)
      result.loss = max(loss - component * component, 0)
      return result
    }
  }
}

/// A straight combination of features with a constant.
struct LinearFit: Sendable {
  let coefficients: [Double]
  let intercept: Double

  /// Least squares in standardized features.
  ///
  /// - Returns: `nil` where a feature is a combination of the others.
  init?(features: [[Double]], target: [Double]) {
    let means = features.map(Statistics.mean)
    let lengths = zip(features, means).map { values, mean in
      values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
    }
    guard lengths.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    let scaled = features.map(SparseLeastSquares.standardized)
    let center = Statistics.mean(target)
    let shifted = target.map { $0 - center }
    let matrix = Matrix(
      rows: scaled.count, columns: target.count, elements: scaled.flatMap { $0 })
    guard let factor = try? Cholesky(matrix.multiplied(byTransposeOf: matrix)) else { return nil }
    let solution = factor.solve(matrix.multiplied(by: shifted))
    coefficients = zip(solution, lengths).map { $0 / $1 }
    intercept = center - zip(coefficients, means).reduce(0) { $0 + $1.0 * $1.1 }
    guard coefficients.allSatisfy(\.isFinite), intercept.isFinite else { return nil }
  }

  init(coefficients: [Double], intercept: Double) {
    self.coefficients = coefficients
    self.intercept = intercept
  }

  /// The values of the combination.
  func values(_ features: [[Double]], rows: Int) -> [Double] {
    var result = [Double](repeating: intercept, count: rows)
    for (coefficient, values) in zip(coefficients, features) {
      for row in 0..<rows { result[row] += coefficient * values[row] }
    }
    return result
  }
}
