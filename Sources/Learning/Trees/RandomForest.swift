public import DenseMath

/// Independent trees on resampled rows, and the training rows that share their leaves.
///
/// Breiman, Mach. Learn. 45, 5 (2001). A new row's predictive distribution is that of the training
/// targets in its leaves, each tree with the same weight (Meinshausen, J. Mach. Learn. Res. 7, 983
/// (2006), on the rows that grew the tree): its mean is the forest's prediction. Splits are exact;
/// missing values go to the side where they fit better.
///
/// Equal input, settings (but for threads) and seed give equal bits. A plain value: threads may
/// share it.
public struct RandomForest: Hashable, Sendable {
  public let settings: ForestSettings
  public let ensemble: TreeEnsemble

  /// Which training rows lie in each leaf, one a tree.
  let members: [LeafMembers]

  /// Targets of the training rows.
  let targets: [Double]

  /// The targets in each leaf; `nil` where they are classes.
  let leafTargets: LeafTargets?

  /// What trees that did not see a row predict for it: `[training rows, outputs]`, NaN where every
  /// tree saw it (always so without bootstrap).
  public let outOfBag: Matrix

  public var featureCount: Int { ensemble.features }

  /// Grows the trees.
  ///
  /// - Parameters:
  ///   - features: `[rows, features]`; NaN where a value is missing.
  ///   - targets: One a row: measured values, or the numbers of classes from 0.
  ///   - weights: One a row, not negative; a row of weight 0 is never seen.
  /// - Throws: ``TreeError``.
  public static func fit(
    features: Matrix, targets: [Double], weights: [Double]? = nil,
    settings: ForestSettings = ForestSettings(), seed: UInt64
  ) throws -> RandomForest {
    try settings.check()
    let rows = try LabeledRows(
      features, targets: targets, weights: weights, classes: settings.classes)
    let data = try ForestData(rows, settings: settings)
    let grown = try parallelMap(Array(0..<settings.trees), threads: settings.threads) { index in
      grow(data, settings, SplitMix64(seed: seed, stream: UInt64(index)))
    }
    let ensemble = TreeEnsemble(
      features: features.columns, outputs: settings.outputs, trees: grown.map(\.tree),
      base: [Double](repeating: 0, count: settings.outputs), scale: 1 / Double(settings.trees))
    let members = grown.map(\.members)
    return RandomForest(
      settings: settings, ensemble: ensemble, members: members, targets: targets,
      leafTargets: settings.classes > 0
        ? nil : LeafTargets(ensemble.trees, members: members, targets: targets),
      outOfBag: outOfBag(rows.features, grown))
  }

  private static func grow(
    _ data: ForestData, _ settings: ForestSettings, _ generator: SplitMix64
  ) -> (tree: DecisionTree, members: LeafMembers) {
    var generator = generator
    let weights = data.sample(settings, &generator)
    let targets = data.rows.targets
    let center = weightedMean(targets, data.rows.weights)
    let terms = weights.indices.map {
      SIMD2(weights[$0], weights[$0] * (targets[$0] - center))
    }
    let classes = data.classes > 0 ? targets.map { Int32($0) } : [0]
    var room = [Double](repeating: 0, count: 2 * max(data.classes, 1))
    return terms.withUnsafeBufferPointer { terms in
      classes.withUnsafeBufferPointer { classes in
        room.withUnsafeMutableBufferPointer { room in
          guard let terms = terms.baseAddress, let classes = classes.baseAddress,
            let room = room.baseAddress
          else { preconditionFailure("LabeledRows holds at least two rows") }
          if data.classes == 0 {
            return ForestGrower(
              data, settings: settings, weights: weights, score: MeasuredScore(terms: terms),
              generator: generator
            ).grow()
          }
          let score = ClassScore(terms: terms, classes: classes, count: data.classes, room: room)
          return ForestGrower(
            data, settings: settings, weights: weights, score: score, generator: generator
          ).grow()
        }
      }
    }
  }

  private static func outOfBag(
    _ rows: FeatureRows, _ grown: [(tree: DecisionTree, members: LeafMembers)]
  ) -> Matrix {
    let width = grown.first?.tree.width ?? 1
    var sums = Matrix(rows: rows.count, columns: width)
    var votes = [Double](repeating: 0, count: rows.count)
    for (tree, members) in grown {
      var isSeen = [Bool](repeating: false, count: rows.count)
      for row in members.rows { isSeen[Int(row)] = true }
      for (row, leaf) in tree.leaves(rows).enumerated() where !isSeen[row] {
        votes[row] += 1
        for k in 0..<width { sums[row, k] += tree.values[leaf * width + k] }
      }
    }
    for place in sums.elements.indices {
      let count = votes[place / width]
      sums.elements[place] = count > 0 ? sums.elements[place] / count : .nan
    }
    return sums
  }

  /// Exact Shapley values of the mean, or of each class's probability; see ``TreeContributions``.
  ///
  /// - Parameter threads: The result does not depend on it.
  public func contributions(
    _ features: Matrix, threads: Int = 1
  ) throws(TreeError) -> TreeContributions {
    ensemble.contributions(try FeatureRows(features, expecting: featureCount), threads: threads)
  }

  /// Shares of the impurity that splits on each feature removed; `[featureCount]`.
  public var gainImportance: [Double] { ensemble.gainImportance }
}

/// The training rows in each leaf of a tree.
struct LeafMembers: Hashable, Sendable {
  /// One a node: where its rows begin in ``rows``; meaningful at leaves.
  var starts: [UInt32]
  var counts: [UInt32]

  /// Training rows, leaf after leaf.
  var rows: [UInt32]

  /// The share of each row in its leaf's weight.
  var shares: [Float]
}
