import Foundation
import Matter
import TestKit
import Testing
import Torch

@testable import Learning

@Suite("Trainings that go on where they were interrupted")
struct FitFolderTests {
  private func folder(_ key: String = "a") -> FitFolder {
    FitFolder(path: NSTemporaryDirectory() + "fits-\(UUID().uuidString)", key: key)
  }

  private struct Refusal: Error {}

  /// Trains a forest as long as it may.
  private final class LimitedTrainer: SurrogateTrainer, @unchecked Sendable {
    private let lock = NSLock()
    private var left: Int
    init(_ left: Int) { self.left = left }

    func train(
      candidates: [Candidate], targets: [Double], seed: UInt64
    ) throws -> any Surrogate {
      try lock.withLock {
        guard left > 0 else { throw Refusal() }
        left -= 1
      }
      var settings = ForestTrainer.Configuration()
      settings.forest.trees = 5
      return try ForestTrainer(settings).train(
        candidates: candidates, targets: targets, seed: seed)
    }
  }

  @Test("Only what is missing is trained, and the model has the same bytes")
  func resumes() throws {
    let (candidates, targets) = try DeepEnsembleTests.alloys(60, seed: 3, noise: 2)
    func bytes(_ fits: FitFolder?, fits allowed: Int) throws -> [[UInt8]] {
      var stack = StackTrainer([.init("forest", LimitedTrainer(allowed))], folds: 4)
      stack.threads = 1
      stack.fits = fits
      let surrogate = try stack.train(candidates: candidates, targets: targets, seed: 2)
      let state = try #require(surrogate as? any StorableSurrogate).state()
      return state.tensors.keys.sorted().compactMap { state.tensors[$0]?.bytes }
        + [[UInt8](state.configuration)]
    }
    let whole = try bytes(nil, fits: 4)
    let fits = folder()
    defer { fits.remove() }
    #expect(throws: Refusal.self) { try bytes(fits, fits: 3) }
    #expect(fits.count == 3)
    #expect(try bytes(fits, fits: 1) == whole)
  }

  @Test("A damaged fit, or one of another training, is made again")
  func distrusts() throws {
    let (candidates, targets) = try DeepEnsembleTests.alloys(40, seed: 3, noise: 2)
    let forest = try #require(
      LimitedTrainer(1).train(candidates: candidates, targets: targets, seed: 1)
        as? any StorableSurrogate)
    let fits = folder("a")
    defer { fits.remove() }
    try fits.keep(forest, as: "one")
    #expect(fits.surrogate("one") != nil && fits.surrogate("two") == nil)
    #expect(fits.inside("part").surrogate("one") == nil)
    #expect(FitFolder(path: fits.path, key: "b").surrogate("one") == nil)
    let file = try #require(FileManager.default.contentsOfDirectory(atPath: fits.path).first)
    let path = "\(fits.path)/\(file)"
    var bytes = try #require(FileManager.default.contents(atPath: path))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    #expect(fits.surrogate("one") == nil)
  }
}
