import DenseMath
import Learning
import Matter
import Testing

@Suite("Training on classes")
struct ClassPipelineTests {
  private let metals = ["Al", "Ti", "Fe", "Ni", "Cu", "Mo"].compactMap(Element.init(symbol:))

  /// Classes by the share of aluminium; `noise` of them are drawn.
  private func alloys(
    _ count: Int, classes: Int, noise: Double = 0, seed: UInt64 = 1
  ) throws -> (candidates: [Candidate], places: [Int]) {
    var generator = SplitMix64(seed: seed)
    var (candidates, places) = ([Candidate](), [Int]())
    for _ in 0..<count {
      var amounts: [Element: Double] = [metals[0]: 0.5 + Double(generator.index(below: 12))]
      for _ in 0..<12 { amounts[metals[1 + generator.index(below: 5)], default: 0] += 1 }
      let composition = try Composition(amounts)
      candidates.append(Candidate(composition))
      let share = composition.fraction(of: metals[0]) * 2
      let drawn = generator.uniform() < noise
      places.append(
        drawn ? generator.index(below: classes) : min(Int(share * Double(classes)), classes - 1))
    }
    return (candidates, places)
  }

  private var trainer: ForestTrainer {
    var settings = ForestTrainer.Configuration()
    settings.forest.trees = 40
    settings.isBinary = true
    return ForestTrainer(settings)
  }

  @Test("Tells classes apart on rows that it has not seen", arguments: [2, 3, 4])
  func learns(classes: Int) throws {
    let (candidates, places) = try alloys(300, classes: classes)
    let labels = (0..<classes).map { "class \($0)" }
    let outcome = try ClassPipeline(TrainingPipeline(threads: 2)).run(
      candidates: candidates, places: places, labels: labels, trainer: trainer, seed: 3)
    #expect(outcome.card.quality.balancedAccuracy > 0.85)
    #expect(outcome.card.quality.areaUnderROC.map { $0 > 0.95 } == true)
    #expect(outcome.card.counts.reduce(0, +) == 300)
    #expect(outcome.training.heldOut.count == 300)
    let surrogate = try #require(outcome.training.surrogate as? any StorableSurrogate)
    guard classes > 2 else { return }
    let many = try #require(surrogate as? OneVersusRest)
    let chances = try many.chances(candidates)
    #expect(chances.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-12 && $0.count == classes })
    let again = try OneVersusRest(state: many.state())
    #expect(try again.chances(candidates) == chances)
  }

  @Test("Sets hold the true class as often as they promise")
  func sets() throws {
    let (candidates, places) = try alloys(500, classes: 3, noise: 0.4)
    let outcome = try ClassPipeline(TrainingPipeline(threads: 2)).run(
      candidates: candidates, places: places, labels: ["a", "b", "c"], trainer: trainer, seed: 3)
    #expect(abs(outcome.card.setCoverage - 0.9) < 0.04)
    #expect(outcome.card.setSize > 1.2)
    #expect(outcome.card.set([0.2, 0.5, 0.3], coverage: 0.999).first == 1)
  }

  @Test("Figures of known chances, worked out by hand")
  func figures() throws {
    let chances = [[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.2, 0.3, 0.5], [0.4, 0.35, 0.25]]
    let quality = try ClassQuality(labels: [0, 1, 2, 1], chances: chances)
    #expect(quality.accuracy == 0.75)
    #expect(abs(quality.balancedAccuracy - (1 + 0.5 + 1) / 3) < 1e-12)
    // -(ln 0.7 + ln 0.6 + ln 0.5 + ln 0.35) / 4
    #expect(abs(quality.logLoss - 0.6526175) < 1e-6)
    // Squared distances: 0.14, 0.26, 0.38, 0.645.
    #expect(abs(quality.brier - 0.35625) < 1e-12)
    #expect(quality.confusion == [[1, 0, 0], [1, 1, 0], [0, 0, 1]])
    #expect(quality.baselineAccuracy == 0.5)
  }

  @Test("A class of few rows is named, and so is a lonely one")
  func fewRows() throws {
    let (candidates, _) = try alloys(20, classes: 2)
    let places = (0..<20).map { $0 == 0 ? 1 : 0 }
    #expect(throws: TrainingError.tooFewClasses(["common"], leastRows: 5)) {
      try ClassPipeline(TrainingPipeline()).run(
        candidates: candidates, places: places, labels: ["common", "rare"], trainer: trainer,
        seed: 1)
    }
  }
}
