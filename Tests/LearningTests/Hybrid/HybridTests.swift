import DenseMath
import Foundation
import Matter
import Testing
import Torch

@testable import Learning

@Suite("Gaussian processes on learned vectors")
struct HybridTests {
  private static func network(_ steps: Int) -> DeepEnsembleTrainer {
    var configuration = DeepEnsembleTrainer.Configuration()
    configuration.training.steps = steps
    return DeepEnsembleTrainer(configuration)
  }

  private static func trainer(
    guarded: Bool = true, threads: Int = 1, steps: Int = 60
  ) -> HybridTrainer {
    var trainer = HybridTrainer(network(steps), guardFeatures: guarded ? .fractions([]) : nil)
    trainer.folds = 3
    trainer.threads = threads
    return trainer
  }

  private static func hybrid(
    guarded: Bool = true, threads: Int = 1
  ) throws -> (surrogate: HybridSurrogate, heldOut: [HeldOut], candidates: [Candidate]) {
    let (candidates, targets) = try NeighborTrainerTests.alloys(90, seed: 1)
    let fit = try trainer(guarded: guarded, threads: threads).crossFit(
      candidates: candidates, targets: targets, groups: nil, weights: nil, seed: 2, progress: nil)
    return (try #require(fit.surrogate as? HybridSurrogate), fit.heldOut, candidates)
  }

  @Test("Learns, does not depend on threads, and comes back from a file bit for bit")
  func learns() throws {
    let (surrogate, heldOut, candidates) = try Self.hybrid()
    let other = try Self.hybrid(threads: 2)
    #expect(other.heldOut == heldOut)
    #expect(heldOut.map(\.row) == Array(0..<90))
    let errors = heldOut.map { abs($0.prediction.mean - $0.target) }
    let blind = heldOut.map { abs($0.baseline - $0.target) }
    #expect(Statistics.mean(errors) < 0.5 * Statistics.mean(blind))
    let again = try HybridSurrogate(state: try surrogate.state())
    #expect(try again.predict(candidates) == surrogate.predict(candidates))
    #expect(try other.surrogate.state().tensors == surrogate.state().tensors)
    var broken = try surrogate.state()
    broken.tensors["members.0.process.inputs"] = nil
    #expect(throws: (any Error).self) { try HybridSurrogate(state: broken) }
  }

  @Test("A row enters its held-out prediction through lengthscales and variances alone")
  func isHonest() throws {
    let (candidates, targets) = try NeighborTrainerTests.alloys(60, seed: 3)
    func fit(_ targets: [Double]) throws -> (HybridSurrogate.Member, HybridSurrogate.Member) {
      let fit = try Self.trainer(steps: 20).crossFit(
        candidates: candidates, targets: targets, groups: nil, weights: nil, seed: 2, progress: nil)
      let members = try #require(fit.surrogate as? HybridSurrogate).members
      return (members[fit.heldOut[7].fold], members[(fit.heldOut[7].fold + 1) % 3])
    }
    var other = targets
    other[7] += 50
    let (own, another) = try fit(targets)
    let (changed, anotherChanged) = try fit(other)
    #expect(try own.network.state().tensors == changed.network.state().tensors)
    #expect(own.process.process.inputs == changed.process.process.inputs)
    if own.addsNetwork == changed.addsNetwork {
      #expect(own.process.process.targets == changed.process.process.targets)
    }
    #expect(try another.network.state().tensors != anotherChanged.network.state().tensors)
  }

  @Test("Vectors that coincide are noticed, and the guard keeps what is far away uncertain")
  func collapse() throws {
    let guarded = try Self.collapsed(guarded: true)
    let bare = try Self.collapsed(guarded: false)
    let far = [Candidate(try Composition(formula: "CsF"))]
    let near = Array(try NeighborTrainerTests.alloys(90, seed: 1).0.prefix(10))
    let (a, b) = (try guarded.predict(far)[0], try bare.predict(far)[0])
    let known = Statistics.mean(try guarded.predict(near).map(\.epistemicVariance))
    // All materials are one to an encoder without weights: 60 rows say all of it.
    #expect(b.epistemicVariance < 0.1 * b.aleatoricVariance)
    #expect(a.epistemicVariance > 5 * b.epistemicVariance)
    #expect(a.epistemicVariance > 3 * known)
  }

  /// A hybrid whose encoders map all materials onto one vector, with the settings of a sound one.
  private static func collapsed(guarded: Bool) throws -> HybridSurrogate {
    let (surrogate, _, candidates) = try hybrid(guarded: guarded)
    let raw = try surrogate.guardFeatures?.matrix(candidates)
    let members = try surrogate.members.map { member -> HybridSurrogate.Member in
      var state = try member.network.state()
      for (name, tensor) in state.tensors where name.contains(".encoder.") {
        let zeros = [Float](repeating: 0, count: tensor.floats?.count ?? 0)
        state.tensors[name] = StoredTensor(zeros, shape: tensor.shape)
      }
      let network = try DeepEnsemble(state: state)
      let old = member.process.process
      let bare = HybridSurrogate.Member(
        network: network, target: member.target, descriptors: member.descriptors,
        process: member.process, addsNetwork: false)
      let points = try bare.points(candidates, raw).points
      let rows = Array(0..<60)
      let targets = try NeighborTrainerTests.alloys(90, seed: 1).1
      let process = NeighborProcess(
        kernel: old.kernel, noiseVariance: old.noiseVariance, inputs: points.rows(at: rows),
        targets: member.target(rows.map { targets[$0] }), neighbors: 128)
      return HybridSurrogate.Member(
        network: network, target: member.target, descriptors: member.descriptors,
        process: VectorProcess(
          process, noiseVariance: member.process.noiseVariance, mostExact: 2000),
        addsNetwork: false)
    }
    let vectors = try members[0].network.vectors(candidates).rows
    let descriptors = try CandidateFeatures.fractions([]).matrix(candidates)
    let quality = VectorQuality(
      vectors: vectors, descriptors: FeatureStandardization(fitting: descriptors)(descriptors),
      seed: 0)
    #expect(quality.isCollapsed && quality.effectiveRank < 1.01 && quality.coinciding > 0.99)
    #expect(!surrogate.quality.isCollapsed)
    return HybridSurrogate(
      members: members, guardFeatures: surrogate.guardFeatures, variables: 0, quality: quality)
  }

  @Test("The effective rank counts directions")
  func effectiveRank() {
    var generator = SplitMix64(seed: 1)
    let rows = (0..<400).flatMap { _ -> [Double] in
      let (a, b) = (generator.normal(), generator.normal())
      return [a, b, a, -b, 0]
    }
    let vectors = Matrix(rows: 400, columns: 5, elements: rows)
    let quality = VectorQuality(vectors: vectors, descriptors: vectors, seed: 0)
    #expect(abs(quality.effectiveRank - 2) < 0.05)
    #expect(quality.coinciding == 0 && abs(quality.contraction - 1) < 1e-9)
  }
}
