import DenseMath
import Foundation
import Matter
import Testing

@testable import Learning

@Suite("Gaussian-process surrogate of large tables")
struct NeighborTrainerTests {
  private static let metals = ["Al", "Ti", "Fe", "Ni", "Cu", "Mo"].compactMap(Element.init(symbol:))

  static func alloys(_ count: Int, seed: UInt64) throws -> ([Candidate], [Double]) {
    var generator = SplitMix64(seed: seed)
    var (candidates, targets) = ([Candidate](), [Double]())
    for _ in 0..<count {
      var amounts: [Element: Double] = [:]
      for _ in 0..<40 { amounts[metals[generator.index(below: 6)], default: 0] += 1 }
      let composition = try Composition(amounts)
      candidates.append(Candidate(composition))
      let fractions = metals.map { composition.fraction(of: $0) }
      targets.append(100 * fractions[0] + 300 * fractions[1] * fractions[4] + generator.normal())
    }
    return (candidates, targets)
  }

  private static func trainer(threads: Int = 1) -> GaussianProcessTrainer {
    var trainer = StandardLearners.process(features: .fractions([]), rows: 100_000)
    trainer.configuration.neighbors.count = 40
    trainer.configuration.neighbors.countInSearch = 24
    trainer.configuration.neighbors.rowsInSearch = 200
    trainer.threads = threads
    return trainer
  }

  @Test("Beyond the exact process's rows it takes over, with the right noise and coverage")
  func learns() throws {
    let (candidates, targets) = try Self.alloys(1500, seed: 1)
    let (others, truth) = try Self.alloys(400, seed: 2)
    let surrogate = try Self.trainer().train(candidates: candidates, targets: targets, seed: 0)
    let own = try #require(surrogate as? NeighborProcessSurrogate)
    // The noise of the data is 1.
    #expect(own.aleatoricVariance > 0.75 && own.aleatoricVariance < 1.3)
    let errors = zip(try own.predict(others), truth).map { ($0.mean - $1) / $0.standardDeviation }
    let square = Statistics.mean(errors.map { $0 * $0 })
    #expect(square > 0.75 && square < 1.35, "mean squared error over variance: \(square)")
  }

  @Test("Its intervals hold what they promise")
  func coverage() throws {
    let (candidates, targets) = try Self.alloys(900, seed: 7)
    let outcome = try TrainingPipeline(.init(folds: 3), threads: 1).run(
      candidates: candidates, targets: targets, trainer: Self.trainer(), seed: 0)
    #expect(outcome.surrogate is NeighborProcessSurrogate)
    let coverage = try #require(outcome.quality.coverage(nominal: 0.9))
    #expect(coverage.observed > 0.87 && coverage.observed < 0.93)
  }

  @Test("Equal on any number of threads, and after a round through a file")
  func isStored() throws {
    let (candidates, targets) = try Self.alloys(300, seed: 3)
    let weights = targets.indices.map { 1 + Double($0 % 2) }
    let one = try Self.trainer().fitOnNeighbors(
      candidates: candidates, targets: targets, weights: weights, seed: 4)
    let two = try Self.trainer(threads: 2).fitOnNeighbors(
      candidates: candidates, targets: targets, weights: weights, seed: 4)
    let state = try one.state()
    #expect(try two.state().tensors == state.tensors)
    let again = try NeighborProcessSurrogate(state: state)
    #expect(try again.predict(candidates) == one.predict(candidates))
    var cut = state
    cut.tensors["cells"] = nil
    #expect(throws: GaussianProcessError.self) { try NeighborProcessSurrogate(state: cut) }
    #expect(throws: GaussianProcessError.self) {
      try NeighborProcessSurrogate(
        state: SurrogateState(kind: "gp", configuration: state.configuration, tensors: [:]))
    }
  }

  @Test("New rows are taken in")
  func conditions() throws {
    let (candidates, targets) = try Self.alloys(300, seed: 5)
    let surrogate = try Self.trainer().fitOnNeighbors(
      candidates: candidates, targets: targets, seed: 0)
    let (others, truth) = try Self.alloys(5, seed: 6)
    let before = try surrogate.predict(others)
    let after = try surrogate.conditioned(on: others, targets: truth).predict(others)
    for (a, b) in zip(before, after) { #expect(b.epistemicVariance < a.epistemicVariance) }
  }
}
