import DenseMath
import Ecosystem
import Matter
import Testing

@testable import Learning

@Suite("Comparison of splits")
struct SplitComparisonTests {
  /// Binary oxides and sulfides of eight metals; every composition occurs twice.
  private func dataset(repeats: Int = 2) throws -> Dataset {
    var generator = SplitMix64(seed: 3)
    let metals = ["Li", "Na", "Mg", "Al", "Ti", "Fe", "Zn", "Sr"]
    var rows: [Dataset.Row] = []
    for (place, metal) in metals.enumerated() {
      for anion in ["O", "S"] {
        for amount in 1...3 {
          let composition = try Composition(formula: "\(metal)\(amount)\(anion)2")
          for _ in 0..<repeats {
            rows.append(
              Dataset.Row(
                identifier: "row \(rows.count + 1)", candidate: Candidate(composition),
                target: Double(place) + (anion == "O" ? 3 : 0) + 0.3 * Double(amount)
                  + 0.05 * generator.normal()))
          }
        }
      }
    }
    return try Dataset(source: "t", rows: rows, targetName: "y")
  }

  @Test("Harder questions have larger errors, on any number of threads alike")
  func order() throws {
    let dataset = try dataset()
    let results = try [1, 2].map {
      try SplitComparer(GaussianProcessTrainer(), seed: 2, threads: $0).run(dataset)
    }
    let entries = results[0].entries
    #expect(entries.map(\.kind) == [.random, .formula, .cluster, .element])
    func error(_ kind: SplitComparison.Entry.Kind, _ place: Int = 0) -> Double {
      results[place].entries.first { $0.kind == kind }?.regression?.meanAbsoluteError ?? .nan
    }
    for kind in SplitComparison.Entry.Kind.allCases { #expect(error(kind) == error(kind, 1)) }
    // Repeated measurements give the answer away; an unknown metal has to be guessed.
    #expect(error(.random) < error(.formula))
    #expect(error(.formula) < error(.element))
    #expect(entries[0].rows == dataset.rows.count && entries[1].rows == dataset.rows.count)
    for entry in entries {
      let coverage = try #require(entry.coverage90)
      #expect((0...1).contains(coverage))
      #expect(try #require(entry.width90) > 0)
      #expect(entry.classes == nil)
    }
  }

  @Test("Held-out elements are each in some rows, never in most")
  func elements() throws {
    let dataset = try dataset()
    let plan = try SplitPlan(dataset, folds: 4, seed: 0)
    let held = try #require(plan.splits.first { $0.kind == .element })
    let names = plan.detail(of: .element).split(separator: ", ").map(String.init)
    #expect(held.parts.count == 5 && names.count == 5 && !names.contains("O"))
    for (part, name) in zip(held.parts, names) {
      let element = try #require(Element(symbol: name))
      #expect(part.test.count == 12)
      #expect(part.training.count == dataset.rows.count - 12)
      for row in part.training {
        #expect(!dataset.rows[row].candidate.composition.elements.contains(element))
      }
    }
  }

  @Test("Without repeated formulas the random folds are those of formulas")
  func unique() throws {
    let dataset = try dataset(repeats: 1)
    let plan = try SplitPlan(dataset, folds: 4, seed: 0)
    #expect(plan.detail(of: .random) == "no formula repeats")
    #expect(!plan.splits.contains { $0.kind == .random })
    let comparison = try SplitComparer(
      GaussianProcessTrainer(), folds: 4, seed: 0, threads: 2
    ).run(dataset)
    #expect(
      comparison.entries[0].regression?.meanAbsoluteError
        == comparison.entries[1].regression?.meanAbsoluteError)
  }

  @Test("Classes get the figures of classes")
  func classes() throws {
    let whole = try dataset()
    let rows = whole.rows.map {
      Dataset.Row(
        identifier: $0.identifier, candidate: $0.candidate, target: $0.target > 5 ? 1 : 0)
    }
    let dataset = try Dataset(source: "t", rows: rows, targetName: "is high")
    let comparison = try SplitComparer(
      GaussianProcessTrainer(), kind: .classification, seed: 0, threads: 2
    ).run(dataset)
    for entry in comparison.entries {
      #expect(entry.regression == nil)
      #expect(try #require(entry.classes).balancedAccuracy > 0.5)
    }
  }

  @Test("More than two classes are told apart; one that no training row has is not expected")
  func manyClasses() throws {
    let whole = try dataset()
    let ordered = whole.targets.sorted()
    let (low, high) = (ordered[ordered.count / 3], ordered[2 * ordered.count / 3])
    let rows = whole.rows.map { row in
      Dataset.Row(
        identifier: row.identifier, candidate: row.candidate,
        target: row.target < low ? 0 : row.target < high ? 1 : 2)
    }
    let dataset = try Dataset(
      source: "t", rows: rows, targetName: "level", classes: ["high", "low", "middle"])
    var trainer = StandardLearners.forest(kind: .classification, trees: 20)
    trainer.configuration.features = .magpie
    let comparison = try SplitComparer(
      trainer, kind: .classification, seed: 0, threads: 2
    ).run(dataset)
    #expect(comparison.entries.count > 2)
    for entry in comparison.entries {
      let quality = try #require(entry.classes)
      #expect(quality.rows == entry.rows && quality.confusion.count == 3)
    }
    let random = try #require(comparison.entries.first?.classes)
    #expect(random.balancedAccuracy > 0.5, "by chance 0.33; \(random.balancedAccuracy)")
    // One row of a class of its own: without it the class is unknown, and its chance 0.
    let lone = rows.enumerated().map { place, row in
      Dataset.Row(
        identifier: row.identifier, candidate: row.candidate,
        target: place == 0 ? 2 : min(row.target, 1))
    }
    let rare = try Dataset(
      source: "t", rows: lone, targetName: "level", classes: ["a", "b", "c"])
    let judged = try SplitComparer(
      trainer, kind: .classification, seed: 0, threads: 2
    ).run(rare)
    #expect(judged.entries.allSatisfy { $0.classes != nil })
  }

  @Test("What cannot be compared is refused in a sentence")
  func refused() throws {
    let whole = try dataset()
    let few = try whole.subset([0, 1, 2])
    #expect(throws: (any Error).self) {
      try SplitComparer(GaussianProcessTrainer(), seed: 0, threads: 1).run(few)
    }
  }
}
