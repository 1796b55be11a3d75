import DenseMath
import Ecosystem
import Foundation
import Matter
import Testing

@testable import Learning

@Suite("Calibration in groups")
struct GroupCalibrationTests {
  private func row(
    _ group: String?, error: Double, spread: Double = 1, tails: Prediction.Tails? = nil,
    fold: Int = 0
  ) -> HeldOut {
    HeldOut(
      row: 0, fold: fold, target: error,
      prediction: Prediction(
        mean: 0, aleatoricVariance: spread * spread, epistemicVariance: 0, tails: tails),
      baseline: 0, group: group)
  }

  @Test(
    "Traces do not decide on a class",
    arguments: [
      ("Fe0.95C0.03Mn0.02", "intermetallic"), ("Fe3C", "carbide"), ("LaFeAsO0.9F0.1", "oxide"),
      ("TiO2", "oxide"), ("NaCl", "halide"), ("Si", "element"), ("Si0.99P0.01", "element"),
    ])
  func classes(_ formula: String, _ expected: String) throws {
    let candidate = Candidate(try Composition(formula: formula))
    #expect(Calibration.group(of: candidate) == expected)
  }

  @Test("A composition of traces alone keeps its class")
  func manyElements() throws {
    let metals = "ScTiVCrMnFeCoNiCuZnYZrNbMoRuRhPdAgCdHfTa"
    #expect(Calibration.group(of: Candidate(try Composition(formula: metals))) == "intermetallic")
  }

  @Test("Groups of unequal errors are each covered", arguments: [UInt64(3), 4])
  func coverage(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let factors = ["oxide": 1.0, "halide": 3.0, "nitride": 0.2]
    func rows(_ each: Int) -> [HeldOut] {
      factors.sorted { $0.key < $1.key }.flatMap { group, factor in
        (0..<each).map { _ in
          let spread = 0.5 + generator.uniform()
          return row(group, error: factor * spread * generator.normal(), spread: spread)
        }
      }
    }
    let calibration = try Calibration(rows(800))
    let fresh = rows(4000)
    for group in factors.keys {
      let own = fresh.filter { $0.group == group }
      let inside = own.count {
        calibration.covers($0.target, $0.prediction, group: group, coverage: 0.9)
      }
      let observed = Double(inside) / Double(own.count)
      // Sampling: √(0.09 / 800) = 1.1 points, the common rows add at most 50 / 850 · 10 points.
      #expect(abs(observed - 0.9) < 0.04, "\(group): \(observed)")
    }
    let common = fresh.filter { $0.group == "halide" }.count {
      calibration.covers($0.target, $0.prediction, coverage: 0.9)
    }
    #expect(Double(common) / 4000 < 0.8, "without groups the hardest one is not covered")
  }

  @Test("The quantile of a group is that of its mixture with all rows")
  func mixture() throws {
    // 50 own rows with scores 1…50 and 950 others with score 100: λ = 1/2, N = 1000,
    // 1 / m = 0.25 / 50 + 0.25 / 1000 = 0.00525.
    let rows =
      (1...50).map { row("oxide", error: Double($0)) }
      + (0..<950).map { _ in row("halide", error: 100) }
    let calibration = try Calibration(rows)
    // Below 50 the mixture has s / 100 + s / 2000 = 0.0105 s: 0.3 · 1.00525 is passed at s = 29.
    #expect(calibration.multiplier(coverage: 0.3, group: "oxide") == 29)
    #expect(calibration.multiplier(coverage: 0.9, group: "oxide") == 100)
    #expect(calibration.multiplier(coverage: 0.03, group: nil) == 31)
    #expect(
      calibration.multiplier(coverage: 0.3, group: "boride")
        == calibration.multiplier(coverage: 0.3))
  }

  @Test("Tails make intervals lopsided, and averages keep them")
  func tails() throws {
    let tails = Prediction.Tails(below: 0, above: 2 * Prediction.Tails.normalReach)
    let rows = (1...99).map { row(nil, error: Double($0) / 10, tails: tails) }
    let calibration = try Calibration(rows)
    let interval = calibration.interval(for: rows[0].prediction, coverage: 0.9)
    // Spreads: 0.3 below, 0.3 + 0.7 · 2 = 1.7 above; the 90th score is 9 / 1.7.
    #expect(abs(interval.upperBound - 9) < 1e-12)
    // The least spread, the tenth smallest σ = 1, is above 0.3.
    #expect(abs(interval.lowerBound + 9 / 1.7) < 1e-12)
    let plain = Prediction(mean: 0, aleatoricVariance: 4, epistemicVariance: 0)
    let both = try #require(Prediction.Tails.combined([0.5, 0.5], [rows[0].prediction, plain]))
    #expect(abs(both.below - Prediction.Tails.normalReach) < 1e-12)
    #expect(abs(both.above - 2 * Prediction.Tails.normalReach) < 1e-12)
    #expect(Prediction.Tails.combined([1], [plain]) == nil)
    #expect(rows[0].prediction.negated.tails == .init(below: tails.above, above: 0))
  }

  @Test("Cross-fitted figures tell groups apart, and older files open")
  func quality() throws {
    var generator = SplitMix64(seed: 8)
    let rows = (0..<400).map {
      row(
        $0 % 4 == 0 ? "halide" : "oxide", error: ($0 % 4 == 0 ? 4 : 1) * generator.normal(),
        fold: $0 % 5)
    }
    let quality = try TrainingQuality(rows, coverages: [0.9])
    let groups = try #require(quality.groups)
    #expect(groups.map(\.name) == ["oxide", "halide"])
    #expect(groups.map(\.rows) == [300, 100])
    #expect(groups[1].meanWidth > 2 * groups[0].meanWidth)
    for group in groups { #expect(abs(group.coverage - 0.9) < 0.06, "\(group)") }
    let calibration = try Calibration(rows)
    let old = #"{"scores":[1,2],"leastSpread":0.5}"#
    let read = try JSONDecoder().decode(Calibration.self, from: Data(old.utf8))
    #expect(read.groups == nil)
    #expect(read.multiplier(coverage: 0.5, group: "oxide") == 2)
    let data = try JSONEncoder().encode(calibration)
    #expect(try JSONDecoder().decode(Calibration.self, from: data) == calibration)
  }
}
