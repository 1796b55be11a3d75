import DenseMath
import Discovery
import Foundation
import TestKit
import Testing

@Suite("Hypervolume and joint improvement")
struct HypervolumeTests {
  @Test(
    "Agree with BoTorch 0.18.1 and quadrature",
    .enabled(if: SharedFolder.has("golden/acquisition/inputs.json")))
  func golden() throws {
    var compared = 0
    for (input, expected) in try SharedFolder.goldenCases("acquisition") {
      switch input["kind"] as? String {
      case "hypervolume":
        let points = try #require(input["points"] as? [[Double]])
        let reference = try #require(input["ref"] as? [Double])
        let value = try #require(expected["hypervolume"] as? Double)
        let volume = ParetoFront.hypervolume(points, reference: reference)
        #expect(abs(volume - value) <= 1e-9 * value + 1e-12)
        #expect(ParetoFront.nonDominated(points) == expected["non_dominated"] as? [Int])
      case "ehvi":
        let value = try #require(expected["ehvi"] as? Double)
        let gain = ParetoFront.expectedImprovement(
          input["front"] as? [[Double]] ?? [], reference: try #require(input["ref"] as? [Double]),
          means: try #require(input["mean"] as? [Double]),
          variances: try #require(input["var"] as? [Double]))
        #expect(abs(gain - value) <= 1e-8 * value + 1e-11)
      case "qei":
        let rows = try #require(input["cov"] as? [[Double]])
        let value = try #require(expected["qei_max"] as? Double)
        let joint = try JointExpectedImprovement.value(
          means: try #require(input["mean"] as? [Double]),
          covariance: Matrix(
            rows: rows.count, columns: rows.count, elements: rows.flatMap { $0 }),
          best: try #require(input["best"] as? Double))
        #expect(abs(joint - value) <= 1e-6)
      default: continue
      }
      compared += 1
    }
    #expect(compared == 69)
  }

  @Test("The volume of a union of boxes equals counting", arguments: 1...5)
  func counting(objectives: Int) {
    // Corners on a grid of 1/4: every cell of the grid is inside or outside.
    var generator = SplitMix64(seed: UInt64(objectives))
    let points = (0..<12).map { _ in
      (0..<objectives).map { _ in Double(generator.index(below: 6)) / 4 - 0.25 }
    }
    var inside = 0
    let cells = Int(pow(5, Double(objectives)))
    for cell in 0..<cells {
      var (rest, corner) = (cell, [Double]())
      for _ in 0..<objectives {
        corner.append(Double(rest % 5 + 1) / 4)
        rest /= 5
      }
      if points.contains(where: { zip($0, corner).allSatisfy { $0 >= $1 } }) { inside += 1 }
    }
    let volume = ParetoFront.hypervolume(
      points, reference: [Double](repeating: 0, count: objectives))
    #expect(abs(volume - Double(inside) * pow(0.25, Double(objectives))) < 1e-12)
  }

  @Test("Copies of a best point all count as not dominated")
  func copies() {
    #expect(ParetoFront.nonDominated([[1, 2], [0, 3], [1, 2], [1, 1]]) == [0, 1, 2])
    #expect(ParetoFront.nonDominated([]).isEmpty)
    #expect(ParetoFront.hypervolume([], reference: [0, 0]) == 0)
  }

  @Test("Expected gain equals the mean gain of draws", arguments: 2...4)
  func sampled(objectives: Int) {
    var generator = SplitMix64(seed: 40 + UInt64(objectives))
    let front = (0..<5).map { _ in (0..<objectives).map { _ in generator.uniform() } }
    let means = (0..<objectives).map { _ in 0.4 + 0.4 * generator.uniform() }
    let reference = [Double](repeating: -0.1, count: objectives)
    let base = ParetoFront.hypervolume(front, reference: reference)
    let gains = (0..<20_000).map { _ in
      let point = means.map { $0 + 0.3 * generator.normal() }
      return ParetoFront.hypervolume(front + [point], reference: reference) - base
    }
    let exact = ParetoFront.expectedImprovement(
      front, reference: reference, means: means,
      variances: [Double](repeating: 0.09, count: objectives))
    let error = Statistics.standardDeviation(gains) / 20_000.0.squareRoot()
    #expect(abs(Statistics.mean(gains) - exact) < 4 * error)
  }

  @Test("A value that is known gains what it gains")
  func certainGain() {
    let gain = ParetoFront.expectedImprovement(
      [[1, 2], [2, 1]], reference: [0, 0], means: [2, 2], variances: [0, 0])
    #expect(abs(gain - 1) < 1e-15)
  }

  @Test(
    "Two candidates together: SciPy 1.17.1 quad over the closed form of one",
    arguments: [
      ([0.1, 0.3], [1, 0.5, 0.5, 2], 0.4, 0.6451067033183263),
      ([0, 0], [1, 0.9999, 0.9999, 1], 0.5, 0.19953728577964544),
      ([1, -1], [0.5, -0.3, -0.3, 0.4], 0.2, 0.8515571167811875),
      ([0.2, 0.1], [1, 0.99, 0.99, 1], 0.3, 0.359725499041244),
    ])
  func pairs(_ means: [Double], _ covariance: [Double], _ best: Double, _ expected: Double) throws {
    let value = try JointExpectedImprovement.value(
      means: means, covariance: Matrix(rows: 2, columns: 2, elements: covariance), best: best)
    #expect(abs(value - expected) < 1e-6)
  }

  @Test("Three candidates: the mean of 20,000,000 NumPy draws")
  func three() throws {
    let value = try JointExpectedImprovement.value(
      means: [0.1, 0.3, 0.2],
      covariance: Matrix(
        rows: 3, columns: 3, elements: [1, 0.5, 0.2, 0.5, 2, 0.3, 0.2, 0.3, 0.7]),
      best: 0.4)
    #expect(abs(value - 0.742715) < 1e-3)
  }

  @Test("A copy of a candidate adds nothing")
  func copy() throws {
    let one = try JointExpectedImprovement.value(
      means: [0.2], covariance: Matrix(diagonal: [0.8]), best: 0.5)
    let two = try JointExpectedImprovement.value(
      means: [0.2, 0.2], covariance: Matrix(rows: 2, columns: 2, repeating: 0.8), best: 0.5)
    #expect(abs(one - two) < 1e-12)
  }
}
