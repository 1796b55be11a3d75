import DenseMath
import Foundation
import Testing

@testable import Learning

@Suite("Covariance")
struct CovarianceTests {
  /// Columns 0 … 2 are numbers in 0 … 1, 3 and 4 classes, 5 a task, 6 … 9 counts.
  static func points(_ rows: Int, seed: UInt64) -> Matrix {
    var generator = SplitMix64(seed: seed)
    var elements: [Double] = []
    for _ in 0..<rows {
      elements += (0..<3).map { _ in 0.05 + 0.9 * generator.uniform() }
      elements += [Double(generator.index(below: 3)), Double(generator.index(below: 4))]
      elements.append(Double(generator.index(below: 3)))
      elements += (0..<4).map { _ in Double(generator.index(below: 3)) }
    }
    return Matrix(rows: rows, columns: 10, elements: elements)
  }

  static let parts: [Covariance] = [
    .stationary(StationaryCovariance(.matern52, lengthscales: [0.4, 0.9], columns: [0, 2])),
    .stationary(StationaryCovariance(.laplace, lengthscales: [0.7], columns: [0, 1, 2])),
    .rationalQuadratic(
      RationalQuadraticCovariance(lengthscales: [0.3, 0.8], mixture: 1.7, columns: [1, 2])),
    .periodic(
      PeriodicCovariance(periods: [0.4, 1.3], lengthscales: [0.9, 1.6], columns: [0, 1])),
    .dotProduct(
      DotProductCovariance(weightVariances: [0.5, 1.5, 0.2], offset: 0.3, columns: [0, 1, 2])),
    .dotProduct(
      DotProductCovariance(weightVariances: [0.8], offset: 0.6, exponent: 3, columns: [0, 1])),
    .dotProduct(DotProductCovariance(exponent: 2, isNormalized: true, columns: [0, 1, 2])),
    .tanimoto(TanimotoCovariance(columns: [6, 7, 8, 9])),
    .categorical(CategoricalCovariance(lengthscales: [0.5, 2], columns: [3, 4])),
    .task(
      TaskCovariance(
        mixing: Matrix(rows: 3, columns: 2, elements: [0.7, 0.3, -0.4, 0.9, 1.1, -0.2]),
        ownVariances: [0.2, 0.5, 0.1], column: 5)),
    .level(LevelCovariance(first: 1, factors: [1.6], column: 5)),
    .level(LevelCovariance(first: 0, factors: [-0.7, 1.3], column: 5)),
    .measurement(
      MeasurementCovariance(
        noiseVariances: [0.2, 0.6, 0.1], levelColumn: 5, measurementColumn: 4)),
  ]

  static let trees: [Covariance] = {
    let warp = InputWarp(
      columns: [0, 2], ranges: [0...1, 0...1.2], lower: [0.7, 1.4], upper: [2.3, 0.8])
    let inner = InputWarp(columns: [0], ranges: [0...1], lower: [1.6], upper: [0.6])
    return parts + [
      .scaled(parts[0], variance: 1.7),
      .sum([parts[0], .scaled(parts[7], variance: 0.4), parts[4]]),
      .sum([.product([parts[0], parts[9]]), .product([parts[2], parts[8], parts[3]])]),
      .warped(.scaled(parts[0], variance: 2), by: warp),
      .warped(.sum([parts[1], .product([parts[5], parts[2]]), parts[6]]), by: warp),
      .warped(.product([parts[3], .warped(.sum([parts[0], parts[6]]), by: inner)]), by: warp),
      .warped(
        .tanimoto(TanimotoCovariance(columns: [0, 1, 2])), by: warp),
    ]
  }()

  @Test("Is symmetric and positive semidefinite", arguments: trees.indices)
  func isCovariance(_ index: Int) {
    let covariance = Self.trees[index]
    for seed in UInt64(0)..<4 {
      let points = Self.points(25, seed: seed)
      let matrix = covariance(points, points)
      #expect(matrix == matrix.transposed || symmetric(matrix))
      #expect(
        zip(covariance.variances(points), matrix.diagonal).allSatisfy {
          abs($0 - $1) < 1e-12 * max(1, $1)
        })
      let values = SymmetricEigen(matrix).values
      #expect((values.last ?? 0) > -1e-12 * (values.first ?? 1))
    }
  }

  private func symmetric(_ matrix: Matrix) -> Bool {
    zip(matrix.elements, matrix.transposed.elements).allSatisfy {
      abs($0 - $1) <= 1e-14 * max(1, abs($0))
    }
  }

  @Test("The evidence has the gradient of finite differences", arguments: trees.indices)
  func gradient(_ index: Int) {
    var generator = SplitMix64(seed: 5)
    let points = Self.points(19, seed: 8)
    let targets = (0..<19).map { _ in generator.normal() }
    let evidence = GaussianProcessEvidence(
      covariance: Self.trees[index], inputs: points, targets: targets,
      noiseFactors: (0..<19).map { 0.5 + 0.1 * Double($0) })
    let point = Self.trees[index].parameters + [log(0.2)]
    var found: [Double] = []
    var unused: [Double] = []
    _ = evidence.value(point, gradient: &found)
    #expect(found.count == point.count)
    for place in point.indices {
      var (up, down) = (point, point)
      up[place] += 1e-5
      down[place] -= 1e-5
      let slope =
        (evidence.value(up, gradient: &unused) - evidence.value(down, gradient: &unused)) / 2e-5
      #expect(abs(slope - found[place]) < 2e-6 * max(1, abs(slope)), "parameter \(place)")
    }
  }

  @Test("The mean has the gradient of finite differences", arguments: trees.indices)
  func inputGradient(_ index: Int) {
    let points = Self.points(12, seed: 3)
    var generator = SplitMix64(seed: 1)
    let process = GaussianProcess(
      covariance: Self.trees[index], noiseVariance: 0.1, inputs: points,
      targets: (0..<12).map { _ in generator.normal() })
    let query = Array(Self.points(1, seed: 77).row(0))
    let found = process.gradient(at: query)
    for axis in 0..<3 {
      let ends = [1e-6, -1e-6].map { step in
        var moved = query
        moved[axis] += step
        return process.predict(Matrix(rows: 1, columns: 10, elements: moved)).mean[0]
      }
      #expect(abs(found[axis] - (ends[0] - ends[1]) / 2e-6) < 1e-6, "column \(axis)")
    }
  }

  @Test("Parameters, names and priors belong together; storing keeps all", arguments: trees.indices)
  func parameters(_ index: Int) throws {
    let covariance = Self.trees[index]
    let parameters = covariance.parameters
    #expect(covariance.parameterCount == parameters.count)
    #expect(covariance.parameterNames.count == parameters.count)
    #expect(covariance.priors.count == parameters.count)
    var other = covariance
    let moved = parameters.enumerated().map { $1 + 0.1 * Double($0 + 1) }
    other.parameters = moved
    #expect(zip(other.parameters, moved).allSatisfy { abs($0 - $1) < 1e-12 })
    let stored = try JSONDecoder().decode(
      Covariance.self, from: try JSONEncoder().encode(covariance))
    #expect(stored == covariance)
  }

  @Test(
    "A kernel is the tree of a factor and a stationary covariance", arguments: KernelFamily.allCases
  )
  func kernel(family: KernelFamily) {
    let points = Self.points(9, seed: 2)
    let kernel = Kernel(
      family: family, lengthscales: (0..<10).map { 0.5 + 0.2 * Double($0) }, signalVariance: 1.3)
    #expect(Covariance(kernel).kernel(width: 10) == kernel)
    let pairs = zip(
      Covariance(kernel)(points, points).elements, kernel.covariance(points, points).elements)
    #expect(pairs.allSatisfy { abs($0 - $1) < 1e-14 })
  }

  @Test("With many points, draws keep the marginal moments")
  func manyDraws() {
    let covariance = Covariance.product([Self.parts[0], Self.parts[8]])
    let points = Self.points(15, seed: 4)
    var generator = SplitMix64(seed: 9)
    let process = GaussianProcess(
      covariance: covariance, noiseVariance: 0.05, inputs: points,
      targets: (0..<15).map { _ in generator.normal() })
    let queries = Self.points(900, seed: 5)
    let (mean, variance) = process.predict(queries)
    let drawn = process.sample(queries, using: &generator)
    let z = (0..<900).map { (drawn[$0] - mean[$0]) / max(variance[$0], 1e-9).squareRoot() }
    // Neighbors are alike, so that the squares scatter more than of independent draws.
    #expect(abs(Statistics.mean(z)) < 0.5 && abs(Statistics.mean(z.map { $0 * $0 }) - 1) < 0.5)
  }
}
