import DenseMath
import Ecosystem
import Foundation
import Learning
import Matter
import TestKit
import Testing

@Suite("Intervals under shift")
struct ShiftTests {
  private static let folder = SharedFolder.url("data/composition/matbench")

  /// What a model says of materials like those that it has learned, and of those with one element
  /// more.
  private struct Shift {
    var like = (rows: 0, inside: 0, flagged: 0)
    var new = (rows: 0, inside: 0, flagged: 0)
  }

  @Test(
    "hold nine tenths of materials like the training rows; elements never seen are flagged",
    .enabled(if: SharedFolder.has("data/composition/matbench/matbench_phonons.json")))
  func elements() throws {
    let task = try BenchmarkTask(matbench: "phonons", in: #require(Self.folder).path)
    let elements = Self.elements(of: task, count: Reliability.count(1, full: 10))
    var sum = Shift()
    for (place, element) in elements.enumerated() {
      let shift = try Self.shift(task, without: element, seed: UInt64(place))
      Reliability.report(
        "phonons without \(element.symbol)",
        [
          "rows": Double(shift.like.rows),
          "inside": Double(shift.like.inside) / Double(shift.like.rows),
          "new rows": Double(shift.new.rows),
          "new inside": Double(shift.new.inside) / Double(shift.new.rows),
          "new flagged": Double(shift.new.flagged) / Double(shift.new.rows),
        ])
      sum.like.rows += shift.like.rows
      sum.like.inside += shift.like.inside
      sum.like.flagged += shift.like.flagged
      sum.new.rows += shift.new.rows
      sum.new.inside += shift.new.inside
      sum.new.flagged += shift.new.flagged
    }
    // One split has a few hundred rows, whose share inside has a deviation of two points by chance.
    let coverage = Double(sum.like.inside) / Double(sum.like.rows)
    #expect(abs(coverage - 0.9) <= (Reliability.isFull ? 0.03 : 0.06), "\(coverage)")
    #expect(sum.new.flagged == sum.new.rows)
    #expect(sum.like.flagged * 20 < sum.like.rows)
    Reliability.report(
      "phonons, all",
      [
        "splits": Double(elements.count), "rows": Double(sum.like.rows), "inside": coverage,
        "flagged": Double(sum.like.flagged) / Double(sum.like.rows),
        "new rows": Double(sum.new.rows),
        "new inside": Double(sum.new.inside) / Double(sum.new.rows),
        "new flagged": Double(sum.new.flagged) / Double(sum.new.rows),
      ])
  }

  /// Spread over all that occur in 20 rows or more, from the rarest to the most frequent.
  private static func elements(of task: BenchmarkTask, count: Int) -> [Element] {
    var rows: [Element: Int] = [:]
    for candidate in task.candidates {
      for element in candidate.composition.elements { rows[element, default: 0] += 1 }
    }
    let known = rows.filter { $0.value >= 20 }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    return (0..<count).map { known[(2 * $0 + 1) * known.count / (2 * count)].key }
  }

  /// Four fifths of the rows without `element` are learned from.
  private static func shift(
    _ task: BenchmarkTask, without element: Element, seed: UInt64
  ) throws -> Shift {
    var generator = SplitMix64(seed: seed)
    func holds(_ row: Int) -> Bool { task.candidates[row].composition.elements.contains(element) }
    let other = generator.shuffled(task.candidates.indices.filter { !holds($0) })
    let model = try model(task, rows: Array(other.prefix(other.count * 4 / 5)), seed: seed)
    func judge(_ rows: [Int]) throws -> (rows: Int, inside: Int, flagged: Int) {
      let answers = try model.predict(rows.map { task.candidates[$0] })
      let inside = zip(rows, answers).count { row, answer in
        answer.lowerBound <= task.targets[row] && task.targets[row] <= answer.upperBound
      }
      return (rows.count, inside, answers.count { $0.inDomainScore < 1 })
    }
    return Shift(
      like: try judge(Array(other.dropFirst(other.count * 4 / 5))),
      new: try judge(task.candidates.indices.filter(holds)))
  }

  private static func model(_ task: BenchmarkTask, rows: [Int], seed: UInt64) throws -> Model {
    let dataset = try Dataset(
      source: task.name,
      rows: rows.map {
        Dataset.Row(
          identifier: task.identifiers[$0], candidate: task.candidates[$0],
          target: task.targets[$0])
      }, targetName: task.target, unit: nil, variableNames: [])
    let outcome = try TrainingPipeline(.init(folds: 5), threads: 1).run(
      candidates: dataset.candidates, targets: dataset.targets,
      trainer: StandardLearners.forest(kind: .regression, trees: 60, features: .magpie),
      seed: seed)
    let surrogate = try #require(outcome.surrogate as? any StorableSurrogate)
    let card = ModelCard(
      dataset: dataset, formulaColumn: "formula", surrogate: "trees", settings: "", seed: seed,
      versions: [:], quality: outcome.quality)
    return Model(surrogate: surrogate, calibration: outcome.calibration, card: card)
  }
}
