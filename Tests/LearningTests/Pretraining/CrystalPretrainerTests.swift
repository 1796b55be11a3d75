import DenseMath
import Foundation
import Matter
import Representations
import Testing
import Torch

@testable import Learning

@Suite("Networks that learn from crystals alone")
struct CrystalPretrainerTests {
  private static let cations = ["Li", "Na", "K", "Rb", "Mg", "Ca", "Sr", "Ba"]
  private static let anions = ["O", "S", "Se", "F", "Cl", "Br"]

  /// Rock salts whose cells grow with the rows of both elements.
  static func crystals() throws -> [Crystal] {
    try cations.flatMap { cation in
      try anions.map { anion in
        let (a, b) = try (
          #require(Element(symbol: cation)), #require(Element(symbol: anion))
        )
        let half = 1.9 + 0.012 * Double(a.atomicNumber + b.atomicNumber)
        return try Crystal(
          lattice: Lattice(
            a: SIMD3(0, half, half), b: SIMD3(half, 0, half), c: SIMD3(half, half, 0)),
          elements: [a, b], positions: [SIMD3(0, 0, 0), SIMD3(0.5, 0.5, 0.5)])
      }
    }
  }

  static func trainer(
    _ objectives: [CrystalObjective], steps: Int, networks: Int = 1
  ) -> CrystalPretrainer {
    var configuration = CrystalPretrainer.Configuration()
    configuration.encoder.width = 16
    configuration.encoder.hidden = 16
    configuration.objectives = SelfSupervision(objectives)
    configuration.objectives.projection = 16
    configuration.networks = networks
    configuration.training.steps = steps
    configuration.training.batchSize = 16
    configuration.training.learningRate = 5e-3
    configuration.checks = 4
    var trainer = CrystalPretrainer(configuration)
    trainer.threads = 1
    trainer.graphs = GraphCache()
    return trainer
  }

  private func card(_ networks: PretrainedNetworks, _ trainer: CrystalPretrainer) -> PretrainingCard
  {
    PretrainingCard(
      networks, learning: trainer.configuration.objectives, sources: ["c.csv"],
      elementCrystals: ["Na": 6], dataHash: "", seed: 1, settings: "", versions: [:])
  }

  @Test("The loss of held-out crystals falls", arguments: CrystalObjective.allCases)
  func falls(objective: CrystalObjective) throws {
    let networks = try Self.trainer([objective], steps: 80).fit(try Self.crystals(), seed: 1)
    let curve = networks.curves[0]
    #expect(curve.best.step > 0)
    #expect(curve.best.losses[0] < 0.9 * curve.first.losses[0], "\(curve)")
    #expect(networks.crystals == 48 && networks.heldOut > 0 && networks.heldOut < 10)
  }

  @Test("Equal seeds give equal networks, on any number of threads; others do not")
  func determinism() throws {
    let crystals = try Self.crystals()
    var trainer = Self.trainer(CrystalObjective.allCases, steps: 6, networks: 2)
    let first = try trainer.fit(crystals, seed: 1)
    trainer.threads = 2
    let second = try trainer.fit(crystals, seed: 1)
    #expect(first.weights == second.weights && first.curves == second.curves)
    #expect(first.weights[0] != first.weights[1])
    #expect(try trainer.fit(crystals, seed: 2).weights != first.weights)
  }

  @Test("A run ends where the held-out loss no longer falls, with its best weights")
  func patience() throws {
    var trainer = Self.trainer([.masked], steps: 40)
    // Weights that fly apart are never better than the first.
    trainer.configuration.training.learningRate = 30
    trainer.configuration.checks = 20
    trainer.configuration.patience = 2
    let networks = try trainer.fit(try Self.crystals(), seed: 1)
    let curve = networks.curves[0]
    #expect(curve.checks.count <= curve.chosen + 3)
    #expect(curve.checks.allSatisfy { !($0.losses[0] < curve.best.losses[0]) })
  }

  @Test("The file keeps all numbers; a model is not made of it, and damage is refused")
  func file() throws {
    let trainer = Self.trainer([.masked], steps: 3, networks: 2)
    let networks = try trainer.fit(try Self.crystals(), seed: 1)
    let card = card(networks, trainer)
    let bytes = try PretrainedFile(networks, card: card).encoded()
    let read = try PretrainedFile(bytes: bytes, file: "p")
    #expect(read.card == card && read.encoder == networks.encoder)
    #expect(read.weights == networks.weights)
    #expect(throws: ModelFileError("p", .predictsNothing)) {
      try ModelFile(bytes: bytes, file: "p")
    }
    for place in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
      var damaged = bytes
      damaged[place] ^= 1
      #expect(throws: ModelFileError.self) { try PretrainedFile(bytes: damaged, file: "p") }
    }
  }

  @Test("Members begin with the encoders of the file, in turn, bit for bit")
  func start() throws {
    let crystals = try Self.crystals()
    let pretrainer = Self.trainer([.masked], steps: 3, networks: 2)
    let networks = try pretrainer.fit(crystals, seed: 1)
    var start = try DeepEnsembleTrainer.Start(
      PretrainedFile(networks, card: card(networks, pretrainer)))
    #expect(start.architecture == .compact && !start.hasCompositions)
    start.rate = 0
    var trainer = StandardLearners.crystalNetworks(kind: .regression, members: 3, start: start)
    trainer.configuration.training.steps = 4
    let candidates = crystals.map { Candidate($0) }
    let targets = crystals.map { $0.volume }
    let fitted = try trainer.fit(candidates: candidates, targets: targets, seed: 1)
    let encoders = try fitted.members.map { try $0.encoder.storedTensors() }
    #expect(encoders == [networks.weights[0], networks.weights[1], networks.weights[0]])
    trainer.start?.layerRate = 0.5
    let moved = try trainer.fit(candidates: candidates, targets: targets, seed: 1)
    #expect(try moved.members[0].encoder.storedTensors() != encoders[0])
    // A model of another property of crystals starts networks as well.
    let again = try DeepEnsembleTrainer.Start(moved)
    #expect(again.architecture == .compact)
    var formulas = StandardLearners.networks(kind: .regression, members: 1)
    formulas.start = again
    #expect(throws: DeepEnsembleError.self) {
      try formulas.fit(candidates: candidates, targets: targets, seed: 1)
    }
  }

  @Test("What cannot be learned from is refused")
  func refusals() throws {
    let crystals = try Self.crystals()
    let trainer = Self.trainer([.masked], steps: 3)
    #expect(throws: PretrainingError.tooFewCrystals(5)) {
      try trainer.fit(Array(crystals.prefix(5)), seed: 1)
    }
    let silicon = try #require(Element(symbol: "Si"))
    let same = try (0..<30).map { place in
      let a = 2.5 + 0.01 * Double(place)
      return try Crystal(
        lattice: Lattice(a: SIMD3(a, 0, 0), b: SIMD3(0, a, 0), c: SIMD3(0, 0, a)),
        elements: [silicon], positions: [SIMD3(0, 0, 0)])
    }
    #expect(throws: PretrainingError.oneElement(silicon)) { try trainer.fit(same, seed: 1) }
    var blind = Self.trainer([.denoising], steps: 3)
    blind.configuration.encoder = CrystalEncoder.Configuration(.cgat)
    #expect(throws: PretrainingError.noLengths(.cgat)) { try blind.fit(crystals, seed: 1) }
  }

  @Test(
    "Rates fall by the factor from the head down", arguments: CrystalEncoder.Architecture.allCases)
  func layerRates(architecture: CrystalEncoder.Architecture) throws {
    var configuration = DeepEnsembleTrainer.Configuration(crystals: architecture)
    configuration.crystals?.layers = 3
    configuration.crystals?.angleLayers = architecture == .alignn ? 2 : 0
    configuration.crystals?.width = 8
    configuration.crystals?.edgeWidth = 8
    configuration.crystals?.hidden = 8
    configuration.crystals?.heads = architecture == .compact || architecture == .cgat ? 2 : 1
    var generator = SplitMix64(seed: 1)
    let member = try DeepEnsembleMember(configuration, variables: 0, using: &generator)
    let layers = LayerRates(member.parameters.map(\.name))
    let hasReadout = [.compact, .megnet, .cgat].contains(architecture)
    #expect(layers.depth == (hasReadout ? 5 : 4))
    func rates(_ prefix: String) -> Set<Double> {
      Set(
        member.parameters.filter { $0.name.hasPrefix(prefix) }.map {
          layers.rate(of: $0.name, factor: 0.5)
        })
    }
    #expect(rates("input") == [1] && rates("output") == [1])
    let input = pow(0.5, Double(layers.depth))
    #expect(rates("encoder.elements") == [input])
    let last = pow(0.5, hasReadout ? 2 : 1)
    #expect(rates(architecture == .alignn ? "encoder.layers.0" : "encoder.layers.2") == [last])
    if architecture == .alignn {
      #expect(rates("encoder.atoms.1") == [last / 2] && rates("encoder.bonds.0") == [last / 4])
    }
    if hasReadout { #expect(rates("encoder.pool") == [0.5]) }
    #expect(member.parameters.allSatisfy { layers.rate(of: $0.name, factor: 1) == 1 })
  }
}
