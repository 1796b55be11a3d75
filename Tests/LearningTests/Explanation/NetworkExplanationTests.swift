import DenseMath
import Matter
import Representations
import Testing
import Torch

@testable import Learning

@Suite("Explanation of networks")
struct NetworkExplanationTests {
  /// Trained once for all tests: with two variables, of which one is constant.
  private static let ensemble: DeepEnsemble? = {
    guard let data = try? DeepEnsembleTests.alloys(80, seed: 4, variables: true) else { return nil }
    return try? DeepEnsembleTests.trainer(members: 2, steps: 150).fit(
      candidates: data.candidates, targets: data.targets, seed: 2)
  }()

  private static func candidates(_ count: Int = 12) throws -> [Candidate] {
    try DeepEnsembleTests.alloys(count, seed: 9, variables: true).candidates
  }

  private static func model() throws -> Model {
    try ExplainerTests.model(try #require(ensemble), targetMean: 150, variables: ["T", "seven"])
  }

  @Test("Contributions sum to the prediction within rounding of single precision")
  func complete() throws {
    let ensemble = try #require(Self.ensemble)
    let model = try Self.model()
    let candidates = try Self.candidates()
    let table = try ExplainerTests.explain(model, candidates)
    for (candidate, explanation) in zip(candidates, table.explanations) {
      let found = explanation.elements
      #expect(found.method == .integratedGradients)
      #expect(abs(found.remainder) < 1e-4 * ensemble.targetStandardization.scale)
      let sum = found.parts.reduce(found.base) { $0 + $1.contribution }
      #expect(abs(sum + found.remainder - explanation.prediction.mean) < 1e-9)
      #expect(found.parts[0].kind == .amounts)
      #expect(found.parts.compactMap(\.element) == candidate.composition.elements)
      // The variable that never varied is not seen by the networks.
      #expect(found.parts.filter { $0.kind == .variable }.map(\.name) == ["T"])
    }
  }

  @Test(
    "Networks of other kinds are explained alike, but do not tell their attention",
    arguments: [CompositionEncoder.Architecture.roost, .crabnet])
  func architectures(architecture: CompositionEncoder.Architecture) throws {
    let data = try DeepEnsembleTests.alloys(20, seed: 4)
    var trainer = DeepEnsembleTests.trainer(members: 2, steps: 4)
    var encoder = CompositionEncoder.Configuration(architecture)
    (encoder.width, encoder.hidden, encoder.layers, encoder.heads) = (16, 16, 1, 2)
    trainer.configuration.encoder = encoder
    trainer.configuration.headWidths = [16, 8]
    trainer.configuration.isStandardized = false
    let ensemble = try trainer.fit(candidates: data.candidates, targets: data.targets, seed: 1)
    let model = try ExplainerTests.model(ensemble, targetMean: 150, variables: [])
    let candidates = Array(data.candidates.prefix(3))
    for explanation in try ExplainerTests.explain(model, candidates).explanations {
      let found = explanation.elements
      #expect(abs(found.remainder) < 1e-4 * ensemble.targetStandardization.scale)
      let sum = found.parts.reduce(found.base) { $0 + $1.contribution }
      #expect(abs(sum + found.remainder - explanation.prediction.mean) < 1e-9)
    }
    #expect(throws: ExplanationError.attentionUntold(encoder: architecture.rawValue)) {
      try ExplainerTests.explain(model, candidates) { $0.attention = true }
    }
  }

  @Test("An element that is the average element adds nothing, a variable at its mean neither")
  func average() throws {
    let ensemble = try #require(Self.ensemble)
    let iron = try #require(Element(symbol: "Fe"))
    let means = ensemble.inputStandardization.means
    let found = try ensemble.integratedGradients(
      [Candidate(try Composition([iron: 2]), variables: [means[0], 7])], elementRows: [iron: 5])[0]
    #expect(found.values.count == 2 && found.values[0] == 0)
    #expect(abs(found.values[1]) < 1e-6 * ensemble.targetStandardization.scale)
    #expect(abs(found.end - found.start) < 1e-4 * ensemble.targetStandardization.scale)
  }

  @Test("The differences tend to the integral of the gradient that autograd gives")
  func gradients() throws {
    let ensemble = try #require(Self.ensemble)
    let rows = Dictionary(uniqueKeysWithValues: ensemble.elements.map { ($0, 3) })
    let candidates = try Self.candidates(4).filter { $0.composition.elements.count > 1 }
    let found = try ensemble.integratedGradients(candidates, elementRows: rows, steps: 128)
    for (candidate, path) in zip(candidates, found) {
      let expected = try Self.integral(ensemble, candidate, steps: 2000)
      for (a, b) in zip(path.values, expected) {
        #expect(abs(a - b) < 0.02 * ensemble.targetStandardization.scale, "\(a) against \(b)")
      }
    }
  }

  /// Gradients of the elements' rows at the middles of many steps, all elements weighing the same in
  /// the average element.
  private static func integral(
    _ ensemble: DeepEnsemble, _ candidate: Candidate, steps: Int
  ) throws -> [Double] {
    let composition = CompositionBatch([candidate.composition])
    let matrix = try DeepEnsemble.variableMatrix([candidate], expected: 2)
    let end = ensemble.inputStandardization(matrix).elements.map { Float($0) }
    let batch = try PackedCompositions(
      composition.selecting([Int](repeating: 0, count: steps))
    ).withOwnRows()
    let middles = (0..<steps).map { (Float($0) + 0.5) / Float(steps) }
    var result = [Double](repeating: 0, count: candidate.composition.elements.count)
    for member in ensemble.members {
      guard case .compositions(let encoder) = member.encoder.kind else { continue }
      let table = try encoder.elementTable()
      let (values, width) = (try table.floats(), table.shape[1])
      let places = ensemble.elements.map { ($0.atomicNumber - 1) * width }
      let ways = composition.atomicNumbers.map { number in
        (0..<width).map { column in
          let mean = places.reduce(0) { $0 + values[$1 + column] } / Float(places.count)
          return (mean: mean, way: values[(Int(number) - 1) * width + column] - mean)
        }
      }
      let rows = try Tensor(
        middles.flatMap { point in ways.flatMap { $0.map { $0.mean + point * $0.way } } },
        shape: [steps * ways.count, width])
      try rows.setRequiresGradient()
      let variables = try Tensor(
        middles.flatMap { m in end.map { m * $0 } }, shape: [steps, end.count])
      let encoded = try encoder.encode(batch, table: rows)
      try member.answer(
        try encoded.subtracting(member.center).divided(by: member.spread), variables,
        .compositions(batch)
      ).mean.sum().backward()
      let slopes = try #require(try rows.gradient()).floats()
      for (place, slope) in slopes.enumerated() {
        let node = place / width % ways.count
        result[node] += Double(slope * ways[node][place % width].way)
      }
    }
    let factor =
      ensemble.targetStandardization.scale / Double(steps * ensemble.members.count)
    return result.map { $0 * factor }
  }

  @Test("Neither the batch nor the size of the formula unit matters")
  func laws() throws {
    let ensemble = try #require(Self.ensemble)
    let rows = Dictionary(uniqueKeysWithValues: ensemble.elements.map { ($0, 3) })
    let candidates = try Self.candidates(6)
    let together = try ensemble.integratedGradients(candidates, elementRows: rows)
    let tolerance = 1e-4 * ensemble.targetStandardization.scale
    for (candidate, expected) in zip(candidates, together) {
      var doubled: [Element: Double] = [:]
      for (element, amount) in zip(candidate.composition.elements, candidate.composition.amounts) {
        doubled[element] = 2 * amount
      }
      let alone = try ensemble.integratedGradients(
        [Candidate(try Composition(doubled), variables: candidate.variables)], elementRows: rows)[0]
      #expect(zip(alone.values, expected.values).allSatisfy { abs($0 - $1) < tolerance })
    }
  }

  @Test("Attention: rows sum to 1, one element listens to itself alone")
  func attention() throws {
    let model = try Self.model()
    var candidates = try Self.candidates(4)
    candidates.append(Candidate(try Composition(formula: "Ni"), variables: [500, 7]))
    let table = try ExplainerTests.explain(model, candidates) { $0.attention = true }
    for (candidate, explanation) in zip(candidates, table.explanations) {
      let flow = try #require(explanation.attention)
      let count = candidate.composition.elements.count
      #expect(flow.elements == candidate.composition.elements)
      #expect(flow.networks.count == 2 && flow.layers.count == 2)
      #expect(flow.networks[0].layers[0].count == 4 && flow.networks[0].pooling.count == 4)
      for row in flow.layers.joined() { #expect(abs(row.reduce(0, +) - 1) < 1e-9) }
      #expect(abs(flow.pooling.reduce(0, +) - 1) < 1e-9)
      #expect(abs(flow.rollout.reduce(0, +) - 1) < 1e-9)
      #expect(flow.pairs.count == count * (count - 1))
    }
    #expect(table.explanations.last?.attention?.rollout == [1])
  }

  @Test("Rollout follows messages back through a layer")
  func rollout() {
    // One head: element 1 hears element 2 alone, element 2 itself alone; all of 1 is gathered.
    let network = AttentionFlow.Network(
      share: 1, layers: [[[[0, 1], [0, 1]]]], pooling: [[1, 0]])
    #expect(network.rollout == [0.5, 0.5])
    // Two such layers: ½ (½ + ½·0) stays.
    let deep = AttentionFlow.Network(
      share: 1, layers: [[[[0, 1], [0, 1]]], [[[0, 1], [0, 1]]]], pooling: [[1, 0]])
    #expect(deep.rollout == [0.25, 0.75])
  }
}
