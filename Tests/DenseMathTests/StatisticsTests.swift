import DenseMath
import Testing

/// Reference values: SciPy 1.17.1 and NumPy 2.4.6 on the same eight pairs.
@Suite("Statistics")
struct StatisticsTests {
  private let x: [Double] = [1, 2, 2, 3, 5, 5, 5, 8]
  private let y: [Double] = [2, 1, 4, 4, 3, 6, 6, 7]

  private func isClose(_ value: Double?, _ expected: Double) -> Bool {
    guard let value else { return false }
    return abs(value - expected) <= 1e-14 * max(1, abs(expected))
  }

  @Test("Mean, variance and quantiles")
  func moments() {
    #expect(Statistics.mean(x) == 3.875)
    #expect(Statistics.variance(x) == 4.609375)
    #expect(isClose(Statistics.variance(x, degreesOfFreedomLost: 1), 5.267857142857143))
    for (level, expected) in [(0.0, 1.0), (0.1, 1.7), (0.5, 4.0), (0.9, 5.9), (1.0, 8.0)] {
      #expect(isClose(Statistics.quantile(x, level), expected))
    }
  }

  @Test("Too few values answer NaN")
  func tooFew() {
    #expect(Statistics.mean([]).isNaN)
    #expect(Statistics.variance([1], degreesOfFreedomLost: 1).isNaN)
    #expect(Statistics.median([]).isNaN)
    #expect(Statistics.median([7]) == 7)
  }

  @Test("Correlations with ties")
  func correlations() {
    #expect(Statistics.ranks(x) == [1, 2.5, 2.5, 4, 6, 6, 6, 8])
    #expect(isClose(Statistics.pearson(x, y), 0.8038967061911229))
    #expect(isClose(Statistics.spearman(x, y), 0.7889568540593018))
    #expect(isClose(Statistics.kendallTauB(x, y), 0.6805446536716204))
  }

  @Test("A constant side has no correlation")
  func constant() {
    let flat = [Double](repeating: 0.1, count: 8)
    #expect(Statistics.pearson(flat, y) == nil)
    #expect(Statistics.spearman(x, flat) == nil)
    #expect(Statistics.kendallTauB(x, flat) == nil)
    #expect(Statistics.kendallTauB([1], [2]) == nil)
    #expect(Statistics.pearson([], []) == nil)
  }

  @Test("Kendall's τ-b equals the count over all pairs", arguments: UInt64(0)..<16)
  func kendallByCounting(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let count = 2 + random.index(below: 60)
    let a = (0..<count).map { _ in Double(random.index(below: 9)) }
    let b = (0..<count).map { _ in Double(random.index(below: 7)) }
    var (difference, untiedA, untiedB) = (0.0, 0.0, 0.0)
    for i in 0..<count {
      for j in 0..<i {
        let product = (a[i] - a[j]) * (b[i] - b[j])
        difference += product > 0 ? 1 : product < 0 ? -1 : 0
        untiedA += a[i] != a[j] ? 1 : 0
        untiedB += b[i] != b[j] ? 1 : 0
      }
    }
    let value = Statistics.kendallTauB(a, b)
    guard untiedA > 0, untiedB > 0 else {
      #expect(value == nil)
      return
    }
    #expect(isClose(value, difference / (untiedA * untiedB).squareRoot()))
  }
}
