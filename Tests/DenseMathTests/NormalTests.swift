import DenseMath
import Foundation
import Testing

/// Reference values: mpmath 1.3.0 with 50 digits or more.
@Suite("Normal distribution and error functions")
struct NormalTests {
  private func isClose(_ value: Double, _ expected: Double, _ relative: Double) -> Bool {
    abs(value - expected) <= relative * max(abs(expected), .leastNormalMagnitude)
  }

  @Test(
    "exp(x²) erfc(x)",
    arguments: [
      (-5, 144_009_798_674.66104), (-1, 5.0089800807622835), (-0.25, 1.3586423701047221), (0, 1),
      (0.25, 0.77034654773099674), (0.46875, 0.63206968924955608), (0.75, 0.50693765029314481),
      (2, 0.25539567631050574), (3.99, 0.1373240409142297), (4.01, 0.13667636742994915),
      (10, 0.056140992743822586), (50, 0.011281536265323773), (1e3, 0.00056418930145338765),
      (1e8, 5.6418958354775626e-9),
    ])
  func scaledErrorFunction(_ x: Double, _ expected: Double) {
    #expect(isClose(scaledComplementaryErrorFunction(x), expected, 1e-14))
  }

  @Test(
    "log Φ",
    arguments: [
      (-1e3, -500007.82669481218), (-100, -5005.5242086942051), (-37.5, -707.66898931750719),
      (-10, -53.231285150512471), (-1.5, -2.7059444008238898), (-1, -1.8410216450092635),
      (-0.5, -1.1759117615936186), (0, -0.69314718055994531), (1, -0.17275377902344989),
      (5, -2.8665161296376359e-7), (9, -1.1285884059538406e-19),
    ])
  func logCumulative(_ z: Double, _ expected: Double) {
    #expect(isClose(Normal.logCumulative(z), expected, 2e-14))
    if expected > -700 {
      #expect(isClose(Normal.cumulative(z), exp(expected), 1e-13))
    }
  }

  @Test(
    "log(φ + zΦ)",
    arguments: [
      (-1e3, -500014.73445209116), (-100, -5010.1295788002498), (-30, -457.724653760598),
      (-25.5, -332.52588446220498), (-24.5, -307.44625385773019), (-10, -55.553122036122356),
      (-3, -7.8696860596030285), (-1, -2.4851210257126413), (-0.5, -1.6205162643873199),
      (0, -0.91893853320467274), (2, 0.69738354578822831),
    ])
  func logExpectedPositivePart(_ z: Double, _ expected: Double) {
    #expect(isClose(Normal.logExpectedPositivePart(z), expected, 1e-14))
    if z > -30 {
      #expect(isClose(Normal.expectedPositivePart(z), exp(expected), 2e-13))
    }
  }

  @Test(
    "Quantiles",
    arguments: [
      (0.025, -1.9599639845400542), (0.3, -0.52440051270804082), (0.5, 0),
      (0.9, 1.2815515655446006), (0.95, 1.6448536269514723), (0.999999, 4.7534243088170878),
      (1e-10, -6.3613409024040562), (1e-100, -21.273453560965324),
      (1e-300, -37.047096299361199),
    ])
  func quantile(_ probability: Double, _ expected: Double) {
    #expect(isClose(Normal.quantile(probability), expected, 1e-15))
  }

  @Test("Quantiles at and beyond the ends")
  func quantileEnds() {
    #expect(Normal.quantile(0) == -.infinity)
    #expect(Normal.quantile(1) == .infinity)
    #expect(Normal.quantile(-0.1).isNaN)
    #expect(Normal.quantile(.nan).isNaN)
  }
}
