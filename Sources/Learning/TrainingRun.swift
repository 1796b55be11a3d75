import DenseMath
import Torch

/// A run of a ``TrainingLoop`` between two steps.
struct TrainingRun {
  let steps: Int
  private(set) var step = 0
  private(set) var generator: SplitMix64

  private let module: any Module
  private let configuration: TrainingLoop.Configuration
  private let optimizer: AdamW
  private let rows: Int
  private let batchSize: Int
  /// The generator as it was before it shuffled this pass.
  private var start: SplitMix64
  private var order: [Int] = []
  /// How many rows of this pass are used.
  private var place = 0
  private var average: WeightAverage

  init(
    _ module: any Module, _ configuration: TrainingLoop.Configuration, rates: [Double]?,
    rows: Int, generator: SplitMix64
  ) throws(TorchError) {
    self.module = module
    self.configuration = configuration
    self.rows = rows
    self.generator = generator
    start = generator
    steps = configuration.steps(forRows: rows)
    batchSize = configuration.batchSize(forRows: rows)
    average = WeightAverage(steps: steps, share: configuration.averagedShare)
    optimizer = try AdamW(
      module.parameters,
      AdamW.Configuration(
        learningRate: configuration.learningRate, weightDecay: configuration.weightDecay),
      rates: rates)
  }

  mutating func advance(_ loss: (ArraySlice<Int>) throws -> Tensor) throws {
    // A remainder smaller than a batch is left out of this pass.
    if place + batchSize > order.count { shuffle() }
    try loss(order[place..<place + batchSize]).backward()
    let factor = configuration.schedule.factor(step: step, of: steps)
    try optimizer.step(learningRate: configuration.learningRate * factor)
    place += batchSize
    step += 1
    try average.add(module.parameters, after: step)
  }

  /// Gives the module the mean weights, once all steps are done.
  func finish() throws(TorchError) { try average.load(into: module.parameters) }

  private mutating func shuffle() {
    start = generator
    order = generator.shuffled(0..<rows)
    place = 0
  }

  func checkpoint() throws(TorchError) -> Checkpoint {
    Checkpoint(
      step: step, generator: start, place: place, parameters: try module.storedTensors(),
      moments: try optimizer.storedState(), averages: try average.storedState(module.parameters))
  }

  mutating func restore(_ saved: Checkpoint) throws(TorchError) {
    try module.load(saved.parameters)
    try optimizer.load(saved.moments)
    try average.restore(saved.averages, module.parameters)
    generator = saved.generator
    shuffle()
    place = saved.place
    step = saved.step
  }
}
