import DenseMath
import Foundation
import Learning
import Matter
import Testing

@testable import Discovery

@Suite("Search with several fidelities")
struct FidelitySearchTests {
  static let candidates = (0..<60).map { Candidate(variables: [Double($0) / 59]) }
  static func dear(_ x: Double) -> Double { -(6 * x - 2) * (6 * x - 2) * sin(12 * x - 4) }
  static func cheap(_ x: Double) -> Double { 0.5 * dear(x) - 10 * (x - 0.5) + 5 }
  static let best = candidates.indices.max {
    dear(candidates[$0].variables[0]) < dear(candidates[$1].variables[0])
  }

  static var trainer: JointFidelityTrainer {
    var configuration = JointFidelityTrainer.Configuration()
    configuration.features = .named([])
    return JointFidelityTrainer(configuration)
  }

  static func measured(_ place: Int, _ level: Int, of count: Int) -> FidelitySearch.Measurement {
    let x = candidates[place].variables[0]
    let isDear = level == count - 1
    return FidelitySearch.Measurement(
      candidate: place, level: level, value: isDear ? dear(x) : cheap(x), cost: isDear ? 10 : 1)
  }

  static func search(_ levels: [String], steps: Int) throws -> FidelitySearch {
    var search = FidelitySearch(candidates, levels: levels, trainer: trainer, seed: 4)
    for place in [3, 20, 41] {
      for level in levels.indices {
        search.record(measured(place, level, of: levels.count))
      }
    }
    for _ in 0..<steps where search.best?.candidate != best {
      guard let choice = try search.next() else { break }
      search.record(measured(choice.candidate, choice.level, of: levels.count))
    }
    return search
  }

  @Test("Finds the best at less cost than the dear method alone")
  func cheaper() throws {
    let both = try Self.search(["cheap", "dear"], steps: 60)
    let alone = try Self.search(["dear"], steps: 60)
    #expect(both.best?.candidate == Self.best && alone.best?.candidate == Self.best)
    #expect(both.cost < alone.cost, "\(both.cost) against \(alone.cost)")
    #expect(both.measurements.contains { $0.level == 0 && $0.candidate != 3 })
  }

  @Test("Nothing is measured twice, and a method without a measurement is named")
  func laws() throws {
    let search = try Self.search(["cheap", "dear"], steps: 12)
    let pairs = search.measurements.map { [$0.candidate, $0.level] }
    #expect(Set(pairs).count == pairs.count)
    var empty = FidelitySearch(
      Self.candidates, levels: ["cheap", "dear"], trainer: Self.trainer, seed: 1)
    empty.record(Self.measured(0, 0, of: 2))
    #expect(throws: FidelitySearchError.noMeasurement("dear")) { try empty.next() }
  }

  @Test("Equal records and seeds give equal choices")
  func isReproducible() throws {
    #expect(
      try Self.search(["cheap", "dear"], steps: 6).measurements
        == Self.search(["cheap", "dear"], steps: 6).measurements)
  }
}
