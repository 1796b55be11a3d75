import DenseMath
import Discovery
import Foundation
import Learning
import Matter
import Testing

@Suite("Acquisition")
struct AcquisitionTests {
  private func prediction(_ mean: Double, _ deviation: Double) -> Prediction {
    Prediction(
      mean: mean, aleatoricVariance: 0.3, epistemicVariance: deviation * deviation)
  }

  /// Observed targets with mean 10 and spread 2; the best is 13.
  private func context(_ predictions: [Prediction]) -> AcquisitionContext {
    AcquisitionContext(
      predictions: predictions, samples: predictions.map { $0.mean - 1 }, incumbent: 13,
      observed: TargetStandardization(mean: 10, scale: 2))
  }

  private func scores(
    _ acquisition: StandardAcquisition, _ context: AcquisitionContext
  ) -> [Double] {
    var generator = SplitMix64(seed: 1)
    return acquisition.score(context, using: &generator)
  }

  @Test("Recipes name every kind")
  func names() {
    #expect(
      AcquisitionKind.allCases.map(\.rawValue) == [
        "convex", "auto", "ucb", "ei", "log-ei", "pi", "thompson", "max-variance",
        "knowledge-gradient", "max-value-entropy", "target", "level-set", "risk-averse", "ehvi",
        "log-nehvi", "chebyshev", "random",
      ])
  }

  @Test("Scores follow their formulas")
  func formulas() {
    let context = context([prediction(12, 1), prediction(14, 0)])
    #expect(scores(.init(.convex, alpha: 0.25), context) == [0.75 * 1 + 0.25 * 0.5, 0.75 * 2])
    #expect(scores(.init(.convex, alpha: 1), context) == [0.5, 0])
    #expect(scores(.init(.ucb, beta: 3), context) == [1 + 1.5, 2])
    #expect(scores(.init(.thompson), context) == [0.5, 1.5])
    #expect(scores(.init(.maxVariance), context) == [0.5, 0])
    // φ(−1) − Φ(−1) and Φ(−1), SciPy 1.17.1.
    let expected = scores(.init(.ei), context)
    #expect(abs(expected[0] - 0.08331547058768629) < 1e-15)
    #expect(expected[1] == 1)
    #expect(abs(scores(.init(.logEI), context)[0] - log(0.08331547058768629)) < 1e-14)
    #expect(abs(scores(.init(.pi), context)[0] - 0.15865525393145707) < 1e-15)
    #expect(abs(scores(.init(.ei, margin: 0.5), context)[1]) == 0)
  }

  @Test("Random is uniform, reproducible and blind")
  func random() {
    let many = context((0..<2000).map { prediction(Double($0), 1) })
    let values = scores(.init(.random), many)
    #expect(values == scores(.init(.random), many))
    #expect(abs(Statistics.mean(values) - 0.5) < 0.03)
    let correlation = Statistics.pearson(values, many.predictions.map(\.mean)) ?? 1
    #expect(abs(correlation) < 0.08)
  }

  @Test(
    "The infeasible comes last",
    arguments: AcquisitionKind.allCases.filter { !$0.isForSeveralObjectives })
  func infeasible(kind: AcquisitionKind) {
    var context = context([prediction(11, 1), prediction(11, 1), prediction(11, 1)])
    context.maxima = [13, 14]
    context.knowledge = .init(
      means: [12], slopes: Matrix(rows: 3, columns: 1, repeating: 0.2), ownSlopes: [0.8, 0.8, 0.8])
    if kind == .target {
      context.goal = 12
      context.incumbent = -0.5
    }
    context.logFeasibility = [log(0.5), 0, -.infinity]
    let values = scores(.init(kind), context)
    #expect(values.allSatisfy { !$0.isNaN })
    guard kind != .random else { return }
    #expect(values[1] > values[0])
    #expect(values[0] > values[2])
  }

  @Test("Feasibility is the probability between the limits")
  func feasibility() {
    // SciPy 1.17.1: norm.logcdf and differences of norm.cdf; mpmath 1.3.0 for the far tails.
    let unit = prediction(0, 1)
    func log(_ lower: Double?, _ upper: Double?) -> Double {
      FeasibilityLimits(lower: lower, upper: upper).logProbability(unit)
    }
    #expect(abs(log(nil, 0.5) + 0.3689464152886563) < 1e-15)
    #expect(abs(log(0.5, nil) + 1.1759117615936186) < 1e-15)
    #expect(abs(log(-1, 2) + 0.20016629432446258) < 1e-14)
    #expect(abs(log(10, 11) + 53.231310225583125) < 1e-12)
    #expect(abs(log(-11, -10) + 53.231310225583125) < 1e-12)
    #expect(log(nil, nil) == 0)
    #expect(log(nil, -1000).isFinite)
    #expect(FeasibilityLimits(upper: 1).logProbability(prediction(1, 0)) == 0)
    #expect(FeasibilityLimits(upper: 1).logProbability(prediction(1.1, 0)) == -.infinity)
    let both = FeasibilityLimits.logProbability(
      [FeasibilityLimits(upper: 0.5), FeasibilityLimits(lower: 0.5)], [[unit], [unit]])
    #expect(abs(both[0] + 0.3689464152886563 + 1.1759117615936186) < 1e-14)
  }

  @Test("Batches take the best, lowest place first, and nothing twice")
  func greedy() {
    var asked: [[Int]] = []
    let batch = greedyBatch(count: 3, candidates: 5, excluding: [4]) { chosen in
      asked.append(chosen)
      return [1, 7, 7, chosen.isEmpty ? 0 : 9, 99]
    }
    #expect(batch == [1, 3, 2])
    #expect(asked == [[], [1], [1, 3]])
    #expect(greedyBatch(count: 9, candidates: 2) { _ in [1, 2] } == [1, 0])
  }

  @Test("A believer spreads its batch", arguments: [false, true])
  func believer(minimizing: Bool) throws {
    let (iron, nickel) = (Element(symbol: "Fe"), Element(symbol: "Ni"))
    let elements = [try #require(iron), try #require(nickel)]
    func alloy(_ share: Double) throws -> Candidate {
      Candidate(try Composition([elements[0]: 1 - share, elements[1]: share]))
    }
    let sign = minimizing ? -1.0 : 1
    let shares = [0.02, 0.2, 0.35, 0.98]
    var settings = GaussianProcessTrainer.Configuration()
    settings.features = .fractions(elements)
    settings.fixed = GaussianProcessHyperparameters(
      lengthscales: [0.3], signalVariance: 1, noiseVariance: 1e-4)
    let targets = shares.map { sign * sin(6 * $0) }
    let surrogate = try GaussianProcessTrainer(settings).fit(
      candidates: shares.map(alloy), targets: targets, seed: 0)
    let pool = try (1...99).map { try alloy(Double($0) / 100) }
    let predictions = try surrogate.predict(pool)
    let context = AcquisitionContext(
      predictions: minimizing ? predictions.map(\.negated) : predictions,
      incumbent: targets.map { sign * $0 }.max() ?? 0,
      observed: TargetStandardization(fitting: targets.map { sign * $0 }))
    var generator = SplitMix64(seed: 3)
    let acquisition = StandardAcquisition(.maxVariance)
    let batch = try believerBatch(
      count: 3, candidates: pool, surrogate: surrogate, acquisition: acquisition,
      context: context, minimizing: minimizing, using: &generator)
    #expect(Set(batch).count == 3)
    let gaps = batch.indices.dropFirst().map { abs(batch[$0] - batch[$0 - 1]) }
    // By scores alone the neighbors of the first would follow.
    #expect(gaps.allSatisfy { $0 > 8 })
    let improving = try believerBatch(
      count: 2, candidates: pool, surrogate: surrogate, acquisition: StandardAcquisition(.logEI),
      context: context, minimizing: minimizing, using: &generator)
    #expect(Set(improving).count == 2)
  }
}
