import Ecosystem
import Torch

/// What a ``DeepEnsemble`` learns: targets in standard units, and how much each entry counts.
struct EnsembleTargets: Sendable {
  /// Of each target.
  let standardizations: [TargetStandardization]

  /// `[target][row]`, standardized; 0 where a value is missing.
  private let values: [[Double]]

  /// `[target][row]`: weights with mean 1 over the rows that have a value, 0 where it is missing;
  /// `nil` where every row has all values and counts alike.
  private let weights: [[Double]]?

  /// - Parameters:
  ///   - targets: `[target][row]`; NaN is a missing value. Each has a value of positive weight.
  ///   - weights: Of the rows, greater than 0; `nil` if they count alike.
  ///   - isBinary: Whether the targets are classes, which stay 0 and 1.
  init(_ targets: [[Double]], weights: [Double]?, isBinary: Bool) {
    let weights = weights.flatMap { list in list.allSatisfy { $0 == list[0] } ? nil : list }
    let isComplete = targets.allSatisfy { $0.allSatisfy { !$0.isNaN } }
    standardizations = targets.map { column in
      if isBinary { return TargetStandardization(mean: 0, scale: 1) }
      let rows = column.indices.filter { !column[$0].isNaN }
      let known = rows.map { column[$0] }
      guard let weights else { return TargetStandardization(fitting: known) }
      return TargetStandardization(fitting: known, weights: rows.map { weights[$0] })
    }
    values = zip(targets, standardizations).map { column, standardization in
      standardization(column).map { $0.isNaN ? 0 : $0 }
    }
    guard weights != nil || !isComplete else {
      self.weights = nil
      return
    }
    self.weights = targets.map { column in
      let own = column.indices.map { column[$0].isNaN ? 0 : weights?[$0] ?? 1 }
      let count = Double(own.count { $0 > 0 })
      let total = own.reduce(0, +)
      return own.map { $0 / total * count }
    }
  }

  var count: Int { values.count }

  /// Of all values and weights.
  var digest: ContentHash {
    ContentHash(of: (values + (weights ?? [])).flatMap(\.bytes) + [count].bytes)
  }

  /// `[b, targets]`, row after row.
  func values(_ rows: some Collection<Int>) -> [Float] {
    rows.flatMap { row in values.map { Float($0[row]) } }
  }

  /// `[b, targets]`: the share of each entry in the loss of a batch. Each target counts alike; its
  /// entries count by their weights. `nil` where all count alike.
  func shares(_ rows: some Collection<Int>) -> [Float]? {
    guard let weights else { return nil }
    let scales = weights.map { column in
      1 / Double(max(1, rows.count { column[$0] > 0 }) * count)
    }
    return rows.flatMap { row in
      zip(weights, scales).map { column, scale in Float(column[row] * scale) }
    }
  }
}

extension EnsembleTargets {
  /// The loss of a network's answers for these rows, `[b, targets]` each.
  func loss(
    _ answers: (mean: Tensor, logScale: Tensor), rows: some Collection<Int>,
    _ configuration: DeepEnsembleTrainer.Configuration
  ) throws(TorchError) -> Tensor {
    let shape = [rows.count, count]
    let target = try Tensor(values(rows), shape: shape)
    guard let shares = shares(rows) else {
      return configuration.isBinary
        ? try Loss.binaryCrossEntropy(logit: answers.mean, target: target)
        : try configuration.loss(
          mean: answers.mean, logScale: answers.logScale, target: target)
    }
    let weights = try Tensor(shares, shape: shape)
    return configuration.isBinary
      ? try Loss.weightedBinaryCrossEntropy(logit: answers.mean, target: target, shares: weights)
      : try configuration.loss.weighted(
        mean: answers.mean, logScale: answers.logScale, target: target, shares: weights)
  }
}
