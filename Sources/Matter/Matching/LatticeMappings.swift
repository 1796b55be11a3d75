import Foundation

/// Sets of three vectors of one lattice that resemble the cell of another.
struct LatticeMappings {
  /// A basis of a sublattice.
  struct Mapping {
    let vectors: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)
    /// Components of the vectors along the cell vectors, as rows.
    let rows: (SIMD3<Int>, SIMD3<Int>, SIMD3<Int>)
  }

  private struct Candidate {
    let vector: SIMD3<Double>
    let indices: SIMD3<Int>
    let length: Double
  }

  /// Candidates for the three vectors of the target, and the target's angles.
  private let candidates: [[Candidate]]
  private let target: Lattice.Parameters
  private let angleTolerance: Double
  private let multiplicity: Int

  /// - Parameters:
  ///   - multiplicity: How many cells of the lattice the mappings span.
  init(
    of lattice: Lattice, to target: Lattice, lengthTolerance: Double, angleTolerance: Double,
    multiplicity: Int
  ) throws(MatchingError) {
    self.target = target.parameters
    self.angleTolerance = angleTolerance
    self.multiplicity = multiplicity
    let lengths = [self.target.a, self.target.b, self.target.c]
    let radius = (lengths.max() ?? 0) * (1 + lengthTolerance)
    let (u, v, w) = lattice.reciprocal
    let reach = SIMD3(length(u), length(v), length(w)) * radius
    guard (2 * reach.x + 1) * (2 * reach.y + 1) * (2 * reach.z + 1) < 2e6 else {
      throw .tooElongated
    }
    var candidates: [[Candidate]] = [[], [], []]
    for i in -Int(reach.x)...Int(reach.x) {
      for j in -Int(reach.y)...Int(reach.y) {
        for k in -Int(reach.z)...Int(reach.z) {
          let indices = SIMD3(i, j, k)
          let vector = lattice.cartesian(SIMD3<Double>(indices))
          let size = length(vector)
          let candidate = Candidate(vector: vector, indices: indices, length: size)
          for axis in 0..<3 {
            let ratio = size / lengths[axis]
            if ratio < 1 + lengthTolerance && ratio > 1 / (1 + lengthTolerance) {
              candidates[axis].append(candidate)
            }
          }
        }
      }
    }
    self.candidates = candidates
  }

  /// Visits the mappings in a fixed order until `visit` returns true.
  func forEach(_ visit: (Mapping) -> Bool) {
    let (alpha, beta, gamma) = (
      cosines(target.alpha), cosines(target.beta), cosines(target.gamma)
    )
    for a in candidates[0] {
      // The third vectors that make the right angle with the first.
      let thirds = candidates[2].filter { agree(a, $0, beta) }
      guard !thirds.isEmpty else { continue }
      for b in candidates[1] where agree(a, b, gamma) {
        let normal = SIMD3(
          a.indices.y * b.indices.z - a.indices.z * b.indices.y,
          a.indices.z * b.indices.x - a.indices.x * b.indices.z,
          a.indices.x * b.indices.y - a.indices.y * b.indices.x)
        for c in thirds {
          let volume = (normal &* c.indices).wrappedSum()
          guard Swift.abs(volume) == multiplicity, agree(b, c, alpha) else { continue }
          let mapping = Mapping(
            vectors: (a.vector, b.vector, c.vector), rows: (a.indices, b.indices, c.indices))
          if visit(mapping) { return }
        }
      }
    }
  }

  private func agree(_ a: Candidate, _ b: Candidate, _ bounds: ClosedRange<Double>) -> Bool {
    bounds.contains(dot(a.vector, b.vector) / (a.length * b.length))
  }

  /// The cosines of the angles that agree with one.
  private func cosines(_ angle: Double) -> ClosedRange<Double> {
    let low = cos(min(angle + angleTolerance, .pi))
    let high = cos(max(angle - angleTolerance, 0))
    return (low - 1e-12)...(high + 1e-12)
  }
}
