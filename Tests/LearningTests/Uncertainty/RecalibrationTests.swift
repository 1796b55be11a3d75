import DenseMath
import Foundation
import Testing

@testable import Learning

@Suite("Recalibration and abstention")
struct RecalibrationTests {
  private func rows(
    _ count: Int, scale: Double, addition: Double, seed: UInt64 = 1
  ) -> ([Prediction], [Double]) {
    var generator = SplitMix64(seed: seed)
    var predictions: [Prediction] = []
    var targets: [Double] = []
    for _ in 0..<count {
      let spread = 0.1 + 2 * generator.uniform()
      predictions.append(
        Prediction(mean: 5, aleatoricVariance: spread * spread, epistemicVariance: 0))
      targets.append(5 + hypot(addition, scale * spread) * generator.normal())
    }
    return (predictions, targets)
  }

  @Test("Finds by how much errors exceed predicted deviations", arguments: [0.25, 1, 4])
  func scale(factor: Double) {
    let (predictions, targets) = rows(4000, scale: factor, addition: 0)
    let found = Recalibration(predictions: predictions, targets: targets)
    for spread in [0.5, 1, 2] {
      // Sampling error of a deviation from 4000 rows: 1 / √8000 = 1.1 %; the grid adds a little.
      #expect(abs(found.deviation(spread) / (factor * spread) - 1) < 0.06, "\(found)")
    }
  }

  @Test("Finds noise that no prediction shows")
  func addition() {
    let (predictions, targets) = rows(4000, scale: 1, addition: 1.5)
    let found = Recalibration(predictions: predictions, targets: targets)
    for spread in [0.2, 1, 2] {
      #expect(abs(found.deviation(spread) / hypot(1.5, spread) - 1) < 0.08, "\(found)")
    }
  }

  @Test("Makes normal intervals hold, and survives certainty and exactness")
  func metrics() throws {
    let (predictions, targets) = rows(600, scale: 3, addition: 0.5, seed: 4)
    let rows = targets.indices.map {
      HeldOut(row: $0, fold: $0 % 5, target: targets[$0], prediction: predictions[$0], baseline: 0)
    }
    let quality = try TrainingQuality(rows, coverages: [0.9])
    let after = try #require(quality.recalibrated)
    #expect(after.miscalibrationArea < 0.03)
    #expect(quality.uncertainty.miscalibrationArea > 0.2)
    #expect(after.rankedProbabilityScore < quality.uncertainty.rankedProbabilityScore)

    let certain = Prediction(mean: 0, aleatoricVariance: 0, epistemicVariance: 0)
    let exact = Recalibration(predictions: [certain, certain], targets: [0, 0])
    #expect(exact.deviation(0.5) == 0.5)
    let wrong = Recalibration(predictions: [certain, certain], targets: [-1, 1])
    #expect(wrong.deviation(0) > 0.3 && wrong.deviation(0) < 3)
  }

  @Test("The score of a certain prediction is its absolute error")
  func score() {
    #expect(NormalScore.rankedProbability(error: -2, spread: 0) == 2)
    // σ (2 φ(0) − 1/√π) at the mean: 0.2336949…
    #expect(abs(NormalScore.rankedProbability(error: 0, spread: 1) - 0.23369497725510915) < 1e-14)
  }

  @Test("An order by the errors themselves leaves no area, one by chance the oracle's")
  func abstention() {
    let errors = (1...200).map(Double.init)
    let best = AbstentionCurve(errors: errors, uncertainties: errors)
    #expect(best.area == 0 && best.kept.first == 1 && best.error.first == 100.5)
    // The more certain half: 1 … 100.
    let half = best.kept.firstIndex { abs($0 - 0.5) < 1e-9 }
    #expect(half.map { best.error[$0] } == 50.5)
    let constant = AbstentionCurve(errors: errors, uncertainties: errors.map { _ in 1 })
    #expect(abs(constant.area - constant.chanceArea) < 1e-12)
    #expect(constant.error.allSatisfy { abs($0 - 100.5) < 1e-9 })
    // Errors known the wrong way around are worse than chance.
    let worst = AbstentionCurve(errors: errors, uncertainties: errors.map { -$0 })
    #expect(worst.area > worst.chanceArea * 1.5)
    #expect(AbstentionCurve(errors: [0, 0], uncertainties: [1, 2]).area == 0)
  }
}
