import Foundation

/// How unevenly rows are spread over classes.
public struct Imbalance: Codable, Hashable, Sendable {
  /// Classes with at least one row.
  public let classes: Int

  /// Shannon's entropy, nats.
  public let entropy: Double

  /// Entropy over its largest value, 0 to 1; 1 for a single class, which cannot be uneven.
  public let evenness: Double

  /// How many equally filled classes would have this entropy (Hill's number of order 1, Ecology 54,
  /// 427 (1973)).
  public let effectiveNumber: Double

  /// Gini's index, 0 (all equal) to nearly 1 (all in one).
  public let gini: Double

  /// The class with the most rows, the first by name where several have.
  public let largest: String
  public let largestShare: Double

  /// `nil` where no class has a row.
  public init?(_ counts: [String: Int]) {
    let filled = counts.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    guard let first = filled.first else { return nil }
    let total = Double(filled.reduce(0) { $0 + $1.value })
    let shares = filled.map { Double($0.value) / total }
    classes = filled.count
    entropy = max(0, -shares.reduce(0) { $0 + $1 * log($1) })
    evenness = filled.count == 1 ? 1 : entropy / log(Double(filled.count))
    effectiveNumber = exp(entropy)
    // Shares fall, so the largest has rank `count`: G = (2 Σ i xᵢ) / n − (n + 1) / n.
    let count = Double(filled.count)
    let ranked = shares.reversed().enumerated().reduce(0) {
      $0 + Double($1.offset + 1) * $1.element
    }
    gini = max(0, 2 * ranked / count - (count + 1) / count)
    largest = first.key
    largestShare = shares[0]
  }
}
