import Foundation
import Representations
import TestKit
import Testing

@Suite("Radial bases")
struct RadialBasisTests {
  private static let bases: [any RadialBasis] = [
    GaussianBasis(from: 0, through: 8, count: 41, width: 0.2),
    GaussianBasis(from: 1, through: 1, count: 1, width: 0.7),
    BesselBasis(cutoff: 5, count: 8),
    BesselBasis(cutoff: 6, count: 3, envelope: .cosine),
    BesselBasis(cutoff: 6, count: 3, envelope: .none),
  ]

  @Test("Slopes are the derivatives of the values", arguments: 0..<5)
  func slopes(index: Int) {
    let basis = Self.bases[index]
    #expect(basis.values(at: 1).count == basis.count)
    for distance in [0.05, 0.7, 1.9, 3.3, 4.9] {
      let step = 1e-5
      let (low, high) = (basis.values(at: distance - step), basis.values(at: distance + step))
      for (k, slope) in basis.slopes(at: distance).enumerated() {
        #expect(abs(slope - (high[k] - low[k]) / (2 * step)) < 1e-6 * max(1, abs(slope)))
      }
    }
  }

  @Test("Bessel functions are finite at zero and vanish at the cutoff")
  func besselLimits() {
    let basis = BesselBasis(cutoff: 5, count: 6)
    for (k, value) in basis.values(at: 0).enumerated() {
      // √(2/c) nπ/c, the limit of sin(nπr/c)/r.
      #expect(abs(value - 0.4.squareRoot() * Double(k + 1) * .pi / 5) < 1e-12)
    }
    #expect(basis.slopes(at: 0).allSatisfy { $0 == 0 })
    #expect(basis.values(at: 5).allSatisfy { $0 == 0 })
    #expect(basis.values(at: 4.999).allSatisfy { abs($0) < 1e-8 })
    #expect(basis.values(at: 7).allSatisfy { $0 == 0 })
    // Continuous where the series takes over from the quotient.
    let seam = 1e-4 * 5 / Double.pi
    let (before, after) = (basis.values(at: seam * 0.999999), basis.values(at: seam * 1.000001))
    #expect(zip(before, after).allSatisfy { abs($0 - $1) < 1e-8 })
  }

  @Test("Without an envelope, Bessel functions are orthonormal in the sphere")
  func orthonormal() {
    let basis = BesselBasis(cutoff: 4, count: 4, envelope: .none)
    let steps = 4000
    var products = [Double](repeating: 0, count: 16)
    for step in 0..<steps {
      let r = (Double(step) + 0.5) * 4 / Double(steps)
      let values = basis.values(at: r)
      for i in 0..<4 {
        for j in 0..<4 { products[4 * i + j] += values[i] * values[j] * r * r * 4 / Double(steps) }
      }
    }
    for i in 0..<4 {
      for j in 0..<4 { #expect(abs(products[4 * i + j] - (i == j ? 1 : 0)) < 1e-5) }
    }
  }

  @Test("Levels of fractions stay in the table")
  func levels() {
    for isLogarithmic in [false, true] {
      let encoding = FractionalEncoding(width: 6, resolution: 100, isLogarithmic: isLogarithmic)
      for fraction in [-1, 0, 1e-300, 0.001, 0.5, 1, 2, .nan, .infinity] {
        #expect((0..<100).contains(encoding.level(of: fraction)))
        #expect(encoding.values(fraction).allSatisfy { abs($0) <= 1 })
      }
    }
    #expect(FractionalEncoding(width: 2).level(of: 0.25) == 1249)
    #expect(FractionalEncoding(width: 2, isLogarithmic: true).level(of: 0.25) == 49)
  }

  @Test(
    "Agrees with the formulas evaluated in Python",
    .enabled(if: SharedFolder.has("golden/encodings/expected.json"), "no shared folder"))
  func agreesWithGolden() throws {
    let cases = try SharedFolder.goldenCases("encodings")
    #expect(cases.count > 10)
    for (testCase, answer) in cases {
      let expected = try #require(answer["vector"] as? [Double])
      let x = try number(testCase, "x")
      let values: [Double]
      switch testCase["kind"] as? String {
      case "fractional_encoding":
        values = FractionalEncoding(
          width: Int(try number(testCase, "dim")),
          resolution: Int(try number(testCase, "resolution")),
          isLogarithmic: testCase["log"] as? Bool ?? false
        ).values(x)
      case "gaussian_expansion":
        values = GaussianBasis(
          from: try number(testCase, "start"), through: try number(testCase, "stop"),
          count: Int(try number(testCase, "n")), width: try number(testCase, "width")
        ).values(at: x)
      default:
        values = BesselBasis(
          cutoff: try number(testCase, "r_cut"), count: Int(try number(testCase, "n")),
          envelope: .polynomial(order: Int(try number(testCase, "p")))
        ).values(at: x)
      }
      #expect(values.count == expected.count)
      #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 1e-9 }, "\(testCase)")
    }
  }

  private func number(_ testCase: [String: Any], _ key: String) throws -> Double {
    try #require(testCase[key] as? NSNumber).doubleValue
  }
}
