import DenseMath

/// A mean over random cells and how far they scatter.
public struct Estimate: Codable, Hashable, Sendable {
  public let mean: Double

  /// Standard deviation over the cells (with `n − 1`), 0 for a single one.
  public let spread: Double

  public init(mean: Double, spread: Double) {
    self.mean = mean
    self.spread = spread
  }

  /// - Parameter values: At least one, one for each cell.
  public init(_ values: [Double]) {
    precondition(!values.isEmpty, "An estimate needs at least one value.")
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.init(mean: mean, spread: values.count > 1 ? (squares / (n - 1)).squareRoot() : 0)
  }
}
