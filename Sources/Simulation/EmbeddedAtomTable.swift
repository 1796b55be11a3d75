/// The functions of all sixteen metals as piecewise polynomials of the squared distance.
///
/// A pair of metals needs only the density `f` and the ratio `g = φ / f` of either, since
/// `φ_ab = ½ (f_b g_a + f_a g_b)`: the tables grow with the number of metals, not of pairs, and
/// both functions sit side by side, so one pair of registers evaluates them together. By
/// squared distance no square root and no division is left in the loop over pairs.
///
/// Quintic Hermite pieces of width ``width`` Å² match value and two derivatives of the formulas
/// at their ends; between 1.8 Å and the cutoff they differ from them by less than 10⁻⁹ of the
/// equilibrium values. Below 1 Å the functions continue as straight lines in `r²`.
struct EmbeddedAtomTable: Sendable {
  /// Width of a piece, Å².
  static let width = 0.08
  /// Squared distance below which functions continue as straight lines, Å².
  static let start = 1.0
  static let coefficientsPerPiece = 6

  /// Coefficients of `(f, g)` of piece `k`, ascending powers of `t = r² / width − k` in
  /// −½ … ½; `[metals, pieces, 6]`.
  let coefficients: [SIMD2<Double>]
  /// Entries of ``coefficients`` for one metal.
  let stride: Int

  /// The tables of all metals; made on first use.
  static let shared = EmbeddedAtomTable(EmbeddedAtomFunctions.all)

  private init(_ metals: [EmbeddedAtomFunctions]) {
    let reach = metals.map(\.cutoff).max() ?? 0
    let pieces = Int(reach * reach / Self.width) + 3
    stride = pieces * Self.coefficientsPerPiece
    var all: [SIMD2<Double>] = []
    all.reserveCapacity(stride * metals.count)
    for metal in metals {
      for piece in 0..<pieces {
        let density = Self.quintic(piece, metal.density)
        let ratio = Self.quintic(piece, metal.pairPerDensity)
        for power in 0..<Self.coefficientsPerPiece {
          all.append(SIMD2(density[power], ratio[power]))
        }
      }
    }
    coefficients = all
  }

  /// The piece around `k · width` that matches a function of the distance at both ends.
  private static func quintic(_ piece: Int, _ function: (Jet) -> Jet) -> [Double] {
    let low = sample((Double(piece) - 0.5) * width, function)
    let high = sample((Double(piece) + 0.5) * width, function)
    // Even and odd parts about the middle, t = ±½.
    let (v, w) = ((low.value + high.value) / 2, (high.value - low.value) / 2)
    let (d, e) = ((high.first - low.first) / 2, (high.first + low.first) / 2)
    let (s, q) = ((high.second + low.second) / 2, (high.second - low.second) / 2)
    // even: c0 + c2/4 + c4/16 = v, c2 + c4/2 = d, 2 c2 + 3 c4 = s
    let c4 = (s - 2 * d) / 2
    let c2 = d - c4 / 2
    let c0 = v - c2 / 4 - c4 / 16
    // odd: c1/2 + c3/8 + c5/32 = w, c1 + 3/4 c3 + 5/16 c5 = e, 3 c3 + 5/2 c5 = q
    let c5 = 2 * q - 12 * e + 24 * w
    let c3 = (q - 2.5 * c5) / 3
    let c1 = 2 * w - c3 / 4 - c5 / 16
    return [c0, c1, c2, c3, c4, c5]
  }

  /// Value and derivatives by `t` of a function at a squared distance.
  private static func sample(_ square: Double, _ function: (Jet) -> Jet) -> Jet {
    let place = max(square, start)
    let jet = function(Jet.variable(place).squareRoot)
    let rest = square - place  // negative on the straight continuation
    let straight = Jet(
      value: jet.value + jet.first * rest, first: jet.first, second: rest < 0 ? 0 : jet.second)
    return Jet(
      value: straight.value, first: straight.first * width,
      second: straight.second * width * width)
  }
}
