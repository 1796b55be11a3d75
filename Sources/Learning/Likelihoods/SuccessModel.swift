import DenseMath
import Foundation
public import Matter

/// The probability that a measurement succeeds, learned from those that did and those that did not: a
/// probit process on described candidates.
///
/// Where several methods measure, the method is a coordinate with a covariance of its own
/// (``TaskCovariance``): what fails by one is likelier to fail by the others, as far as they were seen to agree.
public struct SuccessModel: Sendable {
  private let features: CandidateFeatures
  private let variables: Int
  private let inputs: FeatureStandardization

  /// `nil` where all candidates look alike: the share of successes is then all that is known.
  private let process: LatentProcess?

  /// Of the successes, by method.
  private let shares: [Double]

  /// - Parameters:
  ///   - methods: By which each candidate was measured, from 0; empty where there is one method.
  ///   - methodCount: How many there are.
  ///   - succeeded: For each candidate; at least one of either kind.
  ///   - kernel: Of the latent function.
  /// - Throws: ``GaussianProcessError``, and what the representation refuses.
  public init(
    _ features: CandidateFeatures, candidates: [Candidate], methods: [Int] = [],
    methodCount: Int = 1, succeeded: [Bool], kernel: KernelFamily = .matern52, seed: UInt64
  ) throws {
    precondition(
      candidates.count == succeeded.count && Set(succeeded).count == 2,
      "successes and failures are needed, one for each candidate")
    precondition(
      (methodCount == 1 || methods.count == candidates.count)
        && methods.allSatisfy((0..<methodCount).contains), "each candidate has one of the methods")
    self.features = features
    variables = candidates[0].variables.count
    let raw = try features.matrix(candidates)
    inputs = FeatureStandardization(fitting: raw)
    shares = Self.shares(succeeded, methods, methodCount)
    guard !inputs.columns.isEmpty else {
      process = nil
      return
    }
    // One lengthscale: failures are few. The last column is constant: a function that is the same
    // everywhere carries the share of the successes.
    let width = inputs.columns.count
    let near = Covariance.scaled(
      .stationary(
        StationaryCovariance(kernel, lengthscales: [1], columns: Array(0..<width))), variance: 1)
    let everywhere = Covariance.dotProduct(
      DotProductCovariance(weightVariances: [1], columns: [width]))
    var covariance = Covariance.sum([near, everywhere])
    if methodCount > 1 {
      let tasks = TaskCovariance(tasks: methodCount, column: width + 1)
      covariance = .product([covariance, .task(tasks)])
    }
    let evidence = try LatentEvidence(
      covariance: covariance, likelihood: .probit,
      inputs: Self.points(inputs(raw), methodCount > 1 ? methods : nil),
      targets: succeeded.map { $0 ? 1 : 0 })
    var generator = SplitMix64(seed: seed)
    process = try LatentFit().process(evidence, using: &generator)
  }

  /// `log p` of each candidate by a method.
  public func logProbabilities(_ candidates: [Candidate], method: Int = 0) throws -> [Double] {
    guard let process else { return candidates.map { _ in log(shares[method]) } }
    let inputs = inputs(try features.matrix(candidates, variables: variables))
    let chances = process.probabilities(
      Self.points(inputs, shares.count > 1 ? candidates.map { _ in method } : nil))
    return (0..<chances.rows).map { log(max(chances[$0, 1], 1e-300)) }
  }

  /// `[n, d + 1]`, or `[n, d + 2]` with the methods: the inputs and a constant before them.
  private static func points(_ inputs: Matrix, _ methods: [Int]?) -> Matrix {
    let width = inputs.columns + (methods == nil ? 1 : 2)
    var elements: [Double] = []
    elements.reserveCapacity(inputs.rows * width)
    for row in 0..<inputs.rows {
      elements += Array(inputs.row(row)) + [1] + (methods.map { [Double($0[row])] } ?? [])
    }
    return Matrix(rows: inputs.rows, columns: width, elements: elements)
  }

  /// That of all methods together counts as one more measurement by each of several.
  private static func shares(_ succeeded: [Bool], _ methods: [Int], _ count: Int) -> [Double] {
    let all = Double(succeeded.count { $0 }) / Double(succeeded.count)
    guard count > 1 else { return [all] }
    return (0..<count).map { method in
      let own = zip(methods, succeeded).filter { $0.0 == method }
      return (Double(own.count { $0.1 }) + all) / Double(own.count + 1)
    }
  }
}
