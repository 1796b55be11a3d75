import DenseMath
import Foundation
import Testing

@testable import Learning

@Suite("Fits of composed covariances")
struct CovarianceFitTests {
  private func fitted(
    _ covariance: Covariance, _ inputs: Matrix, _ targets: [Double], fromOwn: Bool = false
  ) throws -> GaussianProcess {
    var generator = SplitMix64(seed: 0)
    let evidence = GaussianProcessEvidence(
      covariance: covariance, inputs: inputs, targets: targets)
    let found = try GaussianProcessFit().maximize(
      evidence, from: fromOwn ? covariance.parameters + [log(0.05)] : nil, using: &generator)
    return GaussianProcess(
      covariance: found.covariance, noiseVariance: found.noiseVariance, inputs: inputs,
      targets: targets)
  }

  private func column(_ values: [Double]) -> Matrix {
    Matrix(rows: values.count, columns: 1, elements: values)
  }

  private func error(_ process: GaussianProcess, _ queries: Matrix, _ truth: [Double]) -> Double {
    let means = process.predict(queries).mean
    return Statistics.mean(zip(means, truth).map { pow($0 - $1, 2) }).squareRoot()
  }

  private func smooth(_ columns: [Int]) -> Covariance {
    .scaled(
      .stationary(
        StationaryCovariance(
          .matern52, lengthscales: columns.map { _ in 1 }, columns: columns)), variance: 1)
  }

  @Test("A period that was learned from a guess goes on beyond the data")
  func periodic() throws {
    var generator = SplitMix64(seed: 3)
    func truth(_ x: Double) -> Double { sin(2 * .pi * x / 0.7) + 0.4 * x }
    let inputs = (0..<50).map { _ in 4 * generator.uniform() - 2 }
    let targets = inputs.map { truth($0) + 0.05 * generator.normal() }
    let beyond = (0..<40).map { 2 + 0.05 * Double($0) }
    let composed = Covariance.sum([
      .scaled(
        .periodic(PeriodicCovariance(periods: [0.8], lengthscales: [1], columns: [0])), variance: 1),
      .dotProduct(DotProductCovariance(weightVariances: [1], offset: 1, columns: [0])),
    ])
    let process = try fitted(composed, column(inputs), targets, fromOwn: true)
    let known = error(process, column(beyond), beyond.map(truth))
    let plain = error(
      try fitted(smooth([0]), column(inputs), targets), column(beyond), beyond.map(truth))
    #expect(known < 0.1 && plain > 5 * known, "\(known) against \(plain)")
  }

  @Test("A task with few rows learns from another")
  func tasks() throws {
    var generator = SplitMix64(seed: 4)
    func truth(_ x: Double, _ task: Double) -> Double {
      (task == 0 ? 1 : -0.8) * sin(3 * x) + 0.2 * task * x
    }
    var elements: [Double] = []
    var targets: [Double] = []
    for row in 0..<46 {
      let task = row < 40 ? 0.0 : 1
      let x = 4 * generator.uniform() - 2
      elements += [x, task]
      targets.append(truth(x, task) + 0.05 * generator.normal())
    }
    let inputs = Matrix(rows: 46, columns: 2, elements: elements)
    let places = (0..<40).map { -1.9 + 0.095 * Double($0) }
    let queries = Matrix(rows: 40, columns: 2, elements: places.flatMap { [$0, 1] })
    let expected = places.map { truth($0, 1) }
    let together = try fitted(
      .product([
        .stationary(StationaryCovariance(.matern52, lengthscales: [1], columns: [0])),
        .task(TaskCovariance(tasks: 2, rank: 1, column: 1)),
      ]), inputs, targets)
    let alone = try fitted(smooth([0]), inputs.rows(40..<46), Array(targets[40...]))
    let (shared, own) = (error(together, queries, expected), error(alone, queries, expected))
    #expect(shared < 0.5 * own, "\(shared) against \(own)")
  }

  @Test("A stretched column explains a function that is steep at one end")
  func warp() throws {
    var generator = SplitMix64(seed: 5)
    let inputs = (0..<40).map { _ in generator.uniform() }
    let targets = inputs.map { sin(12 * pow($0, 0.3)) + 0.02 * generator.normal() }
    let warp = InputWarp(columns: [0], ranges: [0...1])
    let plain = try fitted(smooth([0]), column(inputs), targets)
    let stretched = try fitted(.warped(smooth([0]), by: warp), column(inputs), targets)
    #expect(
      stretched.logMarginalLikelihood > plain.logMarginalLikelihood + 5,
      "\(stretched.logMarginalLikelihood) against \(plain.logMarginalLikelihood)")
  }
}
