import DenseMath
import Foundation
import Matter
import Representations
import Testing

@testable import Learning

@Suite("Learners on crystals beside those on formulas")
struct CrystalStackTests {
  /// Simple cells of two elements whose target is the length of the bond.
  static func candidates(_ count: Int) throws -> (candidates: [Candidate], targets: [Double]) {
    let metals = ["Li", "Na", "K", "Rb", "Cs"].compactMap { Element(symbol: $0) }
    let halogens = ["F", "Cl", "Br", "I"].compactMap { Element(symbol: $0) }
    var generator = SplitMix64(seed: 3)
    var (candidates, targets) = ([Candidate](), [Double]())
    for row in 0..<count {
      let edge = 3.5 + generator.uniform()
      let lattice = try Lattice(
        a: SIMD3(edge, 0, 0), b: SIMD3(0, edge, 0), c: SIMD3(0, 0, edge))
      candidates.append(
        Candidate(
          try Crystal(
            lattice: lattice, elements: [metals[row % 5], halogens[row % 4]],
            positions: [.zero, SIMD3(repeating: 0.5)])))
      targets.append(edge * 3.0.squareRoot() / 2)
    }
    return (candidates, targets)
  }

  static func networks(steps: Int = 150) -> DeepEnsembleTrainer {
    var configuration = DeepEnsembleTrainer.Configuration(crystals: .compact)
    configuration.members = 1
    configuration.training.steps = steps
    var trainer = DeepEnsembleTrainer(configuration)
    trainer.threads = 1
    return trainer
  }

  static func stack() -> StackTrainer {
    var forest = ForestTrainer.Configuration()
    forest.features = .magpie
    forest.forest.trees = 10
    return StackTrainer(
      [
        StackTrainer.Learner("crystals", networks(), readsCrystals: true),
        StackTrainer.Learner("trees", ForestTrainer(forest)),
      ], folds: 3)
  }

  @Test("Networks on crystals learn a bond length that formulas do not tell")
  func bondLength() throws {
    let (candidates, targets) = try Self.candidates(60)
    let model = try Self.networks(steps: 400).fit(
      candidates: Array(candidates.prefix(45)), targets: Array(targets.prefix(45)), seed: 1)
    let predictions = try model.predict(Array(candidates.suffix(15)))
    let errors = zip(predictions, targets.suffix(15)).map { abs($0.mean - $1) }
    // The spread of the targets is 0.25 Å.
    #expect(Statistics.mean(errors) < 0.06)
  }

  @Test("A prediction does not depend on the cell or on the company")
  func cells() throws {
    let (candidates, targets) = try Self.candidates(30)
    let model = try Self.networks().fit(candidates: candidates, targets: targets, seed: 1)
    let all = try model.predict(candidates)
    let crystal = try #require(candidates[4].crystal)
    let large = try model.predict([Candidate(crystal.supercell(SIMD3(2, 1, 3)))])[0]
    #expect(abs(large.mean - all[4].mean) < 1e-5)
    #expect(try model.predict([candidates[4]])[0] == all[4])
  }

  @Test("Structure where there is one, composition where there is none")
  func fallback() throws {
    var (candidates, targets) = try Self.candidates(40)
    for row in 0..<40 where row % 4 == 0 {
      candidates[row] = Candidate(candidates[row].composition)
    }
    let fit = try Self.stack().crossFit(
      candidates: candidates, targets: targets, groups: nil, weights: nil, seed: 1, progress: nil)
    #expect(fit.heldOut.map(\.row) == Array(0..<40))
    let stack = try #require(fit.surrogate as? Stack)
    #expect(stack.readsCrystals && !stack.needsCrystals)
    let predictions = try stack.predict(candidates)
    let trees = try #require(stack.layers.first { $0.name == "trees" })
    #expect(trees.fallback == 1)
    let members = try trees.members.map { try $0.predict([candidates[0]])[0].mean }
    #expect(abs(predictions[0].mean - Statistics.mean(members)) < 1e-9)
    let stored = try Stack(state: try stack.state())
    #expect(try stored.predict(candidates) == predictions)
  }

  @Test("A budget that leaves learners on crystals alone keeps one for rows without a crystal")
  func budget() throws {
    var (candidates, targets) = try Self.candidates(40)
    for row in 0..<40 where row % 4 == 0 {
      candidates[row] = Candidate(candidates[row].composition)
    }
    var forest = ForestTrainer.Configuration()
    forest.features = .structure
    forest.forest.trees = 10
    var trainer = Self.stack()
    trainer.learners = [
      StackTrainer.Learner("crystal trees", ForestTrainer(forest), cost: 1, readsCrystals: true),
      StackTrainer.Learner("trees", trainer.learners[1].trainer, cost: 100),
    ]
    trainer.budget = 5
    let fit = try trainer.crossFit(
      candidates: candidates, targets: targets, groups: nil, weights: nil, seed: 1, progress: nil)
    // Bonds are 3 to 4 Å long: nothing is said where nothing was learned.
    #expect(fit.heldOut.allSatisfy { $0.prediction.mean > 2.5 })
    #expect((fit.surrogate as? Stack)?.needsCrystals == false)
    trainer.learners = [trainer.learners[0]]
    #expect(throws: DeepEnsembleError.self) {
      try trainer.train(candidates: candidates, targets: targets, seed: 1)
    }
  }

  @Test("Networks on crystals say which candidate has none")
  func withoutCrystal() throws {
    let (candidates, targets) = try Self.candidates(20)
    let model = try Self.networks(steps: 10).fit(
      candidates: candidates, targets: targets, seed: 1)
    #expect(model.needsCrystals)
    let formula = Candidate(candidates[3].composition)
    #expect(
      throws: DeepEnsembleError.noCrystal(candidate: 1, formula.composition.formula)
    ) {
      try model.predict([candidates[0], formula])
    }
  }

  @Test("Trees read statistics of crystals beside formulas")
  func trees() throws {
    let (candidates, targets) = try Self.candidates(60)
    let features = CandidateFeatures.joined([.magpie, .structure])
    #expect(try features.columns().count > 132)
    let matrix = try features.matrix(candidates + [Candidate(candidates[0].composition)])
    #expect(matrix.row(60).suffix(20).allSatisfy { $0.isNaN })
    var configuration = ForestTrainer.Configuration()
    configuration.features = features
    configuration.forest.trees = 50
    let model = try ForestTrainer(configuration).train(
      candidates: Array(candidates.prefix(45)), targets: Array(targets.prefix(45)), seed: 1)
    let errors = zip(try model.predict(Array(candidates.suffix(15))), targets.suffix(15)).map {
      abs($0.mean - $1)
    }
    #expect(Statistics.mean(errors) < 0.05)
  }
}
