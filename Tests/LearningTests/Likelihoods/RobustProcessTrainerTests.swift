import DenseMath
import Foundation
import Learning
import Matter
import Testing

@Suite("Processes with heavy-tailed noise")
struct RobustProcessTrainerTests {
  private static func function(_ x: Double) -> Double { sin(x) + 0.3 * x }

  /// Measurements on a line, of which every seventh is far off.
  private func data(outliers: Bool) -> (candidates: [Candidate], targets: [Double]) {
    var generator = SplitMix64(seed: 11)
    let places = (0..<42).map { Double($0) * 0.15 }
    let targets = places.enumerated().map { place, x in
      let noise = 0.05 * generator.normal()
      return Self.function(x) + noise + (outliers && place % 7 == 3 ? (place % 2 == 0 ? 4 : -4) : 0)
    }
    return (places.map { Candidate(variables: [$0]) }, targets)
  }

  private var configuration: GaussianProcessTrainer.Configuration {
    var configuration = GaussianProcessTrainer.Configuration()
    configuration.features = .named([])
    return configuration
  }

  private func error(_ trainer: some SurrogateTrainer, outliers: Bool) throws -> Double {
    let (candidates, targets) = data(outliers: outliers)
    let surrogate = try trainer.train(candidates: candidates, targets: targets, seed: 1)
    let asked = (0..<60).map { 0.05 + 0.1 * Double($0) }
    let predictions = try surrogate.predict(asked.map { Candidate(variables: [$0]) })
    let squares = zip(asked, predictions).map { pow($1.mean - Self.function($0), 2) }
    return Statistics.mean(squares).squareRoot()
  }

  @Test("Outliers do little harm, and without any nothing is lost")
  func outliers() throws {
    let gaussian = try error(GaussianProcessTrainer(configuration), outliers: true)
    let robust = try error(RobustProcessTrainer(configuration), outliers: true)
    #expect(robust < 0.3 * gaussian && robust < 0.15, "\(robust) against \(gaussian)")
    let clean = try error(RobustProcessTrainer(configuration), outliers: false)
    #expect(clean < 0.06, "\(clean)")
  }

  @Test("The mean is that of the process behind it, and it can be drawn from and take rows in")
  func agrees() throws {
    let (candidates, targets) = data(outliers: true)
    let surrogate = try RobustProcessTrainer(configuration)
      .train(candidates: candidates, targets: targets, seed: 1)
    let process = try #require(surrogate as? GaussianProcessSurrogate)
    let latent = try LatentProcess(
      covariance: Covariance(process.kernel),
      likelihood: .studentT(squaredScale: 0.002), inputs: process.process.inputs,
      targets: process.targetStandardization(targets))
    #expect(latent.latentValues.count == targets.count)
    let point = Candidate(variables: [3.33])
    let before = try process.predict([point])[0]
    let after = try process.conditioned(on: [point], targets: [before.mean]).predict([point])[0]
    #expect(after.epistemicVariance < before.epistemicVariance)
    var generator = SplitMix64(seed: 2)
    #expect(try process.sample([point], using: &generator)[0].isFinite)
    #expect(
      try RobustProcessTrainer(configuration)
        .train(candidates: candidates, targets: targets, seed: 1).predict([point]) == [before])
  }
}

@Suite("Where measurements succeed")
struct SuccessModelTests {
  @Test("Learns the half of the settings in which nothing can be measured")
  func halves() throws {
    var generator = SplitMix64(seed: 5)
    let candidates = (0..<40).map { _ in
      Candidate(variables: [generator.uniform(), generator.uniform()])
    }
    let model = try SuccessModel(
      .named([]), candidates: candidates, succeeded: candidates.map { $0.variables[0] < 0.6 },
      seed: 1)
    let chances = try model.logProbabilities(
      [0.1, 0.3, 0.8, 0.95].map { Candidate(variables: [$0, 0.5]) }
    ).map { exp($0) }
    #expect(chances[0] > 0.85 && chances[1] > 0.85 && chances[2] < 0.25 && chances[3] < 0.2)
  }

  @Test("What one method tells of another is learned: as much as both were seen to agree")
  func methods() throws {
    func chance(dearFails: Bool) throws -> [Double] {
      let places = (0..<24).map { Double($0) / 23 }
      let dear = [0.05, 0.3, 0.45, 0.7, 0.8]
      let model = try SuccessModel(
        .named([]), candidates: (places + dear).map { Candidate(variables: [$0]) },
        methods: places.map { _ in 0 } + dear.map { _ in 1 }, methodCount: 3,
        succeeded: places.map { $0 < 0.6 } + dear.map { !dearFails || $0 < 0.6 }, seed: 1)
      return try (0..<3).map {
        exp(try model.logProbabilities([Candidate(variables: [0.97])], method: $0)[0])
      }
    }
    let (agreeing, differing) = (try chance(dearFails: true), try chance(dearFails: false))
    #expect(agreeing[0] < 0.2 && agreeing[1] < 0.3 && agreeing[2] < 0.5, "\(agreeing)")
    #expect(differing[0] < 0.3 && differing[1] > 0.55, "\(differing)")
  }

  @Test("Failures that follow nothing leave the share of the successes")
  func noise() throws {
    var generator = SplitMix64(seed: 6)
    let candidates = (0..<60).map { _ in Candidate(variables: [generator.uniform()]) }
    let succeeded = candidates.map { _ in generator.uniform() < 0.8 }
    let model = try SuccessModel(
      .named([]), candidates: candidates, succeeded: succeeded, seed: 1)
    let chances = try model.logProbabilities(
      (0...10).map { Candidate(variables: [Double($0) / 10]) }
    ).map { exp($0) }
    let share = Double(succeeded.count { $0 }) / 60
    #expect(abs(Statistics.mean(chances) - share) < 0.1, "\(chances) around \(share)")
    #expect(chances.allSatisfy { abs($0 - share) < 0.35 }, "\(chances) around \(share)")
  }

  @Test("Candidates that all look alike: the share is all there is")
  func alike() throws {
    let candidates = (0..<4).map { _ in Candidate(variables: [1]) }
    let model = try SuccessModel(
      .named([]), candidates: candidates, succeeded: [true, true, true, false], seed: 1)
    #expect(try abs(exp(model.logProbabilities([candidates[0]])[0]) - 0.75) < 1e-12)
  }
}
