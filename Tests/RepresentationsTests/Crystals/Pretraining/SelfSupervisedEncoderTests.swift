import DenseMath
import Foundation
import Matter
import Testing
import Torch

@testable import Representations

@Suite("Encoders that learn from crystals alone")
struct SelfSupervisedEncoderTests {
  typealias Architecture = CrystalEncoder.Architecture

  private func network(
    _ objectives: [CrystalObjective], _ architecture: Architecture = .compact
  ) throws -> SelfSupervisedEncoder {
    var generator = SplitMix64(seed: 4)
    var settings = SelfSupervision(objectives)
    settings.projection = 12
    return try SelfSupervisedEncoder(.small(architecture), settings, using: &generator)
  }

  private func batch(
    _ network: SelfSupervisedEncoder, _ fixtures: [CrystalFixture] = CrystalFixture.allCases
  ) throws -> CrystalBatch {
    let settings = network.settings.graphs(for: network.encoder.configuration)
    return CrystalBatch(
      try fixtures.map { try CrystalGraph(of: try $0.crystal, settings) })
  }

  private func total(_ losses: [Tensor]) throws -> Tensor {
    try losses.dropFirst().reduce(losses[0]) { try $0.adding($1) }
  }

  private static let possible: [(CrystalObjective, Architecture)] =
    CrystalObjective.allCases.flatMap { objective in
      Architecture.allCases.filter { objective != .denoising || $0 != .cgat }.map {
        (objective, $0)
      }
    }

  @Test("Gradients agree with finite differences", arguments: possible)
  func gradients(objective: CrystalObjective, architecture: Architecture) throws {
    let network = try network([objective], architecture)
    let batch = try batch(network)
    func loss() throws -> Tensor {
      var generator = SplitMix64(seed: 9)
      return try total(try network.losses(batch, using: &generator, isTraining: true))
    }
    try loss().backward()
    // Along one direction in all parameters of a kind: heads, and the encoder.
    var directions = SplitMix64(seed: 5)
    for isHead in [false, true] {
      let parameters = network.parameters.filter {
        $0.value.requiresGradient && $0.name.hasPrefix("encoder.") != isHead
      }
      let starts = try parameters.map { try $0.value.floats() }
      let moves = starts.map { $0.map { _ in Float(directions.normal()) } }
      var analytic = 0.0
      for (parameter, move) in zip(parameters, moves) {
        let gradient = try parameter.value.gradient()?.floats() ?? move.map { _ in 0 }
        analytic += zip(gradient, move).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      }
      func value(_ step: Float) throws -> Double {
        for (parameter, (start, move)) in zip(parameters, zip(starts, moves)) {
          try parameter.value.blend(
            with: try Tensor(zip(start, move).map { $0 + step * $1 }, shape: parameter.value.shape))
        }
        return try loss().item()
      }
      // A step may cross the kink of an activation; a smaller one then does not.
      var error = Double.infinity
      for step in [Float(1e-3), 3e-4] where error > 0.02 {
        let numeric = (try value(step) - value(-step)) / (2 * Double(step))
        error = abs(numeric - analytic) / max(abs(analytic), 0.1)
      }
      _ = try value(0)
      #expect(error < 0.02, "\(isHead ? "heads" : "encoder"): \(error) of \(analytic)")
    }
  }

  /// `−Σ t log softmax(x)` by hand.
  @Test("The cross entropy is that of its definition, however large the numbers")
  func crossEntropy() throws {
    let logits: [Double] = [1, -2, 0.5, 300, 310, -50]
    let targets: [Double] = [0.25, 0.75, 0, 0, 1, 0]
    func entropy(_ row: Int) -> Double {
      let own = Array(logits[3 * row..<3 * row + 3])
      let top = own.max() ?? 0
      let total = top + log(own.reduce(0) { $0 + exp($1 - top) })
      return zip(own, targets[3 * row..<3 * row + 3]).reduce(0) { $0 + $1.1 * (total - $1.0) }
    }
    let loss = try MaskedElements.crossEntropy(
      try Tensor(logits.map(Float.init), shape: [2, 3]),
      try Tensor(targets.map(Float.init), shape: [2, 3]), [1, 3]
    ).item()
    #expect(abs(loss - (entropy(0) + 3 * entropy(1)) / 4) < 1e-5)
  }

  @Test("Barlow's loss is 0 for equal views of independent columns and grows with what is shared")
  func barlow() throws {
    // Two columns without correlation.
    let columns: [Float] = [1, 1, 1, -1, -1, 1, -1, -1]
    func loss(_ a: [Float], _ b: [Float]) throws -> Double {
      try BarlowTwins.loss(
        try Tensor(a, shape: [4, 2]), try Tensor(b, shape: [4, 2]), redundancy: 0.5
      ).item()
    }
    #expect(abs(try loss(columns, columns.map { 3 * $0 + 2 })) < 1e-4)
    // Equal columns: C is 1 everywhere, and 0.5 · 2 / 2 remains.
    let equal: [Float] = [1, 1, 1, 1, -1, -1, -1, -1]
    #expect(abs(try loss(equal, equal) - 0.5) < 1e-4)
    // Opposite views: (1 + 1)² twice over two columns.
    #expect(abs(try loss(columns, columns.map { -$0 }) - 4) < 1e-3)
  }

  @Test("A masked node is as one that was never filled, and says what it held")
  func masking() throws {
    let network = try network([.masked])
    let batch = try batch(network, [.perovskite, .random, .hexagonal])
    var generator = SplitMix64(seed: 1)
    let corrupted = CorruptedCrystals(
      batch, Corruption(maskedShare: 0.3), using: &generator)
    // The hexagonal metal is one node, which is left.
    #expect(batch.nodeOffsets.last.map(Int.init) == batch.nodeCount)
    for (start, end) in zip(batch.nodeOffsets, batch.nodeOffsets.dropFirst()) {
      let masked = corrupted.maskedNodes.count { $0 >= start && $0 < end }
      #expect(end - start == 1 ? masked == 0 : masked >= 1 && masked < end - start)
    }
    for (place, node) in corrupted.maskedNodes.enumerated() {
      let content = corrupted.contents[
        place * CorruptedCrystals.places..<(place + 1) * CorruptedCrystals.places]
      #expect(abs(content.reduce(0, +) - 1) < 1e-6)
      let occupant = Int(batch.occupantOffsets[node])
      #expect(corrupted.batch.shares[occupant] == 0)
      #expect(content[content.startIndex + Int(batch.atomicNumbers[occupant]) - 1] == 1)
    }
  }

  @Test("Masks of alike sites give the loss of the folded graph on the whole one")
  func folding() throws {
    let network = try network([.masked])
    let crystals = try CrystalFixture.allCases.map { try $0.crystal }
    var settings = network.settings.graphs(for: network.encoder.configuration)
    let folded = try crystals.map { try CrystalGraph(of: $0, settings) }
    (settings.foldsSites, settings.foldsEdges) = (false, false)
    let whole = try crystals.map { try CrystalGraph(of: $0, settings) }
    let (few, many) = (CrystalBatch(folded), CrystalBatch(whole))
    #expect(few.nodeCount < many.nodeCount)
    var generator = SplitMix64(seed: 2)
    let drawn = CorruptedCrystals(few, Corruption(maskedShare: 0.3), using: &generator)
    // The node of each site of the batch.
    var (nodeOfSite, start) = ([Int](), 0)
    for graph in folded {
      nodeOfSite += graph.nodeOfSite.map { start + Int($0) }
      start += graph.nodeCount
    }
    var spread = CorruptedCrystals(many, Corruption(), using: &generator)
    spread.mask(nodeOfSite.indices.filter { drawn.maskedNodes.contains(nodeOfSite[$0]) })
    let losses = try [drawn, spread].map { corrupted in
      try network.losses([try network.view(of: corrupted, isTraining: false)])[0].item()
    }
    #expect(abs(losses[0] - losses[1]) < 1e-5, "\(losses)")
  }

  @Test("Edges of displaced sites are those of the displaced crystal, with what they have lost")
  func displacement() throws {
    let network = try network([.denoising])
    let batch = try batch(network, [.random])
    var generator = SplitMix64(seed: 3)
    let corrupted = CorruptedCrystals(batch, Corruption(noise: 0.1), using: &generator)
    // The sum of the vectors around a loop of three sites does not change: here i → j and back.
    for edge in 0..<batch.edgeCount {
      let receiver = (0..<batch.nodeCount).first { batch.edgeOffsets[$0 + 1] > edge } ?? 0
      func vector(_ source: CrystalBatch, _ place: Int) -> [Double] {
        (0..<3).map { Double(source.vectors[3 * place + $0]) }
      }
      func length(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }
      let before = vector(batch, edge)
      let after = vector(corrupted.batch, edge)
      #expect(abs(length(before) - length(after) - Double(corrupted.changes[edge])) < 1e-5)
      if Int(batch.senders[edge]) == receiver { #expect(before == after) }
      let back = (0..<batch.edgeCount).first { other in
        let isBack = (0..<3).allSatisfy {
          abs(batch.vectors[3 * other + $0] + batch.vectors[3 * edge + $0]) < 1e-5
        }
        return isBack && Int(batch.senders[other]) == receiver
          && batch.edgeOffsets[Int(batch.senders[edge])] <= other
          && other < batch.edgeOffsets[Int(batch.senders[edge]) + 1]
      }
      if let back {
        #expect(abs(corrupted.changes[edge] - corrupted.changes[back]) < 1e-5)
      }
    }
    let variance = corrupted.changes.reduce(0) { $0 + $1 * $1 } / Float(batch.edgeCount)
    #expect(variance > 0.003 && variance < 0.06, "\(variance)")
  }

  @Test("Dropped edges are gone from every list, those of other nodes are as before")
  func dropping() throws {
    let network = try network([.barlow])
    let batch = try batch(network)
    var generator = SplitMix64(seed: 3)
    let corrupted = CorruptedCrystals(batch, Corruption(droppedShare: 0.5), using: &generator).batch
    #expect(corrupted.edgeCount > batch.edgeCount / 3)
    #expect(corrupted.edgeCount < 2 * batch.edgeCount / 3)
    #expect(corrupted.edgeOffsets.last.map(Int.init) == corrupted.edgeCount)
    #expect(corrupted.vectors.count == 3 * corrupted.edgeCount)
    #expect(corrupted.counts.count == corrupted.edgeCount)
    #expect(corrupted.shells.count == corrupted.edgeCount)
    for node in 0..<batch.nodeCount {
      let kept = (corrupted.edgeOffsets[node]..<corrupted.edgeOffsets[node + 1]).map {
        corrupted.vectors[3 * Int($0)]
      }
      var rest = (batch.edgeOffsets[node]..<batch.edgeOffsets[node + 1]).map {
        batch.vectors[3 * Int($0)]
      }[...]
      for value in kept {
        let place = try #require(rest.firstIndex(of: value))
        rest = rest[(place + 1)...]
      }
    }
  }

  @Test("Displaced sites are never folded; networks that see no lengths do not learn them")
  func settings() {
    let encoder = CrystalEncoder.Configuration(.compact)
    #expect(SelfSupervision([.masked]).graphs(for: encoder) == encoder.graphs)
    for objective in [CrystalObjective.denoising, .barlow] {
      let settings = SelfSupervision([.masked, objective]).graphs(for: encoder)
      #expect(!settings.foldsSites && !settings.foldsEdges)
    }
    #expect(SelfSupervision().impossible(for: CrystalEncoder.Configuration(.cgat)) == [.denoising])
    #expect(SelfSupervision().impossible(for: encoder).isEmpty)
    #expect(SelfSupervision([.barlow, .masked, .barlow]).objectives == [.masked, .barlow])
    #expect(SelfSupervision().isPossible && !SelfSupervision([]).isPossible)
  }
}
