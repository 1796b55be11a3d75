import DenseMath
import Foundation
import Matter
import Testing

@testable import Learning

/// A cheap and a dear function of one variable: Forrester, Sóbester and Keane, Proc. R. Soc. A 463, 3251
/// (2007), with `low = 0.5 high + 10 (x − 0.5) − 5`.
enum Forrester {
  static func high(_ x: Double) -> Double {
    (6 * x - 2) * (6 * x - 2) * sin(12 * x - 4)
  }
  static func low(_ x: Double) -> Double { 0.5 * high(x) + 10 * (x - 0.5) - 5 }

  static func level(
    _ name: String, _ points: [Double], _ function: (Double) -> Double
  ) -> LowerFidelities.Level {
    LowerFidelities.Level(name, candidates: candidates(points), targets: points.map(function))
  }

  static func candidates(_ points: [Double]) -> [Candidate] {
    points.map { Candidate(variables: [$0]) }
  }

  static let grid = (0...50).map { Double($0) / 50 }

  static func error(_ surrogate: any Surrogate, _ function: (Double) -> Double) throws -> Double {
    let found = try surrogate.predict(candidates(grid))
    return Statistics.mean(zip(found, grid).map { abs($0.mean - function($1)) })
  }
}

@Suite("Processes of several fidelities")
struct FidelityProcessTests {
  static let low = (0...10).map { Double($0) / 10 }
  static let high = [0, 0.4, 0.6, 1]

  static func alone() throws -> Double {
    var configuration = GaussianProcessTrainer.Configuration()
    configuration.features = .named([])
    let surrogate = try GaussianProcessTrainer(configuration).train(
      candidates: Forrester.candidates(high), targets: high.map(Forrester.high), weights: nil,
      seed: 1)
    return try Forrester.error(surrogate, Forrester.high)
  }

  static func joint(
    _ coupling: FidelityCoupling, low: [Double] = low, high: [Double] = high
  ) throws -> JointFidelityProcess {
    var configuration = JointFidelityTrainer.Configuration(coupling)
    configuration.features = .named([])
    configuration.kernel = .rbf
    return try JointFidelityTrainer(configuration).fit(
      [Forrester.level("low", low, Forrester.low), Forrester.level("high", high, Forrester.high)],
      seed: 1)
  }

  static func recursive(_ link: FidelityLink) throws -> RecursiveFidelityProcess {
    var configuration = RecursiveFidelityTrainer.Configuration(link)
    configuration.base.features = .named([])
    configuration.base.kernel = .rbf
    let levels = [
      Forrester.level("low", low, Forrester.low), Forrester.level("high", high, Forrester.high),
    ]
    return try RecursiveFidelityTrainer(
      configuration, lower: LowerFidelities([], below: "", of: [])
    ).fit(levels, seed: 1)
  }

  @Test("Four dear values and eleven cheap ones teach a function that four alone do not")
  func gains() throws {
    let alone = try Self.alone()
    #expect(alone > 2)
    let joint = try Forrester.error(Self.joint(.autoregressive), Forrester.high)
    #expect(joint < 0.4 * alone, "\(joint) against \(alone)")
    #expect(try Forrester.error(Self.recursive(.linear), Forrester.high) < 0.5 * alone)
    #expect(try Forrester.error(Self.joint(.tasks), Forrester.high) < 0.75 * alone)
  }

  @Test("Designs need not be nested")
  func notNested() throws {
    let high = [0.05, 0.37, 0.63, 0.96]
    let surrogate = try Self.joint(.autoregressive, high: high)
    #expect(try Forrester.error(surrogate, Forrester.high) < 0.4 * Self.alone())
    // And the cheap function is learned as well.
    let found = try surrogate.predict(Forrester.candidates(Forrester.grid), level: 0)
    #expect(
      Statistics.mean(zip(found, Forrester.grid).map { abs($0.mean - Forrester.low($1)) }) < 0.3)
  }

  @Test("A nonlinear link learns what no factor can make: y = x √2 · low²")
  func nonlinear() throws {
    // Perdikaris et al. (2017), section 3a.
    func low(_ x: Double) -> Double { sin(8 * Double.pi * x) }
    func high(_ x: Double) -> Double { (x - 2.0.squareRoot()) * low(x) * low(x) }
    let cheap = (0..<50).map { Double($0) / 49 }
    let dear = stride(from: 0, to: 50, by: 4).map { cheap[$0] } + [1]
    func fitted(_ link: FidelityLink) throws -> Double {
      var configuration = RecursiveFidelityTrainer.Configuration(link)
      configuration.base.features = .named([])
      configuration.base.kernel = .rbf
      let surrogate = try RecursiveFidelityTrainer(
        configuration, lower: LowerFidelities([], below: "", of: [])
      ).fit(
        [Forrester.level("low", cheap, low), Forrester.level("high", dear, high)], seed: 1)
      return try Forrester.error(surrogate, high)
    }
    let (bent, straight) = (try fitted(.nonlinear), try fitted(.linear))
    #expect(bent < 0.12 && bent < 0.4 * straight, "\(bent) against \(straight)")
  }

  @Test("The joint covariance of two levels is Kennedy and O'Hagan's")
  func covariance() {
    let form = FidelityCoupling.Form(
      coupling: .autoregressive, kernel: .rbf, sharesLengthscale: false)
    var covariance = form.covariance(levels: 2, columns: 1)
    // K₁: ℓ, s², ρ; K_δ: ℓ, s²; its constant; the noises.
    let (rho, first, own, constant) = (1.7, 2.0, 0.5, 0.25)
    covariance.parameters = [
      log(0.3), log(first), rho, log(0.8), log(own), log(constant), log(0.01), log(0.02),
    ]
    func k(_ d: Double, _ length: Double) -> Double { exp(-0.5 * d * d / (length * length)) }
    let points = Matrix(
      rows: 3, columns: 3, elements: [0.2, 0, 0, 0.7, 1, 1, 0.2, 1, 2])
    let found = covariance(points, points)
    #expect(abs(found[0, 0] - (first + 0.01)) < 1e-12)
    #expect(abs(found[0, 1] - rho * first * k(0.5, 0.3)) < 1e-12)
    let between = rho * rho * first * k(0.5, 0.3) + own * k(0.5, 0.8) + constant
    #expect(abs(found[1, 2] - between) < 1e-12)
    #expect(abs(found[1, 1] - (rho * rho * first + own + constant + 0.02)) < 1e-12)
  }

  @Test("With a linear link, the quadrature gives the closed form")
  func quadrature() throws {
    let surrogate = try Self.recursive(.linear)
    let step = surrogate.steps[0]
    let inputs = step.inputs(Matrix(rows: 1, columns: 1, elements: [0.83]))
    func answer(_ mean: Double, _ variance: Double) -> Prediction {
      step.predict(
        inputs, [Prediction(mean: mean, aleatoricVariance: 0, epistemicVariance: variance)])[0]
    }
    // The mean is linear in the lower value, the variance a quadratic of it.
    let (low, high) = (answer(-1, 0), answer(1, 0))
    let middle = answer(0, 0)
    let slope = (high.mean - low.mean) / 2
    let curvature = (high.epistemicVariance + low.epistemicVariance) / 2 - middle.epistemicVariance
    let wide = answer(0, 4)
    #expect(abs(wide.mean - middle.mean) < 1e-9 * max(1, abs(middle.mean)))
    let expected = middle.epistemicVariance + 4 * (slope * slope + curvature)
    #expect(abs(wide.epistemicVariance - expected) < 1e-8 * expected)
  }

  @Test("Agreement of a level with itself is 1, and falls where a cheap value says less")
  func agreement() throws {
    let surrogate = try Self.joint(.autoregressive)
    let points = Forrester.candidates([0.13, 0.77])
    for value in try surrogate.agreement(points, level: 1) { #expect(abs(value - 1) < 1e-6) }
    for value in try surrogate.agreement(points, level: 0) { #expect(abs(value) <= 1) }
  }

  @Test("States give equal predictions, bit for bit")
  func states() throws {
    let points = Forrester.candidates([0.1, 0.33, 0.9])
    let joint = try Self.joint(.tasks)
    #expect(
      try JointFidelityProcess(state: joint.state()).predict(points) == joint.predict(points))
    let recursive = try Self.recursive(.nonlinear)
    #expect(
      try RecursiveFidelityProcess(state: recursive.state()).predict(points)
        == recursive.predict(points))
    var state = try joint.state()
    state.tensors["inputs"] = nil
    #expect(throws: GaussianProcessError.self) { try JointFidelityProcess(state: state) }
  }

  @Test("Draws scatter as the posterior says")
  func samples() throws {
    let points = Forrester.candidates([0.2])
    for surrogate in [try Self.joint(.autoregressive), try Self.recursive(.linear)]
      as [any Surrogate]
    {
      let told = try surrogate.predict(points)[0]
      var generator = SplitMix64(seed: 3)
      let drawn = try (0..<400).map { _ in try surrogate.sample(points, using: &generator)[0] }
      let deviation = told.epistemicVariance.squareRoot()
      #expect(abs(Statistics.mean(drawn) - told.mean) < 0.2 * deviation)
      #expect(abs(Statistics.standardDeviation(drawn) / deviation - 1) < 0.15)
    }
  }
}
