/// Points that fill the unit cube more evenly than random ones.
///
/// Sobol's sequence in Gray-code order with the direction numbers `new-joe-kuo-6` of Joe and Kuo,
/// SIAM J. Sci. Comput. 30, 2635 (2008), as in SciPy. A digital shift by a seed keeps the evenness
/// and moves the first point away from the origin.
public struct SobolSequence: Sendable {
  public let dimensions: Int
  private let directions: [[UInt32]]
  private var state: [UInt32]
  private let shift: [UInt32]
  private var index: UInt32 = 0

  /// The number of dimensions that the table of direction numbers covers.
  public static let maximumDimensions = polynomials.count + 1

  /// - Parameters:
  ///   - dimensions: 1 ... ``maximumDimensions``.
  ///   - seed: Of the digital shift; `nil` for the plain sequence, which starts at the origin.
  public init(dimensions: Int, seed: UInt64? = nil) {
    precondition(
      (1...SobolSequence.maximumDimensions).contains(dimensions),
      "the Sobol sequence has 1 to \(SobolSequence.maximumDimensions) dimensions, not \(dimensions)"
    )
    self.dimensions = dimensions
    directions = (0..<dimensions).map(SobolSequence.directionNumbers)
    state = [UInt32](repeating: 0, count: dimensions)
    var generator = seed.map { SplitMix64(seed: $0) }
    shift = (0..<dimensions).map { _ in UInt32(truncatingIfNeeded: generator?.next() ?? 0) }
    isShifted = seed != nil
  }

  private let isShifted: Bool

  /// The next point, each coordinate in [0, 1); with a seed in (0, 1).
  public mutating func next() -> [Double] {
    let offset = isShifted ? 0.5 : 0
    let point = zip(state, shift).map { (Double($0 ^ $1) + offset) * 0x1p-32 }
    let bit = min((~index).trailingZeroBitCount, 31)
    for dimension in 0..<dimensions { state[dimension] ^= directions[dimension][bit] }
    index &+= 1
    return point
  }

  private static func directionNumbers(_ dimension: Int) -> [UInt32] {
    guard dimension > 0 else { return (0..<32).map { 1 << (31 - UInt32($0)) } }
    let (coefficients, initial) = polynomials[dimension - 1]
    let degree = initial.count
    var numbers = initial.enumerated().map { $1 << (31 - UInt32($0)) }
    for place in degree..<32 {
      var value = numbers[place - degree] ^ (numbers[place - degree] >> UInt32(degree))
      for k in 1..<max(degree, 1) where (coefficients >> UInt32(degree - 1 - k)) & 1 == 1 {
        value ^= numbers[place - k]
      }
      numbers.append(value)
    }
    return numbers
  }

  /// Inner coefficients of the primitive polynomial and the first direction numbers, from the
  /// second dimension on.
  private static let polynomials: [(coefficients: UInt32, initial: [UInt32])] = [
    (0, [1]), (1, [1, 3]), (1, [1, 3, 1]), (2, [1, 1, 1]), (1, [1, 1, 3, 3]),
    (4, [1, 3, 5, 13]), (2, [1, 1, 5, 5, 17]), (4, [1, 1, 5, 5, 5]), (7, [1, 1, 7, 11, 19]),
    (11, [1, 1, 5, 1, 1]), (13, [1, 1, 1, 3, 11]), (14, [1, 3, 5, 5, 31]),
    (1, [1, 3, 3, 9, 7, 49]), (13, [1, 1, 1, 15, 21, 21]), (16, [1, 3, 1, 13, 27, 49]),
    (19, [1, 1, 1, 15, 7, 5]), (22, [1, 3, 1, 15, 13, 25]), (25, [1, 1, 5, 5, 19, 61]),
    (1, [1, 3, 7, 11, 23, 15, 103]), (4, [1, 3, 7, 13, 13, 15, 69]),
  ]
}
