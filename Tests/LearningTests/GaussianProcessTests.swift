import DenseMath
import Foundation
import TestKit
import Testing

@testable import Learning

@Suite("Gaussian process")
struct GaussianProcessTests {
  private func points(_ rows: Int, _ columns: Int, _ generator: inout SplitMix64) -> Matrix {
    Matrix(
      rows: rows, columns: columns,
      elements: (0..<rows * columns).map { _ in generator.normal() })
  }

  private func process(
    _ family: KernelFamily, rows: Int = 30, known: Bool = false
  ) -> GaussianProcess {
    var generator = SplitMix64(seed: 11)
    let inputs = points(rows, 2, &generator)
    return GaussianProcess(
      kernel: Kernel(family: family, lengthscales: [0.8, 1.5], signalVariance: 1.7),
      noiseVariance: 0.05, knownNoiseVariances: known ? (0..<rows).map { 0.01 * Double($0) } : [],
      inputs: inputs, targets: (0..<rows).map { sin(inputs[$0, 0]) + 0.3 * inputs[$0, 1] })
  }

  @Test(
    "Agrees with scikit-learn 1.9.1", .enabled(if: SharedFolder.has("golden/gp/inputs.json")))
  func golden() throws {
    let cases = try SharedFolder.goldenCases("gp")
    #expect(cases.count == 30)
    for (input, expected) in cases {
      let rows = try #require(input["X"] as? [[Double]])
      let queries = try #require(input["X_star"] as? [[Double]])
      let process = GaussianProcess(
        kernel: Kernel(
          family: try #require(KernelFamily(rawValue: input["kernel"] as? String ?? "")),
          lengthscales: try #require(input["lengthscales"] as? [Double]),
          signalVariance: try #require(input["signal_variance"] as? Double)),
        noiseVariance: try #require(input["noise_variance"] as? Double),
        inputs: Matrix(rows: rows.count, columns: rows[0].count, elements: rows.flatMap { $0 }),
        targets: try #require(input["y"] as? [Double]))
      let stars = Matrix(
        rows: queries.count, columns: rows[0].count, elements: queries.flatMap { $0 })
      let (mean, variance) = process.predict(stars)
      let leaveOneOut = process.leaveOneOut
      expectClose([process.logMarginalLikelihood], [try #require(expected["lml"] as? Double)])
      expectClose(mean, try #require(expected["mean"] as? [Double]))
      expectClose(variance, try #require(expected["var_latent"] as? [Double]))
      expectClose(leaveOneOut.mean, try #require(expected["loo_mean"] as? [Double]))
      expectClose(leaveOneOut.variance, try #require(expected["loo_var"] as? [Double]))
      let covariance = try #require(expected["cov"] as? [[Double]])
      expectClose(process.posterior(stars).covariance.elements, covariance.flatMap { $0 })
    }
  }

  private func expectClose(
    _ values: [Double], _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(values.count == expected.count, sourceLocation: sourceLocation)
    for (value, reference) in zip(values, expected) {
      #expect(
        abs(value - reference) <= 1e-7 + 1e-6 * abs(reference), sourceLocation: sourceLocation)
    }
  }

  @Test("Evidence has the gradient of finite differences", arguments: KernelFamily.allCases)
  func gradient(family: KernelFamily) {
    var generator = SplitMix64(seed: 5)
    let inputs = points(17, 3, &generator)
    let targets = (0..<17).map { _ in generator.normal() }
    for known in [[], (0..<17).map { 0.02 * Double($0) }] {
      for point in [[0.3, -0.4, 0.9, 0.2, -2.5], [0.2, 0.4, -1.5]] {
        let evidence = GaussianProcessEvidence(
          family: family, sharesLengthscale: point.count == 3, inputs: inputs, targets: targets,
          knownNoiseVariances: known, noiseFactors: known.map { 0.5 + 10 * $0 })
        var gradient: [Double] = []
        var unused: [Double] = []
        _ = evidence.value(point, gradient: &gradient)
        #expect(gradient.count == point.count)
        for place in point.indices {
          var (up, down) = (point, point)
          up[place] += 1e-5
          down[place] -= 1e-5
          let slope =
            (evidence.value(up, gradient: &unused) - evidence.value(down, gradient: &unused))
            / 2e-5
          #expect(abs(slope - gradient[place]) < 1e-6 * max(1, abs(slope)))
        }
      }
    }
  }

  @Test("The evidence is the process' likelihood")
  func evidenceIsLikelihood() throws {
    let process = process(.matern52, known: true)
    var gradient: [Double] = []
    let value = GaussianProcessEvidence(
      family: .matern52, inputs: process.inputs, targets: process.targets,
      knownNoiseVariances: process.knownNoiseVariances
    ).value([log(0.8), log(1.5), log(1.7), log(0.05)], gradient: &gradient)
    #expect(abs(value - process.logMarginalLikelihood) < 1e-10)
  }

  @Test("Leave-one-out equals leaving one out", arguments: [false, true])
  func leaveOneOut(known: Bool) throws {
    let whole = process(.matern32, rows: 9, known: known)
    let (means, variances) = whole.leaveOneOut
    for row in 0..<9 {
      let others = (0..<9).filter { $0 != row }
      let part = GaussianProcess(
        covariance: whole.covariance, noiseVariance: whole.noiseVariance,
        knownNoiseVariances: known ? others.map { whole.knownNoiseVariances[$0] } : [],
        inputs: Matrix(
          rows: 8, columns: 2, elements: others.flatMap { Array(whole.inputs.row($0)) }),
        targets: others.map { whole.targets[$0] })
      let (mean, variance) = part.predict(whole.inputs.rows(row..<row + 1))
      let noise = whole.noiseVariance + (known ? whole.knownNoiseVariances[row] : 0)
      #expect(abs(mean[0] - means[row]) < 1e-10)
      #expect(abs(variance[0] + noise - variances[row]) < 1e-10)
    }
  }

  @Test("More rows by conditioning are more rows from the start")
  func conditioning() throws {
    let whole = process(.rbf, rows: 12)
    let part = GaussianProcess(
      covariance: whole.covariance, noiseVariance: whole.noiseVariance,
      inputs: whole.inputs.rows(0..<7),
      targets: Array(whole.targets[..<7]))
    let grown = part.conditioned(
      on: whole.inputs.rows(7..<12), targets: Array(whole.targets[7...]))
    let difference = grown.logMarginalLikelihood - whole.logMarginalLikelihood
    #expect(abs(difference) < 1e-9)
    var generator = SplitMix64(seed: 1)
    let queries = points(5, 2, &generator)
    let pairs = zip(grown.predict(queries).variance, whole.predict(queries).variance)
    #expect(pairs.allSatisfy { abs($0 - $1) < 1e-10 })
  }

  @Test("Predictions do not depend on the batch")
  func batches() throws {
    let process = process(.matern52)
    var generator = SplitMix64(seed: 3)
    let queries = points(600, 2, &generator)
    let (means, variances) = process.predict(queries)
    for row in [0, 1, 255, 256, 599] {
      let (mean, variance) = process.predict(queries.rows(row..<row + 1))
      #expect(mean[0] == means[row])
      #expect(variance[0] == variances[row])
    }
  }

  @Test("Draws have the posterior's moments", arguments: KernelFamily.allCases)
  func draws(family: KernelFamily) throws {
    let process = process(family)
    var generator = SplitMix64(seed: 7)
    let queries = points(3, 2, &generator)
    let (mean, covariance) = process.posterior(queries)
    let exact = (0..<4000).map { _ in process.sample(queries, using: &generator) }
    expectMoments(exact, mean, covariance, tolerance: 0.08)
  }

  @Test("Pathwise draws have the posterior's moments too", arguments: KernelFamily.allCases)
  func pathwiseDraws(family: KernelFamily) throws {
    let process = process(family)
    var generator = SplitMix64(seed: 8)
    let queries = points(3, 2, &generator)
    let (mean, covariance) = process.posterior(queries)
    let kernel = try #require(process.kernel)
    let drawn = (0..<2000).map { _ in
      process.samplePathwise(queries, kernel: kernel, features: 256, using: &generator)
    }
    expectMoments(drawn, mean, covariance, tolerance: 0.12)
    let many = points(GaussianProcess.exactSampleLimit + 1, 2, &generator)
    let one = process.sample(many, using: &generator)
    #expect(one.count == many.rows && one.allSatisfy(\.isFinite))
  }

  private func expectMoments(
    _ draws: [[Double]], _ mean: [Double], _ covariance: Matrix, tolerance: Double
  ) {
    for i in mean.indices {
      let values = draws.map { $0[i] }
      #expect(abs(Statistics.mean(values) - mean[i]) < tolerance)
      for j in mean.indices {
        let products = draws.map { ($0[i] - mean[i]) * ($0[j] - mean[j]) }
        #expect(abs(Statistics.mean(products) - covariance[i, j]) < 1.7 * tolerance)
      }
    }
  }
}
