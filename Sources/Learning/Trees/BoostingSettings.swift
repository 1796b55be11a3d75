public import DenseMath

/// How gradient-boosted trees are trained.
public struct BoostingSettings: Hashable, Codable, Sendable {
  public var objective = BoostingObjective.squaredError

  /// The most rounds; one tree a round, or one a class.
  public var rounds = 500

  /// The most splits between the root and a leaf, 1...16.
  public var depth = 6

  /// What share of each tree's step is taken, above 0 and at most 1.
  public var learningRate = 0.05

  /// Share of the rows that each round sees, without replacement; above 0 and at most 1.
  public var rowSample = 0.8

  /// Share of the features that each tree sees; above 0 and at most 1.
  public var columnSample = 0.5

  /// The least sum of second derivatives at a leaf: rows, for squared errors of weight 1.
  public var minimumChildWeight = 1.0

  /// λ: rows of zero residual that are added to each leaf.
  public var l2Penalty = 1.0

  /// γ: what a split must gain, with regression targets scaled to unit variance.
  public var splitPenalty = 0.0

  /// Bins in which the values of a feature are sorted, 2...65536.
  public var bins = 256

  /// Ends when the validation loss has not fallen for so many rounds; needs validation rows.
  public var patience: Int?

  /// Threads of XGBoost. The last bits of a model may depend on it; 1 is right wherever models are
  /// trained side by side.
  public var threads = 1

  public init() {}

  func check() throws(TreeError) {
    try objective.check()
    func require(_ holds: Bool, _ name: String, _ remedy: String) throws(TreeError) {
      guard holds else {
        throw .invalidSetting("The \(name) of boosted trees cannot be used", remedy: remedy)
      }
    }
    let share = { (value: Double) in value > 0 && value <= 1 }
    let weight = { (value: Double) in value >= 0 && value.isFinite }
    try require((1...1_000_000).contains(rounds), "number of rounds", "Give 1 to 1000000")
    try require((1...16).contains(depth), "depth", "Give 1 to 16")
    try require(share(learningRate), "learning rate", "Give a number above 0 and up to 1")
    try require(share(rowSample), "share of rows", "Give a number above 0 and up to 1")
    try require(share(columnSample), "share of columns", "Give a number above 0 and up to 1")
    try require(weight(minimumChildWeight), "least weight", "Give a number not below 0")
    try require(weight(l2Penalty), "L2 penalty", "Give a number not below 0")
    try require(weight(splitPenalty), "split penalty", "Give a number not below 0")
    try require((2...65_536).contains(bins), "number of bins", "Give 2 to 65536")
    try require(patience.map { $0 >= 1 } ?? true, "patience", "Give at least 1 round")
    try require((1...1024).contains(threads), "number of threads", "Give 1 to 1024")
  }
}

/// Rows that judge each round of boosting, and decide when it ends.
public struct BoostingValidation: Sendable {
  public var features: Matrix
  public var targets: [Double]
  public var weights: [Double]?

  public init(features: Matrix, targets: [Double], weights: [Double]? = nil) {
    self.features = features
    self.targets = targets
    self.weights = weights
  }
}
