/// A basis of a lattice with vectors as short and as perpendicular as pairwise steps make them.
///
/// Lagrange's reduction of two vectors, applied to all pairs until nothing shortens (the first
/// step of Semaev's reduction in three dimensions, LNCS 2146, 181 (2001)). Flat, skewed cells
/// become compact ones, so the number of images within a cutoff stays bounded by the volume.
struct ReducedBasis {
  /// The reduced vectors, Å.
  private(set) var vectors: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)

  /// Integer rows: reduced vector `k` is `rows[k].x·a + rows[k].y·b + rows[k].z·c`.
  private(set) var rows: (SIMD3<Int32>, SIMD3<Int32>, SIMD3<Int32>)

  /// The vectors of a lattice as they are.
  init(given lattice: Lattice) {
    vectors = (lattice.a, lattice.b, lattice.c)
    rows = Self.unit
  }

  init(_ lattice: Lattice) {
    // Most cells need no step: look before any memory is asked for.
    guard !Self.isReduced(lattice) else {
      vectors = (lattice.a, lattice.b, lattice.c)
      rows = Self.unit
      return
    }
    var v = [lattice.a, lattice.b, lattice.c]
    var m: [SIMD3<Int32>] = [SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)]
    var changed = true
    var rounds = 0
    while changed && rounds < 100 {
      changed = false
      rounds += 1
      for (i, j) in [(0, 1), (0, 2), (1, 2), (1, 0), (2, 0), (2, 1)] {
        // The share of vector i that lies along j, to the nearest integer.
        let share = (dot(v[i], v[j]) / dot(v[j], v[j])).rounded()
        guard share != 0, abs(share) < 1e6 else { continue }
        let shorter = v[i] - share * v[j]
        guard dot(shorter, shorter) < dot(v[i], v[i]) * (1 - 1e-12) else { continue }
        v[i] = shorter
        m[i] = m[i] &- Int32(share) &* m[j]
        changed = true
      }
    }
    vectors = (v[0], v[1], v[2])
    rows = (m[0], m[1], m[2])
  }

  private static let unit: (SIMD3<Int32>, SIMD3<Int32>, SIMD3<Int32>) =
    (SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1))

  private static func isReduced(_ lattice: Lattice) -> Bool {
    let (a, b, c) = (lattice.a, lattice.b, lattice.c)
    let (ab, ac, bc) = (abs(dot(a, b)), abs(dot(a, c)), abs(dot(b, c)))
    let half = 0.5 * (1 + 1e-12)
    let (aa, bb, cc) = (dot(a, a) * half, dot(b, b) * half, dot(c, c) * half)
    return ab <= aa && ab <= bb && ac <= aa && ac <= cc && bc <= bb && bc <= cc
  }

  /// Whether the vectors are those of the lattice as given.
  var isGiven: Bool { rows == Self.unit }

  /// The same vectors, the longest first and the shortest last.
  var longestFirst: ReducedBasis {
    let order = [(vectors.0, rows.0), (vectors.1, rows.1), (vectors.2, rows.2)]
      .sorted { dot($0.0, $0.0) > dot($1.0, $1.0) }
    var result = self
    result.vectors = (order[0].0, order[1].0, order[2].0)
    result.rows = (order[0].1, order[1].1, order[2].1)
    return result
  }

  /// Vectors u, v, w that give the fractions of a place along the reduced vectors, 1/Å.
  var reciprocal: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>) {
    let (a, b, c) = vectors
    let volume = dot(a, cross(b, c))
    return (cross(b, c) / volume, cross(c, a) / volume, cross(a, b) / volume)
  }

  /// Components along the original vectors of a combination of the reduced ones.
  func original(_ n: SIMD3<Int32>) -> SIMD3<Int32> {
    n.x &* rows.0 &+ n.y &* rows.1 &+ n.z &* rows.2
  }
}
