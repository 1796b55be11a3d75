import DenseMath
import Ecosystem
import Foundation
import Matter
import Testing

@testable import Learning

/// A surrogate that is linear in the atomic fractions and the variables, plus a product of the
/// fractions of two elements: all contributions are known in closed form.
private struct Mixture: StorableSurrogate {
  static let kind = "mixture"
  var slopes: [String: Double]
  var pair = 0.0
  var variableSlope = 0.0

  func predict(_ candidates: [Candidate]) throws -> [Prediction] {
    candidates.map { candidate in
      let x = candidate.composition
      let mean =
        zip(x.elements, x.fractions).reduce(0) { $0 + (slopes[$1.0.symbol] ?? 0) * $1.1 }
        + pair * x.fractions.reduce(1, *) + variableSlope * (candidate.variables.first ?? 0)
      return Prediction(mean: mean, aleatoricVariance: 1, epistemicVariance: 0)
    }
  }

  func sample(
    _ candidates: [Candidate], using generator: inout SplitMix64
  ) throws -> [Double] { try predict(candidates).map(\.mean) }

  init(slopes: [String: Double], pair: Double = 0, variableSlope: Double = 0) {
    self.slopes = slopes
    self.pair = pair
    self.variableSlope = variableSlope
  }

  init(state: SurrogateState) throws { throw StackError.invalidState("a mixture is not stored") }
  func state() throws -> SurrogateState { throw StackError.invalidState("it is not stored") }
}

@Suite("Explainer")
struct ExplainerTests {
  /// The surrogate with the calibration and card of another model.
  static func model(
    _ surrogate: any StorableSurrogate, targetMean: Double = 7, variables: [String] = []
  ) throws -> Model {
    let other = try #require(ModelFileTests.model)
    var card = other.card
    card.targetMean = targetMean
    card.variableNames = variables
    card.variableRanges = variables.map { _ in .init(lowest: 300, highest: 1000) }
    card.elementRows = Dictionary(
      uniqueKeysWithValues: DeepEnsembleTests.metals.map { ($0, 10) })
    return Model(surrogate: surrogate, calibration: other.calibration, card: card)
  }

  static func explain(
    _ model: Model, _ candidates: [Candidate],
    _ change: (inout Explainer.Settings) -> Void = { _ in }
  ) throws -> ExplanationTable {
    var settings = Explainer.Settings()
    settings.threads = 2
    change(&settings)
    return try Explainer(model, settings).explain(candidates)
  }

  private static func candidate(_ formula: String, _ variables: [Double] = []) throws -> Candidate {
    Candidate(try Composition(formula: formula), variables: variables)
  }

  @Test("Two elements of a mixture: the mean of joining first and joining last")
  func binary() throws {
    let model = try Self.model(Mixture(slopes: ["Fe": 2, "Ni": 10], pair: 4), targetMean: 7)
    let table = try Self.explain(model, [try Self.candidate("Fe3Ni")])
    let found = table.explanations[0].elements
    let whole = 0.75 * 2 + 0.25 * 10 + 4 * 0.75 * 0.25
    let pure = (iron: 2 + 4.0, nickel: 10 + 4.0)  // a product of one fraction is 1
    #expect(found.method == .shapley && found.base == 7)
    #expect(found.parts.map(\.name) == ["Fe", "Ni"])
    #expect(found.parts.map(\.amount) == [0.75, 0.25])
    let iron = 0.5 * ((pure.iron - 7) + (whole - pure.nickel))
    let nickel = 0.5 * ((pure.nickel - 7) + (whole - pure.iron))
    #expect(abs(found.parts[0].contribution - iron) < 1e-12)
    #expect(abs(found.parts[1].contribution - nickel) < 1e-12)
    #expect(abs(found.remainder) < 1e-12)
    // One more percent of iron: 0.01 × (slope − what is there), the product aside.
    let linear = try Self.explain(
      try Self.model(Mixture(slopes: ["Fe": 2, "Ni": 10])), [try Self.candidate("Fe3Ni")]
    ) { $0.effects = true }
    #expect(found.parts.allSatisfy { $0.effectOfOnePercent == nil })
    let effect = try #require(linear.explanations[0].elements.parts[0].effectOfOnePercent)
    #expect(abs(effect - 0.01 * (2 - 4)) < 1e-12)
  }

  @Test("A reference of equal elements: a linear mixture gives slope × difference of fractions")
  func reference() throws {
    let model = try Self.model(Mixture(slopes: ["Fe": 2, "Ni": 10, "Co": 5]))
    let candidate = try Self.candidate("Fe6Ni3Co1")
    let found = try Self.explain(model, [candidate]) {
      $0.reference = try? Self.candidate("Fe6Ni1Co3")
    }.explanations[0].elements
    #expect(found.baseKind == .reference && abs(found.base - (1.2 + 1 + 1.5)) < 1e-12)
    // Iron has the same amount in both and is no player.
    #expect(found.parts.map(\.name) == ["Co", "Ni"])
    #expect(found.parts.map(\.referenceAmount) == [0.3, 0.1])
    let sum = found.parts.reduce(found.base) { $0 + $1.contribution }
    #expect(abs(sum - found.remainder - (0.6 * 2 + 0.3 * 10 + 0.1 * 5)) < 1e-12)
    let same = try Self.explain(model, [candidate]) { $0.reference = candidate }
    #expect(same.explanations[0].elements.parts.isEmpty)
    #expect(abs(same.explanations[0].elements.remainder) < 1e-12)
  }

  @Test("Elements that only the reference holds have a part, together where they are many")
  func absentees() throws {
    let model = try Self.model(Mixture(slopes: ["Fe": 2, "Ni": 10, "Cr": 30]))
    let few = try Self.explain(model, [try Self.candidate("FeNi")]) {
      $0.reference = try? Self.candidate("FeNiCr2")
    }.explanations[0].elements
    #expect(few.parts.map(\.name) == ["Fe", "Ni", "Cr"] && few.parts[2].amount == 0)
    let many = try Self.explain(model, [try Self.candidate("FeNi")]) {
      $0.reference = try? Self.candidate("FeNiCrCoCuAlTiMoZn")
    }.explanations[0].elements
    #expect(many.parts.map(\.name) == ["Fe", "Ni", "Al Ti Cr Co Cu Zn Mo"])
    let part = try #require(many.parts.last)
    #expect(part.kind == .absentElements && abs((part.referenceAmount ?? 0) - 7.0 / 9) < 1e-12)
    #expect(abs(many.remainder) < 1e-12)
    #expect(abs(many.parts.reduce(many.base) { $0 + $1.contribution } - 6) < 1e-12)
  }

  @Test("Variables count from the middle of their range")
  func variables() throws {
    let model = try Self.model(
      Mixture(slopes: ["Fe": 2], variableSlope: 0.01), targetMean: 7, variables: ["T"])
    let parts = try Self.explain(model, [try Self.candidate("Fe", [850])]).explanations[0].elements
      .parts
    // v(∅) = v(T) = 7, v(Fe) = 2 + 6.5, v(Fe, T) = 2 + 8.5.
    #expect(parts.map(\.kind) == [.element, .variable])
    #expect(abs(parts[0].contribution - 0.5 * (1.5 + 3.5)) < 1e-12)
    #expect(parts[1].name == "T" && abs(parts[1].contribution - 0.5 * (0 + 2)) < 1e-12)
    let resting = try Self.explain(model, [try Self.candidate("Fe", [650])])
    #expect(resting.explanations[0].elements.parts.count == 1)
  }

  @Test("Many elements are sampled, with errors, and agree with the exact values")
  func sampled() throws {
    let model = try Self.model(
      Mixture(slopes: ["Al": 1, "Ti": 5, "Cr": 2, "Fe": 9, "Co": 4, "Ni": 3, "Cu": 8], pair: 1e5))
    let candidate = try Self.candidate("Al1Ti2Cr3Fe4Co5Ni6Cu7")
    let exact = try Self.explain(model, [candidate]).explanations[0].elements
    let sampled = try Self.explain(model, [candidate]) { $0.mostCoalitions = 100 }
      .explanations[0].elements
    #expect(exact.method == .shapley && sampled.method == .sampledShapley)
    #expect(abs(sampled.remainder) < 1e-6)
    for (a, b) in zip(exact.parts, sampled.parts) {
      #expect(a.standardError == nil)
      let error = try #require(b.standardError)
      #expect(abs(a.contribution - b.contribution) < 5 * error + 1e-9)
    }
  }

  @Test("Rows do not depend on the others or on threads; amounts scale out")
  func independence() throws {
    let model = try Self.model(Mixture(slopes: ["Fe": 2, "Ni": 10, "Co": 4], pair: 3))
    let formulas = ["Fe2Ni3", "Ni", "FeNiCo", "Fe4Ni6", "Co2Ni"]
    let candidates = try (0..<40).map { try Self.candidate(formulas[$0 % 5]) }
    let together = try Self.explain(model, candidates)
    for (place, candidate) in candidates.prefix(5).enumerated() {
      let alone = try Self.explain(model, [candidate]) { $0.threads = 1 }
      #expect(alone.explanations[0] == together.explanations[place])
      #expect(alone.explanations[0] == together.explanations[place + 35])
    }
    let (one, two) = (together.explanations[0].elements, together.explanations[3].elements)
    for (a, b) in zip(one.parts, two.parts) {
      #expect(abs(a.contribution - b.contribution) < 1e-12)
    }
  }

  @Test("Means over materials: each element over those that hold it, families together")
  func summaries() throws {
    let model = try Self.model(Mixture(slopes: ["Fe": 2, "Ni": 10, "Al": 1]), targetMean: 0)
    let candidates = try ["Fe", "Ni", "FeNi", "AlNi"].map { try Self.candidate($0) }
    let table = try Self.explain(model, candidates)
    let iron = try #require(table.elements.first { $0.name == "Fe" })
    // Alone 2; with nickel ½ (2 + 6 − 10) = −1.
    #expect(iron.materials == 2 && abs(iron.mean - 0.5) < 1e-12)
    #expect(abs(iron.meanMagnitude - 1.5) < 1e-12)
    #expect(abs(iron.lowest + 1) < 1e-12 && abs(iron.highest - 2) < 1e-12)
    #expect(table.elements.map(\.name) == ["Al", "Fe", "Ni"])
    let metals = try #require(table.families.first { $0.name == "transition metals" })
    // 2, 10, the whole of FeNi, and nickel's ½ (10 + 5.5 − 1) of AlNi.
    #expect(metals.materials == 4 && abs(metals.mean - (2 + 10 + 6 + 7.25) / 4) < 1e-12)
  }

  @Test("Refuses what a model does not have, in a sentence")
  func refusals() throws {
    let model = try Self.model(Mixture(slopes: [:]))
    #expect(throws: ExplanationError.noGradients(surrogate: "mixture")) {
      try Self.explain(model, []) { $0.method = .gradients }
    }
    #expect(throws: ExplanationError.noAttention(surrogate: "mixture")) {
      try Self.explain(model, []) { $0.attention = true }
    }
    let infinite = try Self.model(Mixture(slopes: ["Fe": .infinity]))
    #expect(throws: ExplanationError.notFinite(formula: "FeNi")) {
      try Self.explain(infinite, [try Self.candidate("NiFe")])
    }
    #expect("\(ExplanationError.noAttention(surrogate: "gp"))".hasSuffix("."))
  }
}
