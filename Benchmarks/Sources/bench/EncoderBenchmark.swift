import DenseMath
import Foundation
import Matter
import Representations
import Torch

/// Inference and training of the composition encoder at batch 256, beside the same network in
/// PyTorch eager (Benchmarks/pytorch/encoder.py) from the same weights and rows; then eight
/// encoders side by side on two threads beside PyTorch training them one after the other.
///
/// Both sides work in turn, so that what else the machine does meets both alike. A figure is the
/// median over the rounds of the shortest time in each, and a ratio is that of the two figures.
func benchmarkEncoder() throws {
  let task = try EncoderTask()
  let steps = 60
  let peer = try EncoderPeer(task, steps: steps)
  let version = peer.map { "PyTorch \($0.facts.version), eager, one thread" }

  func compare(
    _ name: String, _ measure: EncoderPeer.Measure, unit: String, scale: Double, rounds: Int,
    repeats: Int, peerScale: Double = 1, note: String = "", ours: () throws -> Void
  ) throws {
    var own: [Double] = []
    var others: [Double] = []
    for _ in 0..<rounds {
      own.append(try shortestTime(repeats: repeats, ours))
      if let time = peer?.time(measure, repeats: repeats) { others.append(time) }
    }
    let complete = others.count == rounds
    Figure.cost(
      name, unit: unit, ours: median(own) * scale,
      peer: complete ? median(others) * scale * peerScale : nil,
      peerVersion: complete ? version.map { $0 + note } : nil
    ).report()
  }

  try compare(
    "composition encoder: inference, batch 256", .inference, unit: "ms", scale: 1000, rounds: 15,
    repeats: 10
  ) { _ = try task.output() }
  try task.keepingWeights {
    let optimizer = try AdamW(task.encoder.parameters)
    try compare(
      "composition encoder: training step, batch 256", .training, unit: "ms", scale: 1000,
      rounds: 15, repeats: 10
    ) { _ = try task.step(optimizer) }
  }
  try compare(
    "composition encoder: 8 members of \(steps) steps, two threads", .run, unit: "s", scale: 1,
    rounds: 3, repeats: 1, peerScale: 8, note: ", one after the other"
  ) {
    _ = try parallelMap(Array(0..<8), threads: 2) { _ in try EncoderTask().train(steps: steps) }
  }
}

private func median(_ values: [Double]) -> Double {
  values.sorted()[values.count / 2]
}

/// One batch and one encoder, both from fixed seeds.
struct EncoderTask {
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
  func step(_ optimizer: AdamW) throws -> Tensor {
    let loss = try Loss.meanSquaredError(try encoder(batch), target)
    try loss.backward()
    try optimizer.step()
    return loss
  }

  /// The loss of the first step.
  func firstLoss() throws -> Double {
    try keepingWeights { try step(try AdamW(encoder.parameters)).item() }
  }

  func train(steps: Int) throws {
    let optimizer = try AdamW(encoder.parameters)
    for _ in 0..<steps { _ = try step(optimizer) }
  }

  /// Runs `body` and gives the encoder back the weights that it had.
  func keepingWeights<Result>(_ body: () throws -> Result) throws -> Result {
    let weights = try encoder.storedTensors()
    let result = try body()
    try encoder.load(weights)
    return result
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
