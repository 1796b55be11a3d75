import DenseMath
import Foundation
import Learning
import Matter
import Testing

@Suite("Cross-validation and the training pipeline")
struct TrainingPipelineTests {
  private let metals = ["Al", "Ti", "Fe", "Ni", "Cu", "Mo"].compactMap(Element.init(symbol:))

  private func alloys(_ count: Int, seed: UInt64) throws -> ([Candidate], [Double]) {
    var generator = SplitMix64(seed: seed)
    var candidates: [Candidate] = []
    var targets: [Double] = []
    for _ in 0..<count {
      var amounts: [Element: Double] = [:]
      for _ in 0..<10 { amounts[metals[generator.index(below: metals.count)], default: 0] += 1 }
      let composition = try Composition(amounts)
      candidates.append(Candidate(composition))
      let signal = 10 * composition.fraction(of: metals[0])
      targets.append(signal + composition.fraction(of: metals[3]) + 0.2 * generator.normal())
    }
    return (candidates, targets)
  }

  private var trainer: GaussianProcessTrainer {
    var settings = GaussianProcessTrainer.Configuration()
    settings.features = .fractions([])
    settings.starts = 1
    return GaussianProcessTrainer(settings)
  }

  @Test("Folds part the rows evenly", arguments: [5, 11, 23, 60])
  func parts(rows: Int) throws {
    let validation = CrossValidation(folds: 5)
    let assignment = try validation.assignment(rows: rows, seed: 3)
    let sizes = (0..<5).map { fold in assignment.count { $0 == fold } }
    #expect(sizes.reduce(0, +) == rows)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    #expect(try validation.assignment(rows: rows, seed: 3) == assignment)
    if rows > 5 { #expect(try validation.assignment(rows: rows, seed: 4) != assignment) }
  }

  @Test("A group is never split")
  func groups() throws {
    var generator = SplitMix64(seed: 1)
    let keys = (0..<80).map { _ in "group \(generator.index(below: 13))" }
    let assignment = try CrossValidation(folds: 4).assignment(rows: 80, groups: keys, seed: 2)
    var foldOf: [String: Int] = [:]
    for (key, fold) in zip(keys, assignment) {
      #expect(foldOf[key, default: fold] == fold)
      foldOf[key] = fold
    }
    #expect(Set(assignment) == [0, 1, 2, 3])
    #expect(throws: TrainingError.tooFewGroups(1)) {
      try CrossValidation().assignment(rows: 3, groups: ["a", "a", "a"], seed: 0)
    }
  }

  @Test("Results do not depend on threads")
  func threads() throws {
    let (candidates, targets) = try alloys(40, seed: 5)
    let runs = try [1, 4].map { threads in
      try TrainingPipeline(threads: threads).run(
        candidates: candidates, targets: targets, trainer: trainer, seed: 9)
    }
    #expect(runs[0].heldOut == runs[1].heldOut)
    #expect(runs[0].quality == runs[1].quality)
    #expect(runs[0].calibration == runs[1].calibration)
    let (others, _) = try alloys(10, seed: 6)
    #expect(try runs[0].surrogate.predict(others) == runs[1].surrogate.predict(others))
    let alone = try CrossValidation(threads: 2).run(
      candidates: candidates, targets: targets, trainer: trainer, seed: 9)
    #expect(alone == runs[0].heldOut)
  }

  @Test("Held-out rows never reach the surrogate that predicts them")
  func honest() throws {
    let (candidates, targets) = try alloys(30, seed: 7)
    let heldOut = try CrossValidation(folds: 5).run(
      candidates: candidates, targets: targets, trainer: trainer, seed: 2)
    #expect(heldOut.map(\.row) == Array(0..<30))
    // Change the targets of one fold: its own predictions stay, bit for bit.
    var changed = targets
    for row in heldOut where row.fold == 2 { changed[row.row] += 100 }
    let again = try CrossValidation(folds: 5).run(
      candidates: candidates, targets: changed, trainer: trainer, seed: 2)
    for (before, after) in zip(heldOut, again) {
      #expect((before.prediction == after.prediction) == (before.fold == 2))
      #expect((before.baseline == after.baseline) == (before.fold == 2))
    }
  }

  @Test("Figures come with a baseline and honest coverage")
  func quality() throws {
    let (candidates, targets) = try alloys(120, seed: 8)
    let outcome = try TrainingPipeline().run(
      candidates: candidates, targets: targets, trainer: trainer, seed: 1)
    let quality = outcome.quality
    #expect(quality.rows == 120)
    #expect(quality.folds == 5)
    #expect(
      quality.regression.meanAbsoluteError < 0.5 * quality.baseline.meanAbsoluteError)
    let coverage = try #require(quality.coverage(nominal: 0.9))
    #expect(coverage.isConformal)
    #expect(abs(coverage.observed - 0.9) < 0.08)  // 3 sigma of 120 rows
    #expect(coverage.meanWidth > 0)
    #expect(quality.calibratedCurve.expected.count == 19)
    #expect(outcome.calibration.scores.count == 120)
    let data = try JSONEncoder().encode(quality)
    #expect(try JSONDecoder().decode(TrainingQuality.self, from: data) == quality)
  }

  @Test("Progress counts every fit once")
  func progress() throws {
    let (candidates, targets) = try alloys(20, seed: 9)
    let log = ProgressLog()
    _ = try TrainingPipeline(.init(folds: 4), threads: 3).run(
      candidates: candidates, targets: targets, trainer: trainer, seed: 1
    ) { done, total in log.append(done, total) }
    #expect(log.steps == [1, 2, 3, 4, 5])
    #expect(log.totals == [5])
  }

  @Test("What cannot be trained on is refused in one sentence")
  func refusals() throws {
    let (candidates, targets) = try alloys(6, seed: 10)
    let pipeline = TrainingPipeline()
    func run(_ targets: [Double]) throws {
      _ = try pipeline.run(
        candidates: Array(candidates.prefix(targets.count)), targets: targets, trainer: trainer,
        seed: 0)
    }
    #expect(throws: TrainingError.tooFewRows(4, least: 5)) { try run(Array(targets[..<4])) }
    #expect(throws: TrainingError.tooFewRows(0, least: 5)) { try run([]) }
    #expect(throws: TrainingError.constantTarget(1)) { try run([1, 1, 1, 1, 1, 1]) }
    #expect(throws: TrainingError.tooLarge(row: 1, -1e300)) { try run([1, -1e300, 2, 3, 4, 5]) }
    let spoiled = [1, 2, .nan, 3, 4, 5]
    #expect(throws: (any Error).self) { try run(spoiled) }
    do {
      try run(spoiled)
    } catch {
      #expect("\(error)".hasPrefix("Row 3: the target is nan"))
    }
    // One row differs: without its fold nothing does.
    #expect(throws: TrainingError.self) { try run([1, 1, 1, 1, 1, 2]) }
    #expect(throws: TrainingError.unequalCounts(candidates: 6, targets: 5)) {
      _ = try pipeline.run(
        candidates: candidates, targets: Array(targets[..<5]), trainer: trainer, seed: 0)
    }
  }
}

/// `@unchecked Sendable`: guarded by its lock.
private final class ProgressLog: @unchecked Sendable {
  private let lock = NSLock()
  private var entries: [(Int, Int)] = []

  func append(_ done: Int, _ total: Int) { lock.withLock { entries.append((done, total)) } }
  var steps: [Int] { lock.withLock { entries.map(\.0) } }
  var totals: Set<Int> { lock.withLock { Set(entries.map(\.1)) } }
}
