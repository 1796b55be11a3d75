import Foundation

/// Shares of learners in a common prediction, chosen by their held-out predictions.
///
/// Greedy selection with replacement (Caruana et al., Proc. 21st ICML, 18 (2004),
/// doi:10.1145/1015330.1015432): of all learners the one whose addition lowers the loss of the
/// average most is added, a fixed number of times; the share is how often it was taken. Shares are
/// not negative and sum to 1, so that a prediction stays between those of the learners.
public enum StackWeights {
  /// How the quality of an average is measured.
  public enum Loss: String, Codable, Hashable, Sendable {
    case absoluteError
    /// Of probabilities, in nats.
    case logLoss
  }

  /// How often a learner is added.
  static let rounds = 40

  /// - Parameters:
  ///   - predictions: `[learner][row]`, each made without its row.
  ///   - targets: `[row]`.
  ///   - weights: `[row]`, or `nil` where all rows count alike.
  /// - Returns: `[learner]`, summing to 1.
  public static func fitted(
    _ predictions: [[Double]], targets: [Double], weights: [Double]? = nil,
    loss: Loss = .absoluteError
  ) -> [Double] {
    precondition(!predictions.isEmpty && predictions.allSatisfy { $0.count == targets.count })
    var sum = [Double](repeating: 0, count: targets.count)
    var taken = [Int](repeating: 0, count: predictions.count)
    for round in 1...rounds {
      var best = (learner: 0, loss: Double.infinity)
      for (learner, own) in predictions.enumerated() {
        let value = total(loss, sum, own, Double(round), targets, weights)
        if value < best.loss { best = (learner, value) }
      }
      for row in sum.indices { sum[row] += predictions[best.learner][row] }
      taken[best.learner] += 1
    }
    return taken.map { Double($0) / Double(rounds) }
  }

  /// Loss of the average, summed over the rows.
  private static func total(
    _ loss: Loss, _ sum: [Double], _ own: [Double], _ count: Double, _ targets: [Double],
    _ weights: [Double]?
  ) -> Double {
    var total = 0.0
    for row in targets.indices {
      let value = (sum[row] + own[row]) / count
      let weight = weights?[row] ?? 1
      switch loss {
      case .absoluteError: total += weight * abs(value - targets[row])
      case .logLoss:
        let bounded = min(max(value, 1e-6), 1 - 1e-6)
        total -= weight * (targets[row] > 0.5 ? log(bounded) : log(1 - bounded))
      }
    }
    return total
  }
}
