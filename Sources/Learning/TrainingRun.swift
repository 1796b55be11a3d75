import DenseMath
import Torch

/// A run of a ``TrainingLoop`` between two steps.
struct TrainingRun {
  let steps: Int
  private(set) var step = 0

  private let module: any Module
  private let configuration: TrainingLoop.Configuration
  private let optimizer: AdamW
  private var order: BatchOrder
  private var average: WeightAverage

  init(
    _ module: any Module, _ configuration: TrainingLoop.Configuration, rates: [Double]?, rows: Int,
    costs: [Int]?, generator: SplitMix64
  ) throws(TorchError) {
    self.module = module
    self.configuration = configuration
    steps = configuration.steps(forRows: rows)
    order = BatchOrder(
      rows: rows, batchSize: configuration.batchSize(forRows: rows), costs: costs,
      generator: generator)
    average = WeightAverage(steps: steps, share: configuration.averagedShare)
    optimizer = try AdamW(
      module.parameters,
      AdamW.Configuration(
        learningRate: configuration.learningRate, weightDecay: configuration.weightDecay),
      rates: rates)
  }

  mutating func advance(_ loss: (ArraySlice<Int>) throws -> Tensor) throws {
    try loss(order.next()).backward()
    let factor = configuration.schedule.factor(step: step, of: steps)
    try optimizer.step(learningRate: configuration.learningRate * factor)
    step += 1
    try average.add(module.parameters, after: step)
  }

  /// Gives the module the mean weights, once all steps are done.
  func finish() throws(TorchError) { try average.load(into: module.parameters) }

  /// As it is after the steps so far.
  var generator: SplitMix64 { order.generator }

  func checkpoint() throws(TorchError) -> Checkpoint {
    let place = order.place
    return Checkpoint(
      step: step, generator: place.generator, place: place.rows,
      parameters: try module.storedTensors(),
      moments: try optimizer.storedState(), averages: try average.storedState(module.parameters))
  }

  mutating func restore(_ saved: Checkpoint) throws(TorchError) {
    try module.load(saved.parameters)
    try optimizer.load(saved.moments)
    try average.restore(saved.averages, module.parameters)
    order.restore(BatchOrder.Place(generator: saved.generator, rows: saved.place))
    step = saved.step
  }
}
