import DenseMath
import Foundation
import Testing

@testable import Learning

/// Problems on which decompositions fail elsewhere: repeated and nearly repeated rows, lengthscales from
/// 1e-6 to 1e6, columns that are constant or far from 0, no noise, constant or huge targets.
@Suite("Ill-conditioned processes")
struct IllConditionedTests {
  struct Problem {
    let covariance: Covariance
    let noise: Double
    let inputs: Matrix
    let targets: [Double]

    init(seed: UInt64) {
      var generator = SplitMix64(seed: seed, stream: 0x111)
      let (rows, columns) = (1 + generator.index(below: 24), 1 + generator.index(below: 4))
      inputs = Self.points(rows, columns, &generator)
      covariance = Self.covariance(columns, &generator)
      noise = [0, 0, 1e-14, 1e-8, 1e-2][generator.index(below: 5)]
      let scale = [0, 1, 1, 1e6, 1e-9][generator.index(below: 5)]
      let shift = generator.index(below: 3) == 0 ? 1e3 : 0
      targets = (0..<rows).map { _ in shift + scale * generator.normal() }
    }

    private static func points(
      _ rows: Int, _ columns: Int, _ generator: inout SplitMix64
    ) -> Matrix {
      var result = Matrix(rows: rows, columns: columns)
      for column in 0..<columns {
        let kind = generator.index(below: 5)
        for row in 0..<rows {
          let plain = generator.normal()
          result[row, column] =
            [plain, plain, 3, 1e6 + plain, Double(generator.index(below: 3))][kind]
        }
      }
      for row in 1..<max(rows, 1) where generator.index(below: 2) == 0 {
        let other = generator.index(below: row)
        let shift = [0, 0, 1e-12, 1e-7][generator.index(below: 4)]
        for column in 0..<columns {
          result[row, column] = result[other, column] + shift * generator.normal()
        }
      }
      return result
    }

    private static func covariance(
      _ columns: Int, _ generator: inout SplitMix64
    ) -> Covariance {
      let all = Array(0..<columns)
      func lengths() -> [Double] {
        all.map { _ in pow(10, 12 * generator.uniform() - 6) }
      }
      func leaf() -> Covariance {
        let families = KernelFamily.allCases
        switch generator.index(below: 12) {
        case 0:
          return .rationalQuadratic(
            RationalQuadraticCovariance(
              lengthscales: lengths(), mixture: pow(10, 4 * generator.uniform() - 2), columns: all))
        case 1:
          return .periodic(
            PeriodicCovariance(periods: lengths(), lengthscales: lengths(), columns: all))
        case 2: return .dotProduct(DotProductCovariance(weightVariances: lengths(), columns: all))
        case 3: return .dotProduct(DotProductCovariance(offset: 1e-6, exponent: 4, columns: all))
        case 4:
          return .dotProduct(DotProductCovariance(exponent: 2, isNormalized: true, columns: all))
        case 5: return .tanimoto(TanimotoCovariance(columns: all))
        case 6: return .categorical(CategoricalCovariance(lengthscales: lengths(), columns: all))
        case 7: return .task(TaskCovariance(tasks: 3, column: 0))
        default:
          return .stationary(
            StationaryCovariance(
              families[generator.index(below: families.count)], lengthscales: lengths(),
              columns: all))
        }
      }
      let variance = pow(10, 6 * generator.uniform() - 3)
      switch generator.index(below: 4) {
      case 0: return .sum([leaf(), .scaled(leaf(), variance: variance)])
      case 1: return .scaled(.product([leaf(), leaf()]), variance: variance)
      default: return .scaled(leaf(), variance: variance)
      }
    }

    /// Everything that can be asked of the process.
    var answers: [Double] {
      let process = GaussianProcess(
        covariance: covariance, noiseVariance: noise, inputs: inputs, targets: targets)
      var generator = SplitMix64(seed: 1)
      let other = Matrix(
        rows: 2, columns: inputs.columns,
        elements: (0..<2 * inputs.columns).map { _ in generator.normal() })
      let (mean, variance) = process.predict(inputs)
      let elsewhere = process.predict(other)
      let (jointMean, joint) = process.posterior(other)
      let leaveOneOut = process.leaveOneOut
      let grown = process.conditioned(on: inputs.rows(0..<1), targets: [targets[0] + 1])
      let after = grown.predict(other)
      var all = mean + variance + elsewhere.mean + elsewhere.variance + jointMean + joint.elements
      all += leaveOneOut.mean + leaveOneOut.variance + after.mean + after.variance
      all += process.sample(other, using: &generator) + process.gradient(at: Array(other.row(0)))
      all += [process.logMarginalLikelihood, process.conditionNumber, process.jitter]
      return all + [grown.conditionNumber, grown.logMarginalLikelihood]
    }
  }

  /// `GP_PROBLEMS=100000` runs as many.
  static let count =
    ProcessInfo.processInfo.environment["GP_PROBLEMS"].flatMap { Int($0) } ?? 2000

  @Test("Every answer is a number")
  func numbers() {
    var failed: [UInt64] = []
    for seed in UInt64(0)..<UInt64(Self.count) {
      let answers = Problem(seed: seed).answers
      if !answers.allSatisfy(\.isFinite) { failed.append(seed) }
    }
    #expect(failed.isEmpty, "\(failed.count) of \(Self.count): \(failed.prefix(10))")
  }

  @Test("Fits of constant targets and of repeated rows end too")
  func fits() throws {
    for seed in UInt64(0)..<12 {
      let problem = Problem(seed: seed)
      var generator = SplitMix64(seed: seed)
      var fit = GaussianProcessFit()
      fit.maximumIterations = 15
      let process = try fit.process(
        GaussianProcessEvidence(
          covariance: problem.covariance, inputs: problem.inputs, targets: problem.targets),
        using: &generator)
      let means = process.predict(problem.inputs).mean
      #expect(means.allSatisfy { $0.isFinite })
    }
  }
}
