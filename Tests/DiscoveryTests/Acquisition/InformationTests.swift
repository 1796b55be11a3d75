import DenseMath
import Foundation
import Learning
import Testing

@testable import Discovery

/// Values by mpmath 1.3.0 quadrature with 30 digits where nothing else is said.
@Suite("Knowledge, entropy, targets and risk")
struct InformationTests {
  private func close(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
    abs(a - b) <= tolerance * max(1, abs(b))
  }

  @Test("Knowledge gradient: quadrature of the maximum of five lines")
  func knowledgeGradient() {
    let value = KnowledgeGradient.gain(
      means: [0.3, 1.1, 0.9, -0.5, 1.1], slopes: [0.2, -0.4, 0.7, 1.5, 0.1])
    #expect(close(value, 0.36495184423202477))
    #expect(
      close(
        KnowledgeGradient.logGain(means: [0, -2.4], slopes: [0, 0.3]), -38.326337066018569))
    #expect(
      close(KnowledgeGradient.logGain(means: [0, -18], slopes: [0, 0.3]), -1810.3124329865981))
  }

  @Test("What can change nothing brings nothing, and parallel lines count once")
  func knowledgeOfNothing() {
    #expect(KnowledgeGradient.logGain(means: [1, 2], slopes: [0.5, 0.5]) == -.infinity)
    #expect(KnowledgeGradient.gain(means: [1], slopes: [3]) == 0)
    let twice = KnowledgeGradient.gain(means: [0, 0.2, -1, 0.2], slopes: [0, 1, 0, 1])
    #expect(close(twice, KnowledgeGradient.gain(means: [0, 0.2], slopes: [0, 1])))
  }

  @Test("Knowledge gradient equals the mean of draws", arguments: UInt64(0)..<4)
  func knowledgeByDraws(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let means = (0..<12).map { _ in generator.normal() }
    let slopes = (0..<12).map { _ in generator.normal() }
    let gains = (0..<40_000).map { _ in
      let z = generator.normal()
      return (zip(means, slopes).map { $0 + $1 * z }.max() ?? 0) - (means.max() ?? 0)
    }
    let error = Statistics.standardDeviation(gains) / 200
    let exact = KnowledgeGradient.gain(means: means, slopes: slopes)
    #expect(abs(Statistics.mean(gains) - exact) < 4 * error)
  }

  @Test("Max-value entropy follows equation 6, far into the tail")
  func entropy() {
    func gain(_ mean: Double, _ deviation: Double, _ maxima: [Double]) -> Double {
      MaxValueEntropy.logGain(mean: mean, deviation: deviation, maxima: maxima)
    }
    #expect(close(gain(1, 0.5, [1.2, 2, 3]), -1.5873290842629226))
    #expect(close(gain(0, 0.1, [3]), -448.208671030861233, 1e-8))
    #expect(close(gain(0, 0.02, [1]), -1247.69926334752724, 1e-8))
    #expect(close(gain(2, 0.3, [0.5]), 0.7413364385900699, 1e-10))
    #expect(gain(2, 0, [3]) == -.infinity)
  }

  @Test("Maxima are quantiles of the Gumbel distribution through the quartiles (SciPy 1.17.1)")
  func gumbel() {
    let predictions = zip([0.1, 0.5, 0.9, 1], [1, 0.5, 0.2, 0.0001]).map {
      Prediction(mean: $0, aleatoricVariance: 0.5, epistemicVariance: $1 * $1)
    }
    let maxima = MaxValueEntropy.maxima(predictions, count: 4)
    let expected = [
      0.8694082620400654, 0.9693959391764567, 1.0672815197772185, 1.2347229021574315,
    ]
    #expect(zip(maxima, expected).allSatisfy { close($0, $1, 1e-9) })
    #expect(MaxValueEntropy.maxima(predictions, floor: 1.1, count: 4)[0] == 1.1)
    let known = Prediction(mean: 2, aleatoricVariance: 0, epistemicVariance: 0)
    #expect(MaxValueEntropy.maxima([known], count: 2).allSatisfy { close($0, 2) })
  }

  @Test(
    "Expected approach to a target: quadrature",
    arguments: [
      ([1.6, 0.3, 0.1], -4.54749700514369), ([1.4, 0.05, 0.5], -0.7762988768877596),
      ([3, 0.1, 0.2], -106.514679843207998), ([-2, 0.1, 0.2], -522.155915169410433),
      ([1.5, 0.3, 1e-6], -27.40154240036366), ([4.4, 0.1, 0.001], -462.4243780356961),
    ])
  func target(_ at: [Double], _ expected: Double) {
    let improvement = TargetImprovement(
      mean: at[0], standardDeviation: at[1], target: 1.4, distance: at[2])
    #expect(close(improvement.logExpected, expected, 1e-11))
  }

  @Test("A known value approaches a target by what it does")
  func knownTarget() {
    func gain(_ mean: Double) -> Double {
      TargetImprovement(mean: mean, standardDeviation: 0, target: 1.4, distance: 0.3).expected
    }
    #expect(close(gain(1.5), 0.2))
    #expect(gain(2) == 0)
    let met = TargetImprovement(mean: 1, standardDeviation: 1, target: 1.4, distance: 0)
    #expect(met.expected == 0)
  }

  @Test("The mean of the worst outcomes (SciPy 1.17.1 quad)")
  func risk() {
    let one = ConditionalValueAtRisk.normal(mean: 1, deviation: 0.5, share: 0.2)
    #expect(close(one, 0.30009519898047915))
    #expect(
      close(ConditionalValueAtRisk.mixture(means: [1], deviation: 0.5, share: 0.2), one, 1e-10))
    for (share, expected) in [(0.2, -1.3219698772104562), (0.7, 0.03421451760212783)] {
      let value = ConditionalValueAtRisk.mixture(means: [1, 2, -1], deviation: 0.5, share: share)
      #expect(close(value, expected, 1e-9))
    }
    // Without noise: the lowest, and a half of the next.
    #expect(
      close(ConditionalValueAtRisk.mixture(means: [1, 2, -1], deviation: 0, share: 0.5), -1 / 3))
    #expect(ConditionalValueAtRisk.mixture(means: [1, 2, 3], deviation: 1, share: 1) == 2)
  }

  @Test("The straddle is largest where the side of the level is least known")
  func straddle() {
    var acquisition = StandardAcquisition(.levelSet)
    acquisition.level = 3
    var context = AcquisitionContext(
      predictions: [(3.0, 1.0), (5, 1), (5, 2), (3, 0)].map {
        Prediction(mean: $0.0, aleatoricVariance: 9, epistemicVariance: $0.1 * $0.1)
      }, incumbent: 0, observed: TargetStandardization(mean: 0, scale: 2))
    context.level = 3
    var generator = SplitMix64(seed: 0)
    let scores = acquisition.score(context, using: &generator)
    #expect(scores == [0.98, 0.98 - 1, 1.96 - 1, 0])
  }

  @Test("Costs divide gains")
  func costs() {
    var context = AcquisitionContext(
      predictions: [1.0, 1.0].map {
        Prediction(mean: $0, aleatoricVariance: 0, epistemicVariance: 1)
      }, incumbent: 1, observed: TargetStandardization(mean: 0, scale: 1))
    context.logCosts = [log(2), log(8)]
    var generator = SplitMix64(seed: 0)
    let gains = StandardAcquisition(.ei).score(context, using: &generator)
    #expect(close(gains[0], 4 * gains[1]))
    let logs = StandardAcquisition(.logEI).score(context, using: &generator)
    #expect(close(logs[0] - logs[1], log(4)))
  }
}
