import DenseMath
import Foundation
import Learning
import Testing

@Suite("Calibration")
struct CalibrationTests {
  private func prediction(_ mean: Double, _ spread: Double) -> Prediction {
    Prediction(
      mean: mean, aleatoricVariance: spread * spread / 4, epistemicVariance: 0.75 * spread * spread)
  }

  /// Rows whose true spread is `factor` times what is claimed.
  private func rows(
    _ count: Int, factor: Double, _ generator: inout SplitMix64
  ) -> ([Prediction], [Double]) {
    var predictions: [Prediction] = []
    var targets: [Double] = []
    for _ in 0..<count {
      let spread = 0.5 + generator.uniform()
      predictions.append(prediction(generator.normal(), spread))
      targets.append((predictions.last?.mean ?? 0) + factor * spread * generator.normal())
    }
    return (predictions, targets)
  }

  @Test("Quantiles are the ⌈(n + 1) · coverage⌉-th score")
  func ranks() throws {
    let calibration = try Calibration(
      predictions: (1...19).map { _ in prediction(0, 1) }, targets: (1...19).map(Double.init))
    #expect(calibration.multiplier(coverage: 0.95) == 19)
    #expect(calibration.multiplier(coverage: 0.9) == 18)
    #expect(calibration.multiplier(coverage: 0.5) == 10)
    #expect(calibration.isConformal(coverage: 0.95))
    #expect(!calibration.isConformal(coverage: 0.96))
    let interval = calibration.interval(for: prediction(10, 2), coverage: 0.9)
    #expect(abs(interval.lowerBound + 26) < 1e-12)
    #expect(abs(interval.upperBound - 46) < 1e-12)
  }

  @Test("Too few scores give wide intervals, never narrow ones")
  func small() throws {
    let calibration = try Calibration(
      predictions: [prediction(0, 1), prediction(0, 1)], targets: [0.1, -0.2])
    #expect(!calibration.isConformal(coverage: 0.9))
    #expect(calibration.multiplier(coverage: 0.9) >= 0.2)
    // √((0.01 + 0.04) / 2) · 1.6448536
    #expect(abs(calibration.multiplier(coverage: 0.9) - 0.26007419) < 1e-7)
  }

  @Test("Coverage on new rows averages to the nominal one", arguments: [0.3, 1, 4])
  func coverage(factor: Double) throws {
    var generator = SplitMix64(seed: 21)
    var (inside, count) = (0, 0)
    for _ in 0..<400 {
      let (predictions, targets) = rows(30, factor: factor, &generator)
      let calibration = try Calibration(predictions: predictions, targets: targets)
      let (fresh, truth) = rows(20, factor: factor, &generator)
      for (prediction, target) in zip(fresh, truth) {
        count += 1
        if calibration.covers(target, prediction, coverage: 0.9) { inside += 1 }
      }
    }
    // The exact expectation is ⌈31 · 0.9⌉ / 31 = 28 / 31; 8000 rows in 400 groups, 4 sigma.
    #expect(abs(Double(inside) / Double(count) - 28.0 / 31) < 0.02)
  }

  @Test("Certain predictions still get an interval, and files hold the calibration")
  func certain() throws {
    let calibration = try Calibration(
      predictions: [prediction(0, 0), prediction(1, 0), prediction(2, 0)], targets: [0, 1, 5])
    let interval = calibration.interval(for: prediction(1, 0), coverage: 0.7)
    #expect(interval.contains(1))
    #expect(interval.upperBound.isFinite)
    let exact = try Calibration(predictions: [prediction(0, 0)], targets: [0])
    #expect(exact.interval(for: prediction(3, 0), coverage: 0.5).contains(3))
    for value in [calibration, exact] {
      let data = try JSONEncoder().encode(value)
      #expect(try JSONDecoder().decode(Calibration.self, from: data) == value)
    }
    #expect(throws: MetricsError.empty) { try Calibration(predictions: [], targets: []) }
  }
}
