/// How a random forest is grown.
public struct ForestSettings: Hashable, Codable, Sendable {
  public enum Target: Hashable, Codable, Sendable {
    /// A number; splits lower the squared error.
    case measured

    /// Classes 0 ..< `count`; splits lower the Gini impurity.
    case classes(Int)
  }

  public var target = Target.measured
  public var trees = 500

  /// Share of the features that each split chooses from; nil is a third for numbers and the square
  /// root of their count for classes.
  public var splitShare: Double?

  /// The least number of training rows at a leaf.
  public var leafRows = 1

  /// The most splits between the root and a leaf, 1...256.
  public var depth = 64

  /// Whether each tree sees a sample drawn with replacement, else all rows.
  public var bootstrap = true

  /// Extremely randomized trees: one threshold a feature, drawn between its least and greatest
  /// value (Geurts, Ernst and Wehenkel, Mach. Learn. 63, 3 (2006)). Set ``bootstrap`` to false
  /// with it, as they do. For numbers and two classes.
  public var randomThresholds = false

  /// The result does not depend on it.
  public var threads = 1

  public init() {}

  var outputs: Int {
    if case .classes(let count) = target { count } else { 1 }
  }

  var classes: Int {
    if case .classes(let count) = target { count } else { 0 }
  }

  /// How many features a split looks at, of `features`.
  func featuresPerSplit(_ features: Int) -> Int {
    let count: Double
    if let splitShare {
      count = splitShare * Double(features)
    } else {
      count = classes > 0 ? Double(features).squareRoot() : Double(features) / 3
    }
    return min(max(Int(count.rounded()), 1), features)
  }

  func check() throws(TreeError) {
    func require(_ holds: Bool, _ name: String, _ remedy: String) throws(TreeError) {
      guard holds else {
        throw .invalidSetting("The \(name) of a forest cannot be used", remedy: remedy)
      }
    }
    try require((1...100_000).contains(trees), "number of trees", "Give 1 to 100000")
    try require(
      splitShare.map { $0 > 0 && $0 <= 1 } ?? true, "share of features",
      "Give a number above 0 and up to 1")
    try require(leafRows >= 1, "least number of rows at a leaf", "Give at least 1")
    try require((1...DecisionTree.deepest).contains(depth), "depth", "Give 1 to 256")
    try require((1...1024).contains(threads), "number of threads", "Give 1 to 1024")
    if case .classes(let count) = target {
      try require((2...10_000).contains(count), "number of classes", "Give 2 to 10000")
      try require(
        !randomThresholds || count == 2, "number of classes with drawn thresholds",
        "Give 2, or try all thresholds")
    }
  }
}
