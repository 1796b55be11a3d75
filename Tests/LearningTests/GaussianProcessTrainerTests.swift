import DenseMath
import Foundation
import Matter
import Representations
import Testing
import Torch

@testable import Learning

@Suite("Gaussian-process surrogate")
struct GaussianProcessTrainerTests {
  private static let metals = ["Al", "Ti", "Fe", "Ni", "Cu", "Mo"].compactMap(Element.init(symbol:))

  /// Alloys in 5 % steps with a smooth property.
  private func alloys(_ count: Int, seed: UInt64) throws -> ([Candidate], [Double]) {
    var generator = SplitMix64(seed: seed)
    var candidates: [Candidate] = []
    var targets: [Double] = []
    for _ in 0..<count {
      var amounts: [Element: Double] = [:]
      for _ in 0..<20 {
        amounts[Self.metals[generator.index(below: Self.metals.count)], default: 0] += 1
      }
      let composition = try Composition(amounts)
      let temperature = 300 + 50 * Double(generator.index(below: 5))
      candidates.append(Candidate(composition, variables: [temperature]))
      let fractions = Self.metals.map { composition.fraction(of: $0) }
      let smooth = 100 * fractions[0] + 40 * fractions[1] * fractions[4]
      targets.append(smooth - 0.02 * temperature + 0.05 * generator.normal())
    }
    return (candidates, targets)
  }

  private func trainer(_ features: CandidateFeatures = .fractions([])) -> GaussianProcessTrainer {
    var settings = GaussianProcessTrainer.Configuration()
    settings.features = features
    return GaussianProcessTrainer(settings)
  }

  @Test("Learns a smooth property", arguments: [CandidateFeatures.fractions([]), .magpie])
  func learns(features: CandidateFeatures) throws {
    let (candidates, targets) = try alloys(80, seed: 1)
    let (others, truth) = try alloys(40, seed: 2)
    let surrogate = try trainer(features).train(candidates: candidates, targets: targets, seed: 0)
    let predictions = try surrogate.predict(others)
    let metrics = try RegressionMetrics(targets: truth, predictions: predictions.map(\.mean))
    let r2 = try #require(metrics.r2)
    #expect(r2 > 0.98)
    let z = zip(predictions, truth).map { ($0.mean - $1) / $0.standardDeviation }
    #expect(Statistics.mean(z.map { $0 * $0 }) < 4)
    #expect(predictions.allSatisfy { $0.epistemicVariance >= 0 && $0.aleatoricVariance > 0 })
  }

  @Test("Fits are equal for equal input, and do not depend on the unit of the target")
  func deterministic() throws {
    let (candidates, targets) = try alloys(30, seed: 3)
    let one = try trainer().fit(candidates: candidates, targets: targets, seed: 4)
    let two = try trainer().fit(candidates: candidates, targets: targets, seed: 4)
    #expect(try one.predict(candidates) == two.predict(candidates))
    let scaled = try trainer().fit(
      candidates: candidates, targets: targets.map { 7 + 1000 * $0 }, seed: 4)
    let (a, b) = (try one.predict(candidates)[0], try scaled.predict(candidates)[0])
    #expect(abs(b.mean - 7 - 1000 * a.mean) < 1e-3 * abs(b.mean))
  }

  @Test("On the element mover's distance it learns too, whatever the size of a formula unit")
  func moversDistance() throws {
    let (candidates, targets) = try alloys(120, seed: 1)
    let (others, truth) = try alloys(40, seed: 2)
    let surrogate = try StandardLearners.process(features: .named(["pettifor"])).fit(
      candidates: candidates, targets: targets, seed: 0)
    #expect(surrogate.kernel.family == .laplace)
    let metrics = try RegressionMetrics(
      targets: truth, predictions: try surrogate.predict(others).map(\.mean))
    let r2 = try #require(metrics.r2)
    #expect(r2 > 0.9)
    let doubled = try others.map { candidate in
      let composition = candidate.composition
      let amounts = zip(composition.elements, composition.amounts.map { 2 * $0 })
      return Candidate(
        try Composition(Dictionary(uniqueKeysWithValues: amounts)), variables: candidate.variables)
    }
    let pairs = zip(try surrogate.predict(others), try surrogate.predict(doubled))
    #expect(pairs.allSatisfy { abs($0.mean - $1.mean) < 1e-9 })
    let stored = try GaussianProcessSurrogate(state: surrogate.state())
    #expect(try stored.predict(others) == surrogate.predict(others))
  }

  /// The distance of two rows must be that of the mover, up to one factor.
  @Test("A common scale keeps the ratios of distances")
  func commonScale() throws {
    let formulas = ["CaTiO3", "SrTiO3", "NaCl", "LiCl", "Fe2O3"]
    let compositions = try formulas.map { try Composition(formula: $0) }
    let rows = try CumulativeShares().matrix(compositions)
    let scaled = FeatureStandardization(fitting: rows).sharingScale(first: rows.columns)(rows)
    let ratios = (1..<5).map { place in
      zip(scaled.row(0), scaled.row(place)).reduce(0) { $0 + abs($1.0 - $1.1) }
        / ElementMoversDistance.distance(compositions[0], compositions[place])
    }
    #expect(ratios.allSatisfy { abs($0 / ratios[0] - 1) < 1e-9 })
  }

  @Test("Learned vectors stand in the model")
  func learnedVectors() throws {
    let (candidates, targets) = try alloys(60, seed: 1)
    var generator = SplitMix64(seed: 4)
    let vectors = Dictionary(
      uniqueKeysWithValues: Self.metals.map { ($0, (0..<4).map { _ in generator.normal() }) })
    let features = CandidateFeatures.joined([
      .vectors(ElementVectors(name: "toy", columns: ["0", "1", "2", "3"], vectors: vectors)),
      .named(["stoichiometry"]),
    ])
    #expect(try features.columns().count == 26)
    let surrogate = try trainer(features).fit(candidates: candidates, targets: targets, seed: 0)
    let stored = try GaussianProcessSurrogate(state: surrogate.state())
    #expect(try stored.predict(candidates) == surrogate.predict(candidates))
    let hash = try stored.fixedFeatures?.descriptor().columnHash
    #expect(try hash == features.descriptor().columnHash)
  }

  @Test("A warm start ends as high as a cold one")
  func warmStart() throws {
    let (candidates, targets) = try alloys(41, seed: 5)
    let before = try trainer().fit(
      candidates: Array(candidates[..<40]), targets: Array(targets[..<40]), seed: 1)
    var warm = trainer()
    warm.configuration.initial = before.hyperparameters
    warm.configuration.starts = 1
    let cold = try trainer().fit(candidates: candidates, targets: targets, seed: 1)
    let fast = try warm.fit(candidates: candidates, targets: targets, seed: 1)
    #expect(
      fast.process.logMarginalLikelihood > cold.process.logMarginalLikelihood - 1)
  }

  @Test("Many rows are all used, though hyperparameters come from some of them")
  func manyRows() throws {
    let (candidates, targets) = try alloys(120, seed: 14)
    var some = trainer()
    some.configuration.mostRowsInSearch = 40
    let surrogate = try some.fit(candidates: candidates, targets: targets, seed: 1)
    #expect(surrogate.process.targets.count == 120)
    let again = try some.fit(candidates: candidates, targets: targets, seed: 1)
    #expect(again.kernel == surrogate.kernel)
    let metrics = try RegressionMetrics(
      targets: targets, predictions: try surrogate.predict(candidates).map(\.mean))
    let r2 = try #require(metrics.r2)
    #expect(r2 > 0.98)
    some.configuration.mostRows = 100
    #expect(throws: GaussianProcessError.tooManyRows(120, most: 100)) {
      try some.fit(candidates: candidates, targets: targets, seed: 1)
    }
  }

  @Test("Steps on all rows end where a search on all rows does")
  func stepsOnAllRows() throws {
    let (candidates, targets) = try alloys(240, seed: 9)
    func likelihood(_ rows: Int, steps: Int) throws -> Double {
      var trainer = trainer()
      trainer.configuration.mostRowsInSearch = rows
      trainer.configuration.stepsOnAllRows = steps
      return try trainer.fit(candidates: candidates, targets: targets, seed: 1)
        .process.logMarginalLikelihood
    }
    let (few, finished) = (try likelihood(60, steps: 0), try likelihood(60, steps: 4))
    let all = try likelihood(240, steps: 0)
    #expect(finished > few + 1, "\(few) nats before, \(finished) after")
    #expect(finished > all - 1, "\(all) nats of a search on all rows")
  }

  @Test("Fixed hyperparameters are kept")
  func fixed() throws {
    let (candidates, targets) = try alloys(10, seed: 6)
    var settings = trainer(.fractions(Self.metals))
    settings.configuration.fixed = GaussianProcessHyperparameters(
      lengthscales: [2], signalVariance: 1.5, noiseVariance: 0.1)
    let surrogate = try settings.fit(candidates: candidates, targets: targets, seed: 1)
    #expect(surrogate.kernel.lengthscales == [Double](repeating: 2, count: 7))
    #expect(surrogate.process.noiseVariance == 0.1)
  }

  @Test("Rows known to be noisy weigh less")
  func knownNoise() throws {
    let (candidates, targets) = try alloys(20, seed: 7)
    var wrong = targets
    wrong[0] += 30
    var variances = [Double](repeating: 0, count: 20)
    variances[0] = 900
    let blind = try trainer().fit(candidates: candidates, targets: wrong, seed: 1)
    let told = try trainer().fit(
      candidates: candidates, targets: wrong, variances: variances, seed: 1)
    let errors = try [blind, told].map { surrogate in
      abs(try surrogate.predict([candidates[0]])[0].mean - targets[0])
    }
    #expect(errors[1] < 0.5 * errors[0])
  }

  @Test("Equal weights change nothing; a wrong row of little weight does little harm")
  func weights() throws {
    let (candidates, targets) = try alloys(30, seed: 7)
    let plain = try trainer().fit(candidates: candidates, targets: targets, seed: 1)
    let equal = try trainer().fit(
      candidates: candidates, targets: targets, weights: targets.map { _ in 3 }, seed: 1)
    #expect(try plain.predict(candidates) == equal.predict(candidates))
    var wrong = targets
    wrong[0] += 30
    var weights = [Double](repeating: 1, count: 30)
    weights[0] = 1e-4
    let blind = try trainer().fit(candidates: candidates, targets: wrong, seed: 1)
    let told = try trainer().fit(
      candidates: candidates, targets: wrong, weights: weights, seed: 1)
    let errors = try [blind, told].map { surrogate in
      abs(try surrogate.predict([candidates[0]])[0].mean - targets[0])
    }
    #expect(errors[1] < 0.5 * errors[0])
    let stored = try GaussianProcessSurrogate(state: told.state())
    #expect(try stored.predict(candidates) == told.predict(candidates))
  }

  @Test("Missing features count as the mean, constant columns are left out")
  func standardization() {
    let features = Matrix(
      rows: 3, columns: 3, elements: [1, 5, .nan, 3, 5, 4, 5, 5, 8])
    let standardization = FeatureStandardization(fitting: features)
    #expect(standardization.columns == [0, 2])
    let result = standardization(features)
    let high = 1.224744871391589  // √1.5
    #expect(zip(result.column(0), [-high, 0, high]).allSatisfy { abs($0 - $1) < 1e-15 })
    #expect(result.column(1) == [0, -1, 1])
  }

  @Test("A stored surrogate predicts bit for bit the same")
  func stored() throws {
    let (candidates, targets) = try alloys(25, seed: 8)
    let variances = [Double](repeating: 0.01, count: 25)
    let surrogate = try trainer().fit(
      candidates: candidates, targets: targets, variances: variances, seed: 2)
    let state = try surrogate.state()
    #expect(state.kind == "gp")
    let back = try GaussianProcessSurrogate(state: state)
    let (others, _) = try alloys(50, seed: 9)
    #expect(try back.predict(others) == surrogate.predict(others))
    #expect(try back.state().tensors == state.tensors)
    #expect(try back.state().configuration == state.configuration)
  }

  @Test("A damaged state is refused")
  func damaged() throws {
    let (candidates, targets) = try alloys(8, seed: 10)
    let state = try trainer().fit(candidates: candidates, targets: targets, seed: 2).state()
    for name in state.tensors.keys.sorted() {
      var missing = state
      missing.tensors[name] = nil
      #expect(throws: GaussianProcessError.self) { try GaussianProcessSurrogate(state: missing) }
      var short = state
      short.tensors[name] = StoredTensor([1.0], shape: [1])
      #expect(throws: (any Error).self) { try GaussianProcessSurrogate(state: short) }
      guard let tensor = state.tensors[name], tensor.doubles?.isEmpty == false else { continue }
      var poisoned = state
      poisoned.tensors[name] = StoredTensor(
        [Double](repeating: .nan, count: tensor.shape.reduce(1, *)), shape: tensor.shape)
      #expect(throws: GaussianProcessError.self) { try GaussianProcessSurrogate(state: poisoned) }
    }
    var other = state
    other.kind = "ensemble"
    #expect(throws: GaussianProcessError.self) { try GaussianProcessSurrogate(state: other) }
    other = state
    other.configuration = Data("{}".utf8)
    #expect(throws: (any Error).self) { try GaussianProcessSurrogate(state: other) }
  }

  @Test("What cannot be learned is refused in one sentence")
  func refusals() throws {
    let (candidates, targets) = try alloys(6, seed: 11)
    #expect(throws: GaussianProcessError.constantTarget(2)) {
      try trainer().fit(
        candidates: candidates, targets: [2, 2, 2, 2, 2, 2], seed: 0)
    }
    #expect(throws: GaussianProcessError.constantFeatures) {
      try trainer().fit(
        candidates: [candidates[0], candidates[0]], targets: [1, 2], seed: 0)
    }
    var infinite = targets
    infinite[3] = .infinity
    #expect(throws: GaussianProcessError.notFinite(row: 3, what: "target")) {
      try trainer().fit(candidates: candidates, targets: infinite, seed: 0)
    }
    let plain = candidates.map { Candidate($0.composition) }
    #expect(
      throws: GaussianProcessError.unequalVariables(candidate: 1, count: 0, expected: 1)
    ) {
      try trainer().fit(candidates: [candidates[0], plain[1]], targets: [1, 2], seed: 0)
    }
    let surrogate = try trainer().fit(candidates: candidates, targets: targets, seed: 0)
    #expect(throws: GaussianProcessError.self) { try surrogate.predict(plain) }
  }

  @Test("Believing one's own mean takes variance away and leaves means")
  func conditioned() throws {
    let (candidates, targets) = try alloys(20, seed: 12)
    let surrogate = try trainer().fit(candidates: candidates, targets: targets, seed: 0)
    let (others, _) = try alloys(10, seed: 13)
    let before = try surrogate.predict(others)
    let after = try surrogate.conditioned(on: [others[0]], targets: [before[0].mean])
      .predict(others)
    #expect(after[0].epistemicVariance < before[0].epistemicVariance)
    for (a, b) in zip(after, before) {
      #expect(abs(a.mean - b.mean) < 1e-6 * b.standardDeviation)
      #expect(a.epistemicVariance <= b.epistemicVariance * (1 + 1e-9))
    }
  }

  @Test("Columns share a lengthscale where left-out rows are then foreseen better")
  func sharing() throws {
    var generator = SplitMix64(seed: 3)
    func foresight(_ surrogate: GaussianProcessSurrogate) -> Double {
      let (means, variances) = surrogate.process.leaveOneOut
      return means.indices.reduce(0) { sum, row in
        let error = surrogate.process.targets[row] - means[row]
        return sum + Normal.logDensity(error / variances[row].squareRoot())
          - 0.5 * log(variances[row])
      }
    }
    func fit(_ value: ([Double]) -> Double) throws -> GaussianProcessSurrogate {
      let candidates = (0..<16).map { _ in
        Candidate(variables: (0..<6).map { _ in generator.uniform() })
      }
      let targets = candidates.map { value($0.variables) }
      var configuration = GaussianProcessTrainer.Configuration()
      configuration.features = .named([])
      let chosen = try GaussianProcessTrainer(configuration).fit(
        candidates: candidates, targets: targets, seed: 1)
      configuration.mostOwnLengthscales = 0
      let shared = try GaussianProcessTrainer(configuration).fit(
        candidates: candidates, targets: targets, seed: 1)
      #expect(foresight(chosen) > foresight(shared) - 1e-3)
      return chosen
    }
    var shared = (line: 0, bowl: 0)
    for _ in 0..<10 {
      let line = try fit { 3 * $0[0] }
      let bowl = try fit { -$0.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) } }
      if Set(line.kernel.lengthscales).count == 1 { shared.line += 1 }
      if Set(bowl.kernel.lengthscales).count == 1 { shared.bowl += 1 }
    }
    #expect(shared.line == 0 && shared.bowl > 0, "\(shared)")
  }
}
