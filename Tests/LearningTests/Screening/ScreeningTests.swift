import DenseMath
import Ecosystem
import Foundation
import Matter
import Testing
import Torch

@testable import Learning

/// Predicts the percentage of iron; refuses gold, and gives no number for silver.
private struct IronShare: StorableSurrogate {
  static let kind = "iron"

  struct Refusal: Error, CustomStringConvertible {
    var formula = ""
    var description: String { "no gold: \(formula)" }
  }

  /// Set where the surrogate cannot work at all.
  var isBroken = false

  init(isBroken: Bool = false) {
    self.isBroken = isBroken
  }

  init(state: SurrogateState) throws {}

  func state() throws -> SurrogateState {
    SurrogateState(kind: Self.kind, configuration: Data(), tensors: [:])
  }

  func predict(_ candidates: [Candidate]) throws -> [Prediction] {
    try candidates.map { candidate in
      if isBroken { throw Refusal() }
      let share = { (symbol: String) in
        Element(symbol: symbol).map { candidate.composition.fraction(of: $0) } ?? 0
      }
      if share("Au") > 0 { throw Refusal(formula: candidate.composition.formula) }
      let variance = 1 + 99 * share("O")
      return Prediction(
        mean: share("Ag") > 0 ? .nan : 100 * share("Fe"), aleatoricVariance: variance,
        epistemicVariance: 0)
    }
  }

  func sample(
    _ candidates: [Candidate], using generator: inout SplitMix64
  ) throws -> [Double] {
    try predict(candidates).map(\.mean)
  }
}

private struct IronTrainer: SurrogateTrainer {
  func train(
    candidates: [Candidate], targets: [Double], seed: UInt64
  ) throws -> any Surrogate { IronShare() }
}

@Suite("Screening")
struct ScreeningTests {
  /// Knows iron, cobalt, nickel and oxygen.
  private static func model(isBroken: Bool = false) throws -> Model {
    var generator = SplitMix64(seed: 3)
    let rows = try (1...40).map { index in
      let formula = "Fe\(index)\(["Co", "Ni", "O"][index % 3])\(41 - index)"
      return Dataset.Row(
        identifier: "\(index)", candidate: Candidate(try Composition(formula: formula)),
        target: 100 * Double(index) / 41 + generator.normal())
    }
    let data = try Dataset(
      source: "iron.csv", rows: rows, targetName: "iron", unit: nil, variableNames: [])
    let outcome = try TrainingPipeline(.init(folds: 4), threads: 1).run(
      candidates: data.candidates, targets: data.targets, trainer: IronTrainer(), seed: 0)
    let card = ModelCard(
      dataset: data, formulaColumn: "formula", surrogate: "iron", settings: "", seed: 0,
      versions: [:], quality: outcome.quality)
    return Model(
      surrogate: IronShare(isBroken: isBroken), calibration: outcome.calibration, card: card)
  }

  private static func rows(_ formulas: [String]) -> [ScreeningRow] {
    formulas.enumerated().map { ScreeningRow(formula: $1, line: $0 + 2) }
  }

  /// Binary and ternary formulas, many of them multiples of others.
  private static func manyFormulas(_ count: Int, seed: UInt64 = 1) -> [String] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      "Fe\(1 + generator.index(below: 40))Co\(1 + generator.index(below: 40))"
        + (generator.index(below: 2) == 0 ? "Ni\(1 + generator.index(below: 4))" : "")
    }
  }

  @Test("The best are those of a full ranking, in batches and threads of any number")
  func ranks() throws {
    let model = try Self.model()
    let rows = Self.rows(Self.manyFormulas(6000))
    var configuration = Screening.Configuration()
    configuration.count = 50
    let predictions = try model.predict(
      rows.map { Candidate(try Composition(formula: $0.formula)) })
    var seen: Set<ProportionKey> = []
    let expected = try rows.indices
      .sorted { (predictions[$0].mean, -$0) > (predictions[$1].mean, -$1) }
      .filter { seen.insert(ProportionKey(try Composition(formula: rows[$0].formula))).inserted }
      .prefix(50)
    for (batch, threads) in [(6000, 1), (6000, 2), (700, 2), (1, 1)] {
      var screening = Screening(model, configuration)
      for start in stride(from: 0, to: rows.count, by: batch) {
        try screening.add(
          Array(rows[start..<min(start + batch, rows.count)]), threads: threads)
      }
      #expect(screening.best.map(\.place) == Array(expected))
      #expect(screening.tally == Screening.Tally(rows: 6000))
    }
  }

  @Test("One composition comes up once, as the first row wrote it")
  func duplicates() throws {
    var screening = Screening(try Self.model())
    try screening.add(
      Self.rows(["Fe2O3", "Fe4O6", "Fe0.4O0.6", "O3Fe2", "Li0.1Co0.2", "LiCo2", "Fe"]))
    #expect(screening.best.map(\.row.formula) == ["Fe", "Fe2O3", "Li0.1Co0.2"])
  }

  @Test("Rows that cannot be read or predicted are named, and no others are lost")
  func refusals() throws {
    var screening = Screening(try Self.model())
    try screening.add(Self.rows(["Fe2O3", "Xx2", "AuFe", "AgFe", "", "FeO", "Au3Fe"]))
    #expect(screening.best.map(\.row.formula) == ["FeO", "Fe2O3"])
    #expect(screening.tally.refused == 5)
    #expect(screening.refusals.map(\.row.line) == [3, 4, 5, 6, 8])
    #expect(screening.refusals[1].reason.contains("no gold: "))
    #expect(screening.refusals[2].reason.contains("no finite number"))
    try screening.add(Self.rows(Array(repeating: "Xx", count: 2000)))
    #expect(screening.tally.refused == 2005)
    #expect(screening.refusals.count == Screening.namedRefusals)
  }

  @Test("A model that cannot work at all is an error")
  func broken() throws {
    var screening = Screening(try Self.model(isBroken: true))
    #expect(throws: IronShare.Refusal.self) {
      try screening.add(Self.rows(["FeO", "Fe2O3", "Fe"]))
    }
  }

  @Test("What is excluded or outside the domain is left out and counted")
  func filters() throws {
    var configuration = Screening.Configuration()
    configuration.leastInDomain = 1
    var screening = Screening(
      try Self.model(), configuration, excluding: [try Composition(formula: "Fe4O6")])
    try screening.add(Self.rows(["Fe2O3", "FeO", "FeU"]))
    #expect(screening.best.map(\.row.formula) == ["FeO"])
    #expect(screening.tally == Screening.Tally(rows: 3, excluded: 1, outsideDomain: 1))
  }

  @Test("Every goal ranks by its own number")
  func goals() throws {
    let model = try Self.model()
    // FeO is far less certain than the others.
    let formulas = ["FeCo2", "FeO", "Fe12Co13", "Fe3Ni"]
    let predictions = try model.predict(
      formulas.map { Candidate(try Composition(formula: $0)) })
    var orders: Set<[String]> = []
    func expectOrder(
      of goal: ScreeningGoal, by value: (ModelPrediction) -> Double,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      var configuration = Screening.Configuration()
      configuration.goal = goal
      var screening = Screening(model, configuration)
      try screening.add(Self.rows(formulas))
      let expected = zip(formulas, predictions.map(value)).sorted { $0.1 > $1.1 }.map(\.0)
      #expect(screening.best.map(\.row.formula) == expected, sourceLocation: sourceLocation)
      orders.insert(expected)
    }
    try expectOrder(of: ScreeningGoal()) { $0.mean }
    try expectOrder(of: ScreeningGoal(.minimize)) { -$0.mean }
    try expectOrder(of: ScreeningGoal(.target(49.4))) { -abs($0.mean - 49.4) }
    try expectOrder(of: ScreeningGoal(.maximize, by: .lower)) { $0.lowerBound }
    try expectOrder(of: ScreeningGoal(.maximize, by: .upper)) { $0.upperBound }
    try expectOrder(of: ScreeningGoal(.minimize, by: .upper)) { -$0.upperBound }
    try expectOrder(of: ScreeningGoal(.minimize, by: .lower)) { -$0.lowerBound }
    // The numbers differ in their order, so that one in another's place would be noticed.
    #expect(orders.count >= 5, "\(orders)")
  }

  @Test("Probabilities agree with the calibrated interval")
  func probabilities() throws {
    let prediction = try #require(
      try Self.model().predict([Candidate(try Composition(formula: "FeO"))], coverage: 0.8).first)
    func below(_ value: Double) -> Double { Normal.cumulative(prediction.deviate(value)) }
    #expect(abs(below(prediction.lowerBound) - 0.1) < 1e-9)
    #expect(abs(below(prediction.upperBound) - 0.9) < 1e-9)
    #expect(below(prediction.mean) == 0.5)
    let reach = prediction.upperBound - prediction.mean
    let near = ScreeningGoal(.target(prediction.mean), by: .probability(reach))
    let inside = 0.9 - below(prediction.mean - reach)
    #expect(abs(near.score(prediction) - inside) < 1e-9)
    let low = ScreeningGoal(.minimize, by: .probability(prediction.lowerBound))
    #expect(abs(low.score(prediction) - 0.1) < 1e-9)
    let high = ScreeningGoal(by: .probability(prediction.upperBound))
    #expect(abs(high.score(prediction) - 0.1) < 1e-9)
    let values = (-20...20).map { below(prediction.mean + Double($0)) }
    #expect(values == values.sorted() && values.allSatisfy { (0...1).contains($0) })
  }
}
