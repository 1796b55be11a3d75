import DenseMath
import Foundation
import Matter
import Representations
import Torch

/// Inference and training of the composition encoder at batch 256, beside the same network in
/// PyTorch eager (Benchmarks/pytorch/encoder.py) from the same weights and rows; then eight
/// encoders side by side on two threads beside PyTorch training them one after the other.
func benchmarkEncoder() throws {
  let task = try EncoderTask()
  let output = try task.output()
  let loss = try task.train(seed: 1, steps: 1)
  let inference = try shortestTime(repeats: 40) { _ = try task.output() }
  let training = try task.timedStep(repeats: 40)
  let steps = 60
  let side = try shortestTime(repeats: 3) {
    _ = try parallelMap(Array(0..<8), threads: 2) { _ in
      _ = try EncoderTask().train(seed: 1, steps: steps)
    }
  }
  let peer = try peerFigures(task, output: output, loss: loss, steps: steps)
  let version = peer.map { "PyTorch \($0.version), eager, one thread" }
  Figure.cost(
    "composition encoder: inference, batch 256", unit: "ms", ours: inference * 1000,
    peer: peer.map { $0.inference * 1000 }, peerVersion: version
  ).report()
  Figure.cost(
    "composition encoder: training step, batch 256", unit: "ms", ours: training * 1000,
    peer: peer.map { $0.training * 1000 }, peerVersion: version
  ).report()
  Figure.cost(
    "composition encoder: 8 members of \(steps) steps, two threads", unit: "s", ours: side,
    peer: peer.map { 8 * $0.run }, peerVersion: version.map { $0 + ", one after the other" }
  ).report()
}

/// One batch and one encoder, both from fixed seeds.
private struct EncoderTask {
  let batch: PackedCompositions
  let encoder: CompositionEncoder
  let target: Tensor

  init() throws {
    var generator = SplitMix64(seed: 256)
    let compositions = try (0..<256).map { _ in try Self.composition(using: &generator) }
    batch = try PackedCompositions(CompositionBatch(compositions))
    encoder = try CompositionEncoder(using: &generator)
    let width = encoder.configuration.width
    target = try Tensor(
      (0..<256 * width).map { _ in Float(generator.normal()) }, shape: [256, width])
  }

  /// One to eight elements, as in the sets of Matbench.
  private static func composition(using generator: inout SplitMix64) throws -> Composition {
    let elements = generator.shuffled(Element.all.prefix(83)).prefix(1 + generator.index(below: 8))
    return try Composition(
      Dictionary(uniqueKeysWithValues: elements.map { ($0, 1 + Double(generator.index(below: 9))) })
    )
  }

  /// `[256, width]`, without gradients.
  func output() throws -> Tensor {
    try noGrad { () throws(TorchError) in try encoder(batch) }
  }

  /// Forward, loss, backward and optimizer.
  private func step(_ optimizer: AdamW) throws -> Tensor {
    let loss = try Loss.meanSquaredError(try encoder(batch), target)
    try loss.backward()
    try optimizer.step()
    return loss
  }

  /// Trains a copy of the encoder's first weights; the loss of the first step.
  func train(seed: UInt64, steps: Int) throws -> Double {
    let weights = try encoder.storedTensors()
    defer { try? encoder.load(weights) }
    let optimizer = try AdamW(encoder.parameters)
    var first = 0.0
    for place in 0..<steps {
      let loss = try step(optimizer)
      if place == 0 { first = try loss.item() }
    }
    return first
  }

  func timedStep(repeats: Int) throws -> Double {
    let weights = try encoder.storedTensors()
    defer { try? encoder.load(weights) }
    let optimizer = try AdamW(encoder.parameters)
    return try shortestTime(repeats: repeats) { _ = try step(optimizer) }
  }

  /// Everything the peer needs to do the same work.
  func stored(output: Tensor) throws -> [String: StoredTensor] {
    var tensors = try encoder.storedTensors()
    tensors["batch.elements"] = try StoredTensor(batch.elements)
    tensors["batch.amounts"] = try StoredTensor(batch.amounts)
    tensors["batch.log_fractions"] = try StoredTensor(batch.logFractions)
    tensors["batch.offsets"] = try StoredTensor(batch.offsets)
    tensors["batch.properties"] = try StoredTensor(encoder.elementProperties)
    tensors["batch.target"] = try StoredTensor(target)
    tensors["batch.output"] = try StoredTensor(output)
    return tensors
  }
}

private struct PeerFigures: Decodable {
  var version: String
  var difference: Double
  var loss: Double
  var inference: Double
  var training: Double
  var run: Double
}

/// `nil`, with a sentence, where the peer is not installed or computes something else.
private func peerFigures(
  _ task: EncoderTask, output: Tensor, loss: Double, steps: Int
) throws -> PeerFigures? {
  let file = FileManager.default.temporaryDirectory
    .appendingPathComponent("bench-encoder-\(getpid()).safetensors")
  defer { try? FileManager.default.removeItem(at: file) }
  let tensors = try task.stored(output: output)
  try Data(Safetensors(tensors: tensors).encoded()).write(to: file)
  let script = repository.appendingPathComponent("Benchmarks/pytorch/encoder.py").path
  guard let text = run(peerPython, [script, file.path, "\(steps)"]),
    let figures = try? JSONDecoder().decode(PeerFigures.self, from: Data(text.utf8))
  else {
    skip(
      "the encoder's peer is left out: PyTorch or safetensors is missing (Scripts/setup.sh peers).")
    return nil
  }
  guard figures.difference < 1e-4, abs(figures.loss - loss) < 1e-4 * abs(loss) else {
    skip("the encoder's peer is left out: its output differs by \(figures.difference).")
    return nil
  }
  return figures
}
