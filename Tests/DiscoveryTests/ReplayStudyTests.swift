import DenseMath
import Design
import Ecosystem
import Foundation
import Learning
import Matter
import Testing

@testable import Discovery

@Suite("Replay study")
struct ReplayStudyTests {
  static func dataset() throws -> Dataset {
    let space = try CompositionSimplex(elements: fixtureElements, step: 0.125)
    let rows = (0..<space.count).map { place in
      Dataset.Row(
        identifier: "row \(place + 1)", candidate: space.candidate(at: place),
        target: FormulaOracle.strength(space.candidate(at: place)))
    }
    return try Dataset(source: "table", rows: rows, targetName: "strength", unit: "GPa")
  }

  static func study(_ seeds: Range<UInt64> = 0..<10, budget: Int = 60) throws -> ReplayStudy {
    ReplayStudy(
      plan: try fixturePlan(.logEI, budget: budget), dataset: try dataset(),
      trainer: NearestTrainer(), seeds: Array(seeds))
  }

  @Test("Threads change nothing")
  func threadsChangeNothing() throws {
    let study = try Self.study(0..<4, budget: 25)
    #expect(try study.run(threads: 1) == study.run(threads: 2))
  }

  @Test("Figures follow from the runs by their definitions")
  func definitions() throws {
    let dataset = try Self.dataset()
    let result = try Self.study().run(threads: 2)
    let size = dataset.rows.count
    #expect(result.poolSize == size && result.topCount == (size + 19) / 20)
    let ranked = dataset.rows.indices.sorted {
      (dataset.rows[$1].target, $0) < (dataset.rows[$0].target, $1)
    }
    let top = Set(ranked.prefix(result.topCount))
    #expect(result.topThreshold == dataset.rows[ranked[result.topCount - 1]].target)
    for count in [1, 10, 37, 60] {
      let shares = result.runs.map { run in
        Double(run.order.prefix(count).count { top.contains($0) }) / Double(top.count)
      }
      let point = result.curve[count - 1]
      #expect(abs(point.top.mean - shares.reduce(0, +) / 10) < 1e-12)
      #expect(point.expectedTop == Double(count) / Double(size))
      #expect(abs(point.enhancement.mean - point.top.mean / point.expectedTop) < 1e-9)
      let best = result.runs.map { run in
        run.order.prefix(count).map { dataset.rows[$0].target }.max() ?? 0
      }
      #expect(abs(point.best.mean - best.reduce(0, +) / 10) < 1e-12)
    }
    for point in result.acceleration {
      guard let measurements = point.measurements, let factor = point.factor else { continue }
      #expect(result.curve[measurements - 1].top.mean >= point.share - 1e-9)
      #expect(measurements == 1 || result.curve[measurements - 2].top.mean < point.share)
      #expect(abs(factor - point.share * Double(size) / Double(measurements)) < 1e-9)
    }
  }

  @Test("Random search finds what chance predicts")
  func randomMatchesExpectation() throws {
    let result = try Self.study(0..<60, budget: 40).run(threads: 2)
    for count in [10, 20, 40] {
      let (drawn, top, size) = (Double(count), Double(result.topCount), Double(result.poolSize))
      // Hypergeometric: found has mean drawn · top / size; five standard errors of 60 runs.
      let variance = drawn * (top / size) * (1 - top / size) * (size - drawn) / (size - 1)
      let error = 5 * (variance / 60).squareRoot() / top
      #expect(abs(result.curve[count - 1].randomTop.mean - drawn / size) < error)
    }
  }

  @Test("The campaign is faster than chance on a smooth table")
  func beatsChance() throws {
    let result = try Self.study().run(threads: 2)
    let last = try #require(result.curve.last)
    #expect(last.enhancement.mean > 2)
    #expect(last.top.mean > last.randomTop.mean)
  }

  @Test("Searches a whole pool and finds everything")
  func exhaustsPool() throws {
    let result = try Self.study(0..<1, budget: 1_000).run(threads: 1)
    #expect(result.budget == result.poolSize && result.curve.last?.top.mean == 1)
    #expect(result.curve.last?.enhancement.mean == 1)
    #expect(Set(result.runs[0].order).count == result.poolSize)
  }

  @Test("Replicates are averaged, or drawn by the seed")
  func replays() throws {
    let candidate = Candidate(try Composition([fixtureElements[0]: 1]))
    let rows = [1.0, 2, 6].map { Dataset.Row(identifier: "", candidate: candidate, target: $0) }
    let dataset = try Dataset(source: "t", rows: rows, targetName: "y", unit: "MPa")
    let mean = try ReplayOracle([dataset]).measure(candidate, seed: 1).values["y"]
    #expect(mean?.value == 3 && mean?.unit == "MPa")
    // Sample standard deviation of 1, 2, 6 is √7.
    #expect(abs((mean?.spread ?? 0) - 7.0.squareRoot()) < 1e-12)
    let drawing = ReplayOracle([dataset], replicates: .draw)
    let drawn = try (UInt64(0)..<40).compactMap {
      try drawing.measure(candidate, seed: $0).values["y"]?.value
    }
    #expect(Set(drawn) == [1, 2, 6])
    let other = Candidate(try Composition([fixtureElements[1]: 1]))
    #expect(throws: ReplayError(property: "y")) { try drawing.measure(other, seed: 0) }
  }
}
