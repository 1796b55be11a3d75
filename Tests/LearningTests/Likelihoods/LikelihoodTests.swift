import DenseMath
import Foundation
import Testing

@testable import Learning

@Suite("Likelihoods")
struct LikelihoodTests {
  private static let inputs = Matrix(
    rows: 7, columns: 2,
    elements: [0.1, -1.2, 1.3, 0.4, 0.9, 2.1, -0.6, 0.3, -1.5, -0.4, 0.4, 0.6, 2.0, -0.9])
  private static let queries = Matrix(rows: 3, columns: 2, elements: [0.2, 0.1, 1, 1, -2, 1])

  /// `2.5 * RBF([0.9, 1.4])`
  private static let covariance = Covariance(
    Kernel(family: .rbf, lengthscales: [0.9, 1.4], signalVariance: 2.5))
  private static let classes = [0.0, 1, 1, 0, 0, 1, 0]

  private func process(_ likelihood: Likelihood, _ targets: [Double]) throws -> LatentProcess {
    try LatentProcess(
      covariance: Self.covariance, likelihood: likelihood, inputs: Self.inputs, targets: targets)
  }

  private func expectClose(_ found: [Double], _ expected: [Double], within tolerance: Double) {
    #expect(found.count == expected.count)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < tolerance }, "\(found)")
  }

  @Test("Logistic agrees with scikit-learn 1.9.1's GaussianProcessClassifier")
  func logistic() throws {
    let process = try process(.logistic, Self.classes)
    #expect(abs(process.logMarginalLikelihood + 4.7539355024728325) < 1e-8)
    let (mean, variance) = process.predict(Self.queries)
    expectClose(
      mean, [0.06665928778856726, 1.2496280402669895, -0.5137703691254051], within: 1e-6)
    expectClose(
      variance, [1.2877755949377283, 1.3093079047266858, 2.2556841647817634], within: 1e-6)
    // Its average is an approximation with five error functions (Williams and Barber, 1998).
    expectClose(
      process.probabilities(Self.queries).column(1), [0.51321525, 0.73073337, 0.41008571],
      within: 2e-3)
    var gradient: [Double] = []
    let evidence = try LatentEvidence(
      covariance: Self.covariance, likelihood: .logistic, inputs: Self.inputs,
      targets: Self.classes)
    _ = evidence.value(Self.covariance.parameters, gradient: &gradient)
    expectClose(gradient, [0.04468793, -0.04691236, 0.02967699], within: 1e-6)
  }

  /// Modes from SciPy 1.17's BFGS and Nelder–Mead, curvatures from finite differences, dense inverses.
  @Test(
    "Agrees with a search by SciPy",
    arguments: [
      (
        Likelihood.probit, [0.0, 1, 1, 0, 0, 1, 0], -4.6420425280382,
        [0.08915872017091586, 1.3279730764017834, -0.5247175018201828],
        [0.9304917421712127, 0.9583686642475058, 2.1634429238533275]
      ),
      (
        .ordinal(thresholds: [-0.8, 0.5]), [0, 2, 2, 1, 0, 1, 1], -7.868121730799548,
        [-0.3765060871139854, 1.1044226428158952, -0.5303539696915405],
        [0.6654220099677519, 0.7586538955405284, 2.0836397718062583]
      ),
      (
        .studentT(squaredScale: 0.09, degrees: 4), [0.2, 0.9, 1.4, -0.3, -0.8, 9, 0.1],
        -21.57663987535974, [0.8577030504265171, 1.3941034124231155, -0.4221640337477128],
        [0.17932575594902778, 0.17026104626864758, 1.843973386759072]
      ),
    ])
  func reference(
    _ likelihood: Likelihood, _ targets: [Double], _ evidence: Double, _ means: [Double],
    _ variances: [Double]
  ) throws {
    let process = try process(likelihood, targets)
    #expect(abs(process.logMarginalLikelihood - evidence) < 1e-5)
    let (mean, variance) = process.predict(Self.queries)
    expectClose(mean, means, within: 1e-5)
    expectClose(variance, variances, within: 1e-5)
  }

  private static let likelihoods: [(Likelihood, [Double])] = [
    (.probit, [0, 1, 1, 0, 0, 1, 0]), (.logistic, [0, 1, 1, 0, 0, 1, 0]),
    (.ordinal(thresholds: [-0.8, 0.1, 0.9]), [0, 3, 2, 1, 0, 1, 1]),
    (.studentT(squaredScale: 0.09, degrees: 3), [0.2, 0.9, 1.4, -0.3, -0.8, 9, 0.1]),
  ]

  @Test("Terms have the derivatives of finite differences", arguments: likelihoods.indices)
  func terms(_ index: Int) {
    let (likelihood, targets) = Self.likelihoods[index]
    for target in Set(targets).sorted() {
      for f in [-3.1, -0.4, 0.3, 2.2] {
        let step = 1e-5
        let (up, down) = (likelihood.terms(f + step, target), likelihood.terms(f - step, target))
        let own = likelihood.terms(f, target)
        #expect(abs((up.logDensity - down.logDensity) / (2 * step) - own.slope) < 1e-7)
        if likelihood.isLogConcave {
          #expect(abs(-(up.slope - down.slope) / (2 * step) - own.weight) < 1e-7)
        }
        #expect(abs((up.weight - down.weight) / (2 * step) - own.weightSlope) < 1e-7)
        for (place, slopes) in likelihood.parameterSlopes(f, target).enumerated() {
          let ends = [step, -step].map { change in
            var moved = likelihood
            moved.parameters[place] += change
            return moved.terms(f, target)
          }
          let scale = 0.5 / step
          #expect(abs((ends[0].logDensity - ends[1].logDensity) * scale - slopes.logDensity) < 1e-6)
          #expect(abs((ends[0].slope - ends[1].slope) * scale - slopes.slope) < 1e-6)
          #expect(
            abs((ends[0].weight - ends[1].weight) * scale - slopes.weight) < 1e-6
              * max(
                1, abs(slopes.weight)))
        }
      }
    }
  }

  @Test("The evidence has the gradient of finite differences", arguments: likelihoods.indices)
  func gradient(_ index: Int) throws {
    let (likelihood, targets) = Self.likelihoods[index]
    let covariance = Covariance.sum([
      Self.covariance, .dotProduct(DotProductCovariance(weightVariances: [0.3], columns: [0, 1])),
    ])
    let evidence = try LatentEvidence(
      covariance: covariance, likelihood: likelihood, inputs: Self.inputs, targets: targets)
    let point = covariance.parameters + likelihood.parameters
    var found: [Double] = []
    var unused: [Double] = []
    _ = evidence.value(point, gradient: &found)
    for place in point.indices {
      var (up, down) = (point, point)
      up[place] += 1e-4
      down[place] -= 1e-4
      let slope =
        (evidence.value(up, gradient: &unused) - evidence.value(down, gradient: &unused)) / 2e-4
      #expect(abs(slope - found[place]) < 1e-5 * max(1, abs(slope)), "parameter \(place)")
    }
  }

  @Test("Probabilities are shares of one, also far away")
  func probabilities() throws {
    for (likelihood, targets) in Self.likelihoods.dropLast() {
      let process = try process(likelihood, targets)
      let far = Matrix(rows: 2, columns: 2, elements: [1e6, -1e6, 0, 0])
      let found = process.probabilities(far)
      for row in 0..<2 {
        #expect(found.row(row).allSatisfy { (0...1).contains($0) })
        #expect(abs(found.row(row).reduce(0, +) - 1) < 1e-12)
      }
    }
    #expect(Likelihood.ordinal(fitting: [0, 0, 1, 2, 2, 2]).classes == 3)
  }

  @Test("A target that is no class is refused")
  func refusal() {
    #expect(throws: GaussianProcessError.notAClass(row: 1, value: 2, classes: 2)) {
      try process(.probit, [0, 2, 0, 0, 0, 0, 0])
    }
    #expect(throws: GaussianProcessError.notFinite(row: 0, what: "target")) {
      try process(.studentT(squaredScale: 1), [.nan, 0, 0, 0, 0, 0, 0])
    }
  }

  /// A smooth function of two columns with noise of 0.1; every tenth value may be wrong by 5 to 15.
  private static func wrongRows(_ count: Int, seed: UInt64, wrong: Bool) -> (Matrix, [Double]) {
    var generator = SplitMix64(seed: seed)
    let inputs = Matrix(
      rows: count, columns: 2, elements: (0..<2 * count).map { _ in 4 * generator.uniform() - 2 })
    let targets = (0..<count).map { row -> Double in
      let noise = 0.1 * generator.normal()
      let gross = (5 + 10 * generator.uniform()) * (generator.uniform() < 0.5 ? 1 : -1)
      return truth(inputs, row) + noise + (wrong && row % 10 == 3 ? gross : 0)
    }
    return (inputs, targets)
  }

  private static func truth(_ inputs: Matrix, _ row: Int) -> Double {
    sin(2 * inputs[row, 0]) + 0.5 * inputs[row, 1]
  }

  @Test("With a tenth of the values grossly wrong, Student's t keeps the error of clean data")
  func outliers() throws {
    let covariance = Covariance(
      Kernel(family: .matern52, lengthscales: [1, 1], signalVariance: 1))
    let (inputs, clean) = Self.wrongRows(80, seed: 1, wrong: false)
    let (_, wrong) = Self.wrongRows(80, seed: 1, wrong: true)
    let (queries, _) = Self.wrongRows(200, seed: 2, wrong: false)
    func error(_ means: [Double]) -> Double {
      let squares = means.enumerated().map { pow($1 - Self.truth(queries, $0), 2) }
      return Statistics.mean(squares).squareRoot()
    }
    func normal(_ targets: [Double]) throws -> Double {
      var generator = SplitMix64(seed: 0)
      let evidence = GaussianProcessEvidence(
        covariance: covariance, inputs: inputs, targets: targets)
      return error(
        try GaussianProcessFit().process(evidence, using: &generator).predict(queries).mean)
    }
    var generator = SplitMix64(seed: 0)
    let process = try LatentFit().process(
      LatentEvidence(
        covariance: covariance, likelihood: .studentT(squaredScale: 0.05), inputs: inputs,
        targets: wrong), using: &generator)
    let (best, robust, plain) = (
      try normal(clean), error(process.predict(queries).mean), try normal(wrong)
    )
    #expect(robust < 1.5 * best, "\(robust) against \(best)")
    #expect(plain > 4 * best, "\(plain) against \(best)")
    let trust = try #require(process.trust)
    #expect((0..<80).allSatisfy { ($0 % 10 == 3) == (trust[$0] < 0.05) })
  }

  @Test("Learns where something is feasible, and orders classes")
  func learning() throws {
    let (inputs, _) = Self.wrongRows(100, seed: 5, wrong: false)
    let (queries, _) = Self.wrongRows(200, seed: 6, wrong: false)
    func level(_ rows: Matrix, _ row: Int) -> Double {
      rows[row, 0] * rows[row, 0] + rows[row, 1] * rows[row, 1]
    }
    let covariance = Covariance(
      Kernel(family: .rbf, lengthscales: [1, 1], signalVariance: 1))
    var generator = SplitMix64(seed: 0)
    let feasible = (0..<100).map { level(inputs, $0) < 2.5 ? 1.0 : 0 }
    let binary = try LatentFit().process(
      LatentEvidence(
        covariance: covariance, likelihood: .probit, inputs: inputs, targets: feasible),
      using: &generator)
    let answers = binary.probabilities(queries).column(1)
    let right = (0..<200).filter { (answers[$0] > 0.5) == (level(queries, $0) < 2.5) }
    #expect(right.count > 185, "\(right.count) of 200")
    let classes = (0..<100).map { row in
      [1.0, 2, 4].reduce(0.0) { $0 + (level(inputs, row) > $1 ? 1 : 0) }
    }
    let ordered = try LatentFit().process(
      LatentEvidence(
        covariance: covariance, likelihood: .ordinal(fitting: classes), inputs: inputs,
        targets: classes), using: &generator)
    let shares = ordered.probabilities(queries)
    let hits = (0..<200).filter { row in
      let best = shares.row(row).enumerated().max { $0.element < $1.element }?.offset
      return best == [1.0, 2, 4].filter { level(queries, row) > $0 }.count
    }
    #expect(hits.count > 170, "\(hits.count) of 200")
  }
}
