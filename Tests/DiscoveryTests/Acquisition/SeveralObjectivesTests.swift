import DenseMath
import Foundation
import Testing

@testable import Discovery

@Suite("Several objectives")
struct SeveralObjectivesTests {
  /// Knuth's linear congruential generator, as in the script that made the expected values.
  private func points(_ rows: Int, _ columns: Int, seed: UInt64) -> [[Double]] {
    var state = seed
    return (0..<rows).map { _ in
      (0..<columns).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) / 9_007_199_254_740_992
      }
    }
  }

  @Test(
    "Hypervolume of four and five objectives: BoTorch 0.18.1",
    arguments: [(4, 0.16971545429357876), (5, 0.10439067290656205)])
  func volume(_ objectives: Int, _ expected: Double) {
    let value = ParetoFront.hypervolume(
      points(30, objectives, seed: UInt64(objectives)),
      reference: [Double](repeating: 0.1, count: objectives))
    #expect(abs(value - expected) < 1e-12)
  }

  @Test(
    "Expected gain of four and five objectives: BoTorch 0.18.1",
    arguments: [(4, 0.07370364047821548), (5, 0.0232461172550888)])
  func expectedGain(_ objectives: Int, _ expected: Double) {
    let front = points(12, objectives, seed: UInt64(objectives + 10))
    let reference = [Double](repeating: 0.1, count: objectives)
    let means = points(1, objectives, seed: UInt64(objectives + 20))[0]
    let boxes = NonDominatedBoxes(front, reference: reference)
    let gain = boxes.logExpectedGain(
      means: means, deviations: [Double](repeating: 0.2, count: objectives))
    #expect(abs(exp(gain) - expected) < 1e-6 * expected)
    let direct = ParetoFront.expectedImprovement(
      front, reference: reference, means: means,
      variances: [Double](repeating: 0.04, count: objectives))
    #expect(abs(exp(gain) - direct) < 1e-12)
  }

  @Test("Boxes give the gain of a point, and cover nothing twice", arguments: 1...5)
  func gains(objectives: Int) {
    var generator = SplitMix64(seed: UInt64(objectives))
    let front = (0..<10).map { _ in (0..<objectives).map { _ in generator.uniform() } }
    let reference = [Double](repeating: 0.05, count: objectives)
    let boxes = NonDominatedBoxes(front, reference: reference)
    let base = ParetoFront.hypervolume(front, reference: reference)
    for _ in 0..<20 {
      let point = (0..<objectives).map { _ in 1.2 * generator.uniform() }
      let gain = ParetoFront.hypervolume(front + [point], reference: reference) - base
      #expect(abs(boxes.gain(of: point) - gain) < 1e-12)
    }
    // An empty front leaves one box.
    #expect(NonDominatedBoxes([], reference: reference).count == 1)
  }

  @Test("The logarithm goes on where the gain underflows")
  func tail() {
    let boxes = NonDominatedBoxes([[1, 1]], reference: [0, 0])
    func gain(_ mean: Double) -> Double {
      boxes.logExpectedGain(means: [mean, mean], deviations: [0.01, 0.01])
    }
    #expect(gain(-0.5).isFinite)
    #expect(gain(-0.5) < gain(-0.4))
    // One objective far below: the two others' closed form, log h(−100) and log of the mean 2.
    let far = NonDominatedBoxes([], reference: [0, 0]).logExpectedGain(
      means: [-1, 2], deviations: [0.01, 0])
    #expect(abs(far - (log(0.01) + Normal.logExpectedPositivePart(-100) + log(2))) < 1e-9)
  }

  @Test("The reference point is BoTorch's")
  func reference() {
    #expect(
      ParetoFront.reference(of: [[1, 5], [3, 2]]).elementsEqual([0.8, 1.7]) {
        abs($0 - $1) < 1e-12
      })
    #expect(
      ParetoFront.reference(of: [[2, -4]]).elementsEqual([1.8, -4.4]) {
        abs($0 - $1) < 1e-12
      })
    #expect(ParetoFront.reference(of: [[0, 1]])[0] < 0)
  }

  @Test("Scalarization: its value, and its improvement by draws")
  func chebyshev() {
    let front = [[0.0, 10], [2, 0], [1, 6]]
    let scalar = ChebyshevScalarization(over: front, weights: [0.25, 0.75], samples: 4096)
    // min(0.25 · 0.5, 0.75 · 0.6) + 0.05 (0.125 + 0.45)
    #expect(abs(scalar.value([1, 6]) - (0.125 + 0.05 * 0.575)) < 1e-14)
    var generator = SplitMix64(seed: 2)
    let gains = (0..<40_000).map { _ in
      max(scalar.value([1 + 0.5 * generator.normal(), 6 + 2 * generator.normal()]) - 0.2, 0)
    }
    let value = exp(
      scalar.logExpectedImprovement(means: [1, 6], deviations: [0.5, 2], best: 0.2))
    #expect(abs(value - Statistics.mean(gains)) < 0.02 * value)
  }
}
