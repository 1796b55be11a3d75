public import DenseMath
public import Torch

/// The training loop of every network here: shuffled batches, AdamW, a learning rate that rises
/// and falls.
///
/// What it does depends on the settings, the generator and the loss alone; it owns no thread. Run
/// several models side by side by running several loops, one thread each.
public struct TrainingLoop: Sendable {
  public struct Configuration: Codable, Hashable, Sendable {
    /// Optimizer steps in all; chosen by the number of rows where `nil`.
    public var steps: Int?
    /// Rows in a step; chosen by the number of rows where `nil`.
    public var batchSize: Int?
    public var learningRate = 6e-3
    public var weightDecay = 0.01
    public var schedule = LearningRateSchedule()

    public init() {}

    /// 150 passes over the rows, but 600 steps or more and 20,000 or fewer.
    ///
    /// Chosen inside the training rows of the first folds of Matbench's phonons, gaps and dielectric
    /// constants: half as many passes are too few for a thousand rows, twice as many bring nothing.
    public func steps(forRows rows: Int) -> Int {
      steps ?? min(max(150 * rows / batchSize(forRows: rows), 600), 20_000)
    }

    /// At least two where there are two, since networks here normalize over a batch.
    public func batchSize(forRows rows: Int) -> Int {
      min(rows, max(2, batchSize ?? (rows <= 2_000 ? 64 : rows <= 20_000 ? 128 : 256)))
    }
  }

  public let configuration: Configuration

  public init(_ configuration: Configuration) {
    self.configuration = configuration
  }

  /// Trains `module` in place.
  ///
  /// - Parameters:
  ///   - rows: How many rows of training data there are.
  ///   - generator: Shuffles the rows, anew in each pass.
  ///   - progress: Receives the share of the steps that are done.
  ///   - loss: The mean loss over the rows with these numbers.
  /// - Throws: ``TorchError``, and what `loss` throws.
  public func run(
    _ module: any Module, rows: Int, using generator: inout SplitMix64,
    progress: (Double) -> Void = { _ in }, loss: (ArraySlice<Int>) throws -> Tensor
  ) throws {
    let steps = configuration.steps(forRows: rows)
    let batchSize = configuration.batchSize(forRows: rows)
    let optimizer = try AdamW(
      module.parameters,
      AdamW.Configuration(
        learningRate: configuration.learningRate, weightDecay: configuration.weightDecay))
    var order: [Int] = []
    var place = 0
    for step in 0..<steps {
      // A remainder smaller than a batch is left out of this pass.
      if place + batchSize > order.count {
        order = generator.shuffled(0..<rows)
        place = 0
      }
      try loss(order[place..<place + batchSize]).backward()
      let factor = configuration.schedule.factor(step: step, of: steps)
      try optimizer.step(learningRate: configuration.learningRate * factor)
      place += batchSize
      if step % 16 == 15 || step + 1 == steps { progress(Double(step + 1) / Double(steps)) }
    }
  }
}
