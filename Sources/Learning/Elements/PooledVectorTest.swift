import DenseMath
import Foundation
public import Matter

/// How well ridge regression predicts a property from element vectors that are pooled over formulas:
/// mean and variance of each number, weighted by atomic fraction.
public struct PooledVectorTest: Sendable {
  public let compositions: [Composition]
  public let targets: [Double]

  /// The fold of each row; rows of one reduced formula share theirs.
  private let fold: [Int]
  public let folds: Int

  /// - Parameter most: Rows to use; of more, a sample that `seed` draws.
  public init(
    _ compositions: [Composition], targets: [Double], folds: Int = 5, most: Int, seed: UInt64
  ) {
    var generator = SplitMix64(seed: seed)
    let chosen = generator.shuffled(Array(compositions.indices)).prefix(most).sorted()
    self.compositions = chosen.map { compositions[$0] }
    self.targets = chosen.map { targets[$0] }
    self.folds = folds
    let formulas = self.compositions.map(\.reducedFormula)
    let order = generator.shuffled(Set(formulas).sorted())
    let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    fold = formulas.map { (places[$0] ?? 0) % folds }
  }

  /// Rows all of whose elements are among some.
  public func rows(of elements: Set<Element>) -> [Int] {
    compositions.indices.filter { elements.isSuperset(of: compositions[$0].elements) }
  }

  /// The mean absolute error of each fold, in the unit of the targets.
  ///
  /// - Parameter rows: Rows to use, all of whose elements have a vector.
  public func errors(
    _ vectors: [Element: [Double]], rows: [Int], threads: Int
  ) throws -> [Double] {
    let width = vectors.values.first?.count ?? 0
    let features = rows.map { Self.pooled(compositions[$0], vectors, width) }
    let (fold, targets) = (rows.map { self.fold[$0] }, rows.map { self.targets[$0] })
    return try parallelMap(Array(0..<folds), threads: threads) { held in
      let train = fold.indices.filter { fold[$0] != held }
      let test = fold.indices.filter { fold[$0] == held }
      func matrix(_ places: [Int]) -> Matrix {
        Matrix(
          rows: places.count, columns: 2 * width, elements: places.flatMap { features[$0] })
      }
      let model = try LinearModel.fit(features: matrix(train), targets: train.map { targets[$0] })
      let predictions = try model.predict(matrix(test))
      return zip(test, predictions).reduce(0) { $0 + abs(targets[$1.0] - $1.1) }
        / Double(max(test.count, 1))
    }
  }

  private static func pooled(
    _ composition: Composition, _ vectors: [Element: [Double]], _ width: Int
  ) -> [Double] {
    var pooled = [Double](repeating: 0, count: 2 * width)
    let members = composition.elements.map { vectors[$0] ?? [] }
    let fractions = composition.fractions
    for (vector, fraction) in zip(members, fractions) {
      for place in 0..<width { pooled[place] += fraction * vector[place] }
    }
    for (vector, fraction) in zip(members, fractions) {
      for place in 0..<width {
        let difference = vector[place] - pooled[place]
        pooled[width + place] += fraction * difference * difference
      }
    }
    return pooled
  }
}
