import Discovery
import Foundation
import TestKit
import Testing

@Suite("Improvement")
struct ImprovementTests {
  private func isClose(_ value: Double, _ expected: Double, _ relative: Double) -> Bool {
    abs(value - expected) <= relative * abs(expected) + 1e-300
  }

  @Test(
    "Agrees with mpmath 1.3.0 in 60 digits",
    .enabled(if: SharedFolder.has("golden/acquisition/inputs.json")))
  func golden() throws {
    var compared = 0
    for (input, expected) in try SharedFolder.goldenCases("acquisition")
    where input["kind"] as? String == "single" {
      let mean = try #require(input["mean"] as? Double)
      let deviation = try #require(input["std"] as? Double)
      let best = try #require(input["best"] as? Double)
      let margin = try #require(input["xi"] as? Double)
      let up = Improvement(mean: mean, standardDeviation: deviation, best: best, margin: margin)
      let down = Improvement(
        mean: -mean, standardDeviation: deviation, best: -best, margin: margin)
      for (name, value, tolerance) in [
        ("ei_max", up.expected, 1e-10), ("pi_max", up.probability, 1e-10),
        ("ei_min", down.expected, 1e-10), ("log_ei_max", up.logExpected, 1e-12),
        ("log_ei_min", down.logExpected, 1e-12), ("log_pi_max", up.logProbability, 1e-12),
      ] {
        guard let reference = expected[name] as? Double else { continue }
        // A log near 0 is as exact as 1 + x is.
        #expect(
          isClose(value, reference, tolerance) || abs(value - reference) < 1e-15, "\(name)")
        compared += 1
      }
    }
    #expect(compared > 400)
  }

  @Test("Logarithms stay finite far below the incumbent")
  func farTails() {
    // mpmath: log(φ(z) + zΦ(z)) at −10 and −1000.
    let ten = Improvement(mean: -10, standardDeviation: 1, best: 0)
    #expect(isClose(ten.logExpected, -55.553122036122356, 1e-14))
    let thousand = Improvement(mean: -1e3, standardDeviation: 1, best: 0)
    #expect(isClose(thousand.logExpected, -500014.73445209116, 1e-14))
    #expect(isClose(thousand.logProbability, -500007.82669481218, 1e-14))
    #expect(thousand.expected == 0)
  }

  @Test("Certain values improve or do not")
  func certain() {
    let better = Improvement(mean: 3, standardDeviation: 0, best: 1, margin: 0.5)
    #expect(better.expected == 1.5)
    #expect(better.probability == 1)
    #expect(better.logExpected == log(1.5))
    let worse = Improvement(mean: 1, standardDeviation: 0, best: 1)
    #expect(worse.expected == 0)
    #expect(worse.logExpected == -.infinity)
    #expect(worse.logProbability == -.infinity)
  }
}
