import Foundation

/// The amount of an element as sines and cosines: how CrabNet shows fractions to its attention
/// (Wang et al., npj Comput. Mater. 7, 77 (2021); the positional encoding of Vaswani et al. (2017)
/// with base 50).
public struct FractionalEncoding: Hashable, Sendable {
  /// How many fractions are told apart.
  public let resolution: Int

  /// Numbers for each fraction.
  public let width: Int

  /// Whether `min(1, 0.0025 (log₂ x)²)` is encoded in place of `x`: fine steps for small amounts.
  public let isLogarithmic: Bool

  /// - Parameters:
  ///   - resolution: 1 or more; CrabNet takes 5000.
  ///   - width: 1 or more.
  public init(width: Int, resolution: Int = 5000, isLogarithmic: Bool = false) {
    precondition(width > 0 && resolution > 0, "An encoding needs a width and a resolution.")
    self.width = width
    self.resolution = resolution
    self.isLogarithmic = isLogarithmic
  }

  /// The row of the table that a fraction takes, from 0.
  ///
  /// - Parameter fraction: 0…1; values outside count as the nearest of these, and what is no number
  ///   as 0.
  public func level(of fraction: Double) -> Int {
    var x = fraction > 0 ? min(fraction, 1) : 0
    if isLogarithmic {
      let bits = log2(x)
      x = min(1, 0.0025 * bits * bits)
    }
    let steps = Double(resolution)
    return Int((max(x, 1 / steps) * steps).rounded(.toNearestOrEven)) - 1
  }

  /// `[width]`: component k is the sine (k even) or cosine (k odd) of `level / 50^(2k/width)`.
  public func values(_ fraction: Double) -> [Double] {
    let level = Double(level(of: fraction))
    return (0..<width).map { k in
      let angle = level / pow(50, 2 * Double(k) / Double(width))
      return k.isMultiple(of: 2) ? sin(angle) : cos(angle)
    }
  }

  /// The encodings of many fractions, `[fractions × width]`, in single precision.
  public func rows(_ fractions: [Double]) -> [Float] {
    fractions.flatMap { values($0).map { Float($0) } }
  }
}
