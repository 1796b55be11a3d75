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

  init(_ lattice: Lattice) {
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

  /// Components along the original vectors of a combination of the reduced ones.
  func original(_ n: SIMD3<Int32>) -> SIMD3<Int32> {
    n.x &* rows.0 &+ n.y &* rows.1 &+ n.z &* rows.2
  }
}
