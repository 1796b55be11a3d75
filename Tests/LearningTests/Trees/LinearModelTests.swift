import DenseMath
import Foundation
import Testing

@testable import Learning

@Suite("Linear models")
struct LinearModelTests {
  private func line(
    rows: Int, columns: Int, noise: Double, seed: UInt64
  ) -> (features: Matrix, targets: [Double]) {
    var generator = SplitMix64(seed: seed)
    let matrix = Matrix(
      rows: rows, columns: columns,
      elements: (0..<rows * columns).map { _ in 3 + 2 * generator.normal() })
    let targets = (0..<rows).map {
      7 + 2 * matrix[$0, 0] - matrix[$0, 1] + noise * generator.normal()
    }
    return (matrix, targets)
  }

  @Test("Finds a line, with as many or fewer rows than features", arguments: [200, 40])
  func line(rows: Int) throws {
    let train = line(rows: rows, columns: 50, noise: 0, seed: 1)
    let test = line(rows: 100, columns: 50, noise: 0, seed: 2)
    let model = try LinearModel.fit(features: train.features, targets: train.targets)
    let error = TreeSamples.meanError(try model.predict(test.features), test.targets)
    #expect(error < (rows == 200 ? 1e-2 : 3.5), "\(error)")
  }

  @Test("Meets the normal equations", arguments: [30, 5])
  func normalEquations(rows: Int) throws {
    let train = line(rows: rows, columns: 8, noise: 1, seed: 3)
    var generator = SplitMix64(seed: 9)
    let weights = (0..<rows).map { _ in 0.5 + generator.uniform() }
    let penalty = 2.0
    let model = try LinearModel.fit(
      features: train.features, targets: train.targets, weights: weights, penalty: penalty)
    let scaled = model.features(train.features)
    let predictions = try model.predict(train.features)
    let mean = Statistics.mean(weights)
    let errors = (0..<rows).map { weights[$0] / mean * (train.targets[$0] - predictions[$0]) }
    // The gradient of the objective vanishes: Σ w (y − ŷ) = 0 and Σ w (y − ŷ) x = λ β.
    #expect(abs(errors.reduce(0, +)) < 1e-9)
    for feature in 0..<8 {
      let slope = (0..<rows).reduce(0) { $0 + errors[$1] * scaled[$1, feature] }
      #expect(abs(slope - penalty * model.coefficients[feature]) < 1e-8)
    }
    #expect(model.degreesOfFreedom > 1 && model.degreesOfFreedom < Double(min(rows, 9)))
  }

  @Test("Generalized cross-validation shrinks noise and keeps a signal")
  func crossValidation() throws {
    let clear = line(rows: 100, columns: 20, noise: 0.1, seed: 1)
    let noisy = line(rows: 100, columns: 20, noise: 50, seed: 1)
    let (a, b) = (
      try LinearModel.fit(features: clear.features, targets: clear.targets),
      try LinearModel.fit(features: noisy.features, targets: noisy.targets)
    )
    #expect(a.penalty < 1 && b.penalty > 30, "\(a.penalty) and \(b.penalty)")
    #expect(abs(a.residualVariance.squareRoot() - 0.1) < 0.02)
    let fixed = try LinearModel.fit(
      features: clear.features, targets: clear.targets, penalty: 100)
    func criterion(_ model: LinearModel) -> Double {
      model.residualVariance / (100 - model.degreesOfFreedom)
    }
    #expect(criterion(a) < criterion(fixed))
  }

  @Test("Missing, constant and copied columns are borne")
  func columns() throws {
    let train = line(rows: 60, columns: 3, noise: 0.1, seed: 1)
    var features = Matrix(rows: 60, columns: 6)
    for row in 0..<60 {
      for (column, value) in (train.features.row(row) + [4, .nan, train.features[row, 0]])
        .enumerated()
      {
        features[row, column] = value
      }
    }
    features[3, 0] = .nan
    let model = try LinearModel.fit(features: features, targets: train.targets)
    #expect(model.coefficients[3] == 0 && model.coefficients[4] == 0)
    #expect(TreeSamples.meanError(try model.predict(features), train.targets) < 0.4)
    #expect(throws: TreeError.self) { try model.predict(Matrix(rows: 1, columns: 2)) }
    #expect(throws: TreeError.constantTarget(1)) {
      try LinearModel.fit(features: features, targets: [Double](repeating: 1, count: 60))
    }
  }

  @Test("Logistic regression finds a boundary, and its gradient vanishes")
  func logistic() throws {
    var generator = SplitMix64(seed: 5)
    let train = line(rows: 400, columns: 5, noise: 0, seed: 1)
    let targets = train.targets.map { 1 / (1 + exp(10 - $0)) > generator.uniform() ? 1.0 : 0 }
    let model = try LogisticModel.fit(features: train.features, targets: targets, penalty: 2)
    let shares = try model.predict(train.features)
    let scaled = model.features(train.features)
    #expect(abs(zip(shares, targets).reduce(0) { $0 + $1.0 - $1.1 }) < 1e-3)
    for feature in 0..<5 {
      let slope = (0..<400).reduce(0) { $0 + (targets[$1] - shares[$1]) * scaled[$1, feature] }
      #expect(abs(slope - 2 * model.coefficients[feature]) < 1e-3)
    }
    let chosen = try LogisticModel.fit(features: train.features, targets: targets)
    #expect(chosen.penalty >= 0.01 && chosen.penalty <= 10)
    let hits = zip(try chosen.predict(train.features), targets).count { ($0 > 0.5) == ($1 == 1) }
    #expect(hits > 330, "\(hits) of 400")
  }

  @Test("Classes that a line divides keep finite odds")
  func separable() throws {
    let features = Matrix(rows: 6, columns: 1, elements: [1, 2, 3, 7, 8, 9])
    let model = try LogisticModel.fit(features: features, targets: [0, 0, 0, 1, 1, 1])
    let shares = try model.predict(features)
    #expect(shares.allSatisfy { $0 > 0 && $0 < 1 })
    #expect(shares[2] < 0.5 && shares[3] > 0.5)
  }
}
