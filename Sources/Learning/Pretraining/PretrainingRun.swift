import DenseMath
import Representations
import Torch

/// The training of one network after the other on the same crystals.
struct PretrainingRun: Sendable {
  let configuration: CrystalPretrainer.Configuration
  let training: GraphRows
  let heldOut: GraphRows
  let seed: UInt64

  func network(
    _ place: Int, progress: (Double) -> Void
  ) throws -> (weights: [String: StoredTensor], curve: PretrainingCurve) {
    var generator = SplitMix64(seed: seed, stream: UInt64(place))
    let network = try SelfSupervisedEncoder(
      configuration.encoder, configuration.objectives, using: &generator)
    let noise = generator.next()
    var settings = configuration.training
    settings.steps = configuration.steps(forRows: training.count)
    var run = try TrainingRun(
      network, settings, rates: nil, rows: training.count, costs: training.costs,
      generator: generator)
    var curve = PretrainingCurve(
      checks: [.init(step: 0, losses: try judged(network))], chosen: 0)
    var weights = try network.encoder.storedTensors()
    let interval = max(1, run.steps / configuration.checks)
    while run.step < run.steps {
      var corruption = SplitMix64(seed: noise, stream: UInt64(run.step))
      try run.advance { rows in
        try Self.sum(
          try network.losses(training.batch(rows), using: &corruption, isTraining: true))
      }
      if run.step % 16 == 0 { progress(Double(run.step) / Double(run.steps)) }
      guard run.step % interval == 0 || run.step == run.steps else { continue }
      curve.checks.append(.init(step: run.step, losses: try judged(network)))
      let last = curve.checks.count - 1
      if curve.checks[last].total < curve.best.total {
        curve.chosen = last
        weights = try network.encoder.storedTensors()
      } else if last - curve.chosen >= configuration.patience {
        break
      }
    }
    progress(1)
    return (weights, curve)
  }

  private static func sum(_ losses: [Tensor]) throws(TorchError) -> Tensor {
    var total = losses[0]
    for loss in losses.dropFirst() { total = try total.adding(loss) }
    return total
  }

  /// The losses on the held-out crystals, corrupted in the same way each time.
  private func judged(_ network: SelfSupervisedEncoder) throws -> [Double] {
    try noGrad {
      var sums = [Double](repeating: 0, count: configuration.objectives.objectives.count)
      for (place, rows) in chunks.enumerated() {
        var generator = SplitMix64(seed: seed, stream: 0x4E1D_0000 + UInt64(place))
        let losses = try network.losses(
          heldOut.batch(rows), using: &generator, isTraining: false)
        for (objective, loss) in losses.enumerated() {
          sums[objective] += try loss.item() * Double(rows.count)
        }
      }
      return sums.map { $0 / Double(heldOut.count) }
    }
  }

  /// As many crystals each as in a step, about: some losses compare those of a batch.
  private var chunks: [Range<Int>] {
    let count = max(1, heldOut.count / configuration.training.batchSize(forRows: training.count))
    return (0..<count).map { chunk in
      chunk * heldOut.count / count..<(chunk + 1) * heldOut.count / count
    }
  }
}
