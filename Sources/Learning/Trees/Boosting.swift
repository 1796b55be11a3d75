internal import DenseMath
internal import Foundation

/// One training run of ``GradientBoostedTrees``.
struct Boosting {
  private let rows: LabeledRows
  private let judges: LabeledRows?
  private let settings: BoostingSettings
  private let objective: BoostingObjective
  private let seed: UInt64
  private let grower: XGBoostGrower

  /// Regression targets are `center + scale · standardized target`.
  private let center: Double
  private let scale: Double

  /// In the standardized unit.
  private let targets: [Double]
  private let judgeTargets: [Double]
  private let start: [Double]

  /// `[rows, outputs]`, in the standardized unit.
  private var sums: [Double]
  private var judgeSums: [Double]

  private var trees: [DecisionTree] = []
  private(set) var losses: [Double] = []

  init(
    _ rows: LabeledRows, judges: LabeledRows?, settings: BoostingSettings, seed: UInt64
  ) throws(TreeError) {
    self.rows = rows
    self.judges = judges
    self.settings = settings
    self.seed = seed
    objective = settings.objective
    grower = try XGBoostGrower(rows.features, settings: settings)
    let isMeasured = objective.classes == 0
    let mean = weightedMean(rows.targets, rows.weights)
    let variance = weightedMean(rows.targets.map { ($0 - mean) * ($0 - mean) }, rows.weights)
    let (center, scale) = isMeasured ? (mean, variance.squareRoot()) : (0, 1)
    (self.center, self.scale) = (center, scale)
    targets = rows.targets.map { ($0 - center) / scale }
    judgeTargets = (judges?.targets ?? []).map { ($0 - center) / scale }
    start = objective.start(targets, rows.weights)
    sums = (0..<rows.count).flatMap { [start] _ in start }
    judgeSums = judgeTargets.flatMap { [start] _ in start }
  }

  /// The trees so far, up to the best round, in the unit of the target.
  var ensemble: TreeEnsemble {
    TreeEnsemble(
      features: rows.features.columns, outputs: objective.outputs,
      trees: Array(trees.prefix(bestRounds * objective.outputs)),
      base: start.map { center + scale * $0 }, scale: scale)
  }

  private var bestRounds: Int {
    let all = trees.count / objective.outputs
    guard settings.patience != nil, let least = losses.min() else { return all }
    return (losses.firstIndex(of: least) ?? all - 1) + 1
  }

  mutating func run() throws(TreeError) {
    for round in 0..<settings.rounds {
      try step(round)
      guard let judges else { continue }
      losses.append(loss(judges))
      if let patience = settings.patience, losses.count - bestRounds >= patience { break }
    }
  }

  private mutating func step(_ round: Int) throws(TreeError) {
    var generator = SplitMix64(seed: seed, stream: UInt64(round))
    let shares = sampledWeights(&generator)
    let before = sums
    for output in 0..<objective.outputs {
      var (gradients, hessians) = derivatives(before, shares, output)
      var tree = try grower.tree(
        gradients: &gradients, hessians: &hessians, seed: generator.next())
      let leaves = tree.leaves(rows.features)
      if let level = objective.leafLevel { refit(&tree, leaves, shares, level: level) }
      for index in tree.values.indices { tree.values[index] *= settings.learningRate }
      add(tree, leaves, output)
      trees.append(tree)
    }
  }

  /// The weights of the rows of this round: 0 for those left out.
  private func sampledWeights(_ generator: inout SplitMix64) -> [Double] {
    guard settings.rowSample < 1 else { return rows.weights }
    let kept = max(1, Int((settings.rowSample * Double(rows.count)).rounded(.up)))
    var result = [Double](repeating: 0, count: rows.count)
    for row in generator.shuffled(0..<rows.count).prefix(kept) { result[row] = rows.weights[row] }
    return result
  }

  private func derivatives(
    _ sums: [Double], _ weights: [Double], _ output: Int
  ) -> (gradients: [Float], hessians: [Float]) {
    let outputs = objective.outputs
    var gradients = [Float](repeating: 0, count: rows.count)
    var hessians = gradients
    for row in 0..<rows.count where weights[row] > 0 {
      let (gradient, hessian) = objective.derivatives(
        target: targets[row], weight: weights[row],
        sums: sums[row * outputs..<(row + 1) * outputs], output: output)
      gradients[row] = Float(gradient)
      hessians[row] = Float(hessian)
    }
    return (gradients, hessians)
  }

  /// Puts a quantile of the residuals of its rows into each leaf, shrunk by the L2 penalty.
  private func refit(
    _ tree: inout DecisionTree, _ leaves: [Int], _ weights: [Double], level: Double
  ) {
    var members = [[Int]](repeating: [], count: tree.nodes.count)
    for (row, leaf) in leaves.enumerated() where weights[row] > 0 { members[leaf].append(row) }
    for (leaf, rows) in members.enumerated() where !rows.isEmpty {
      let leafWeights = rows.map { weights[$0] }
      let step = weightedQuantile(rows.map { targets[$0] - sums[$0] }, leafWeights, level: level)
      let total = leafWeights.reduce(0, +)
      tree.values[leaf] = step * total / (total + settings.l2Penalty)
    }
  }

  private mutating func add(_ tree: DecisionTree, _ leaves: [Int], _ output: Int) {
    let outputs = objective.outputs
    for (row, leaf) in leaves.enumerated() { sums[row * outputs + output] += tree.values[leaf] }
    guard let judges else { return }
    for (row, leaf) in tree.leaves(judges.features).enumerated() {
      judgeSums[row * outputs + output] += tree.values[leaf]
    }
  }

  private func loss(_ judges: LabeledRows) -> Double {
    let outputs = objective.outputs
    let each = judgeTargets.indices.map { row in
      objective.loss(
        target: judgeTargets[row], sums: judgeSums[row * outputs..<(row + 1) * outputs])
    }
    let unit: Double =
      switch objective {
      case .squaredError, .huber: scale * scale
      case .absoluteError, .quantile: scale
      case .logistic, .softmax: 1
      }
    return unit * weightedMean(each, judges.weights)
  }
}
