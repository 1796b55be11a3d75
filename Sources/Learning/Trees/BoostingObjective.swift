internal import DenseMath
import Foundation

/// What boosted trees minimize.
public enum BoostingObjective: Hashable, Codable, Sendable {
  /// Predicts the mean.
  case squaredError

  /// Predicts the median.
  case absoluteError

  /// Squares up to a residual of `transition` standard deviations of the target, linear beyond.
  case huber(transition: Double)

  /// Predicts the quantile at `level`, strictly between 0 and 1, by the pinball loss.
  case quantile(level: Double)

  /// Two classes, 0 and 1: predicts the probability of 1.
  case logistic

  /// Classes 0 ..< `count`: predicts a probability for each.
  case softmax(classes: Int)
}

extension BoostingObjective {
  /// Sums the trees keep for each row.
  public var outputs: Int {
    if case .softmax(let classes) = self { classes } else { 1 }
  }

  /// 0 for a measured target.
  var classes: Int {
    switch self {
    case .logistic: 2
    case .softmax(let classes): classes
    default: 0
    }
  }

  /// The level of the quantile that each leaf takes from its residuals, where the loss has no
  /// curvature that a Newton step could use.
  var leafLevel: Double? {
    switch self {
    case .absoluteError: 0.5
    case .quantile(let level): level
    default: nil
    }
  }

  func check() throws(TreeError) {
    switch self {
    case .quantile(let level) where !(level > 0 && level < 1):
      throw .invalidSetting(
        "The quantile at \(level) does not exist", remedy: "Give a level between 0 and 1")
    case .huber(let transition) where !(transition > 0 && transition.isFinite):
      throw .invalidSetting(
        "A transition at \(transition) is not possible", remedy: "Give a positive number")
    case .softmax(let classes) where !(2...10_000).contains(classes):
      throw .invalidSetting(
        "\(classes) classes cannot be told apart", remedy: "Give 2 to 10000 classes")
    default: return
    }
  }

  /// The constant answer that fits best, in the unit of the sums.
  func start(_ targets: [Double], _ weights: [Double]) -> [Double] {
    switch self {
    case .squaredError, .huber: return [weightedMean(targets, weights)]
    case .absoluteError: return [weightedQuantile(targets, weights, level: 0.5)]
    case .quantile(let level): return [weightedQuantile(targets, weights, level: level)]
    case .logistic:
      let share = weightedMean(targets, weights)
      return [log(share / (1 - share))]
    case .softmax(let classes):
      // One row more of each class keeps the logarithm of an absent one finite.
      var counts = [Double](repeating: 1, count: classes)
      for (target, weight) in zip(targets, weights) { counts[Int(target)] += weight }
      let total = counts.reduce(0, +)
      return counts.map { log($0 / total) }
    }
  }

  /// First and second derivatives of one row's loss with respect to its sums.
  ///
  /// - Parameters:
  ///   - sums: One number an output; gradients and hessians likewise.
  func derivatives(
    target: Double, weight: Double, sums: ArraySlice<Double>, output: Int
  ) -> (gradient: Double, hessian: Double) {
    let sum = sums[sums.startIndex + output]
    switch self {
    case .squaredError: return (weight * (sum - target), weight)
    case .huber(let transition):
      return (weight * min(max(sum - target, -transition), transition), weight)
    case .absoluteError: return (sum < target ? -weight : sum > target ? weight : 0, weight)
    case .quantile(let level):
      return (sum < target ? -level * weight : (1 - level) * weight, weight)
    case .logistic:
      let share = 1 / (1 + exp(-sum))
      return (weight * (share - target), weight * max(share * (1 - share), 1e-16))
    case .softmax:
      let largest = sums.max() ?? 0
      let share = exp(sum - largest) / sums.reduce(0) { $0 + exp($1 - largest) }
      let gradient = weight * (share - (Int(target) == output ? 1 : 0))
      return (gradient, weight * max(2 * share * (1 - share), 1e-16))
    }
  }

  /// The loss of one row.
  func loss(target: Double, sums: ArraySlice<Double>) -> Double {
    let first = sums[sums.startIndex]
    switch self {
    case .squaredError: return (first - target) * (first - target)
    case .absoluteError: return abs(first - target)
    case .huber(let transition):
      let size = abs(first - target)
      return size <= transition ? size * size / 2 : transition * (size - transition / 2)
    case .quantile(let level):
      return target > first ? level * (target - first) : (1 - level) * (first - target)
    case .logistic:
      let signed = target > 0.5 ? first : -first
      return signed > 0 ? log1p(exp(-signed)) : log1p(exp(signed)) - signed
    case .softmax:
      let largest = sums.max() ?? 0
      let total = sums.reduce(0) { $0 + exp($1 - largest) }
      return log(total) + largest - sums[sums.startIndex + Int(target)]
    }
  }

  /// Turns sums into predictions in place: the same numbers, or probabilities.
  func link(_ sums: inout [Double]) {
    switch self {
    case .logistic:
      for place in sums.indices { sums[place] = 1 / (1 + exp(-sums[place])) }
    case .softmax(let classes):
      for start in stride(from: 0, to: sums.count, by: classes) {
        let row = sums[start..<start + classes]
        let largest = row.max() ?? 0
        let total = row.reduce(0) { $0 + exp($1 - largest) }
        for place in row.indices { sums[place] = exp(sums[place] - largest) / total }
      }
    default: return
    }
  }
}

func weightedMean(_ values: [Double], _ weights: [Double]) -> Double {
  var (sum, total) = (0.0, 0.0)
  for (value, weight) in zip(values, weights) {
    sum += value * weight
    total += weight
  }
  return sum / total
}

/// The value at which the weights below and above balance as `level` asks; the middle of two
/// values where both do. With equal weights and level ½: the median.
func weightedQuantile(_ values: [Double], _ weights: [Double], level: Double) -> Double {
  let order = values.indices.filter { weights[$0] > 0 }.sorted {
    (values[$0], $0) < (values[$1], $1)
  }
  let wanted = level * order.reduce(0) { $0 + weights[$1] }
  var below = 0.0
  for (place, index) in order.enumerated() {
    below += weights[index]
    if below > wanted * (1 + 1e-12) { return values[index] }
    if below >= wanted * (1 - 1e-12) {
      return place + 1 < order.count
        ? (values[index] + values[order[place + 1]]) / 2 : values[index]
    }
  }
  return order.last.map { values[$0] } ?? .nan
}
