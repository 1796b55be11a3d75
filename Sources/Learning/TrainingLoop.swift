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
    /// Share of the steps, the last ones, over whose weights the mean is taken; 0 keeps those of the
    /// last step. Izmailov et al., arXiv:1803.05407.
    ///
    /// With a schedule whose floor is 0.3, a share of 0.5 helps some tables and harms others:
    /// `Docs/networks.md`.
    public var averagedShare = 0.0

    public init() {}

    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      steps = try values.decodeIfPresent(Int.self, forKey: .steps)
      batchSize = try values.decodeIfPresent(Int.self, forKey: .batchSize)
      learningRate = try values.decode(Double.self, forKey: .learningRate)
      weightDecay = try values.decode(Double.self, forKey: .weightDecay)
      schedule = try values.decode(LearningRateSchedule.self, forKey: .schedule)
      // Older files kept the weights of the last step.
      averagedShare = try values.decodeIfPresent(Double.self, forKey: .averagedShare) ?? 0
    }

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
  /// With a checkpoint the run goes on where a former one stood, and gives the same weights bit for
  /// bit (on one family of processors).
  ///
  /// - Parameters:
  ///   - rates: Factors on the learning rate, one for each parameter of `module`; `nil` is 1 for
  ///     all.
  ///   - rows: How many rows of training data there are.
  ///   - costs: What each row costs, where batches are to be alike in cost instead of rows.
  ///   - generator: Shuffles the rows, anew in each pass.
  ///   - checkpoint: Where the state of the run is kept.
  ///   - progress: Receives the share of the steps that are done.
  ///   - loss: The mean loss over the rows with these numbers.
  /// - Throws: ``TorchError``, ``CheckpointError``, and what `loss` throws.
  public func run(
    _ module: any Module, rates: [Double]? = nil, rows: Int, costs: [Int]? = nil,
    using generator: inout SplitMix64, checkpoint: CheckpointFile? = nil,
    progress: (Double) -> Void = { _ in }, loss: (ArraySlice<Int>) throws -> Tensor
  ) throws {
    var run = try TrainingRun(
      module, configuration, rates: rates, rows: rows, costs: costs, generator: generator)
    if let saved = try checkpoint?.read() { try run.restore(saved) }
    var clock = CheckpointClock(checkpoint, step: run.step)
    while run.step < run.steps {
      try run.advance(loss)
      if run.step % 16 == 0 || run.step == run.steps {
        progress(Double(run.step) / Double(run.steps))
      }
      if let checkpoint, run.step < run.steps {
        let stops = checkpoint.folder.shouldStop()
        if clock.isDue(run.step) || stops { try checkpoint.write(try run.checkpoint()) }
        if stops { throw CheckpointError.stopped(step: run.step, of: run.steps) }
      }
    }
    try run.finish()
    generator = run.generator
  }
}
