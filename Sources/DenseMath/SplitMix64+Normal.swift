import Foundation

extension SplitMix64 {
  /// Standard normal, by the Box–Muller transform (one of the pair is used).
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }
}
