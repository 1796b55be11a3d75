import Foundation

/// A Niggli-reduced basis of a lattice and the way to it.
public struct NiggliReduction: Hashable, Sendable {
  /// The reduced cell: shortest vectors, `a ≤ b ≤ c`, angles all acute or all obtuse or right.
  public let lattice: Lattice

  /// Row by row, the reduced vectors in steps of the original ones; determinant 1.
  public let change: IntegerMatrix
}

extension Lattice {
  /// The reduced cell of Niggli, which is the same for every cell of a lattice.
  ///
  /// The algorithm of Křivý and Gruber, Acta Cryst. A32, 297 (1976), with the comparisons of
  /// Grosse-Kunstleve, Sauter and Adams, Acta Cryst. A60, 1 (2004), after a pairwise reduction that
  /// brings skewed cells near. Handedness is kept.
  ///
  /// - Parameter tolerance: Squared lengths and scalar products are equal when they differ by less
  ///   than this share of the shortest vector's square.
  public func niggliReduced(tolerance: Double = 1e-5) -> NiggliReduction {
    var reducer = NiggliReducer(self)
    reducer.reducePairs()
    reducer.reduce(tolerance: tolerance)
    let (a, b, c) = (reducer.vectors[0], reducer.vectors[1], reducer.vectors[2])
    // Steps with determinant 1 keep the volume, and reduced vectors are shorter: never flat.
    let lattice = (try? Lattice(a: a, b: b, c: c)) ?? self
    return NiggliReduction(lattice: lattice, change: reducer.change)
  }
}

/// A basis on its way to the reduced one.
private struct NiggliReducer {
  private(set) var vectors: [SIMD3<Double>]
  private(set) var change = IntegerMatrix.identity

  /// The Gruber parameters: squares of the lengths, and twice the scalar products.
  private var A = 0.0, B = 0.0, C = 0.0, xi = 0.0, eta = 0.0, zeta = 0.0
  private var smallest = 0.0

  init(_ lattice: Lattice) {
    vectors = [lattice.a, lattice.b, lattice.c]
  }

  /// Shortens each vector by multiples of another until none gets clearly shorter; vectors of equal
  /// length are left to the steps that have a rule for them.
  mutating func reducePairs() {
    for _ in 0..<200 {
      var isShorter = false
      for (i, j) in [(0, 1), (0, 2), (1, 2), (1, 0), (2, 0), (2, 1)] {
        let share = (dot(vectors[i], vectors[j]) / dot(vectors[j], vectors[j])).rounded()
        guard let steps = Int(exactly: share), steps != 0, abs(share) < 1e15 else { continue }
        let shorter = vectors[i] - share * vectors[j]
        guard dot(shorter, shorter) < dot(vectors[i], vectors[i]) * (1 - 1e-3) else { continue }
        var rows = [SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)]
        rows[i][j] = 0 &- steps
        apply(IntegerMatrix(rows[0], rows[1], rows[2]))
        isShorter = true
      }
      guard isShorter else { return }
    }
  }

  mutating func reduce(tolerance: Double) {
    measure()
    smallest = max(tolerance, 0) * min(A, B, C)
    // Each round shortens the sum of the squares or orders equal ones; a handful is usual.
    for _ in 0..<1000 {
      sortVectors()
      makeAnglesAlike()
      guard let step = shorteningStep() else { return }
      apply(step)
      measure()
    }
  }

  /// Steps 1 and 2.
  private mutating func sortVectors() {
    // Three steps sort; squares within the tolerance of each other may ask for a few more.
    for _ in 0..<20 {
      if greater(A, B, A, B) || (equal(A, B, A, B) && greater(abs(xi), abs(eta), B, C)) {
        apply(IntegerMatrix(SIMD3(0, -1, 0), SIMD3(-1, 0, 0), SIMD3(0, 0, -1)))
        measure()
      }
      guard greater(B, C, B, C) || (equal(B, C, B, C) && greater(abs(eta), abs(zeta), A, C)) else {
        return
      }
      apply(IntegerMatrix(SIMD3(-1, 0, 0), SIMD3(0, 0, -1), SIMD3(0, -1, 0)))
      measure()
    }
  }

  /// Steps 3 and 4: all three products positive, or none.
  private mutating func makeAnglesAlike() {
    let signs = [sign(xi, B, C), sign(eta, A, C), sign(zeta, A, B)]
    var flips = [1, 1, 1]
    if signs.reduce(1, *) > 0 {
      flips = signs
    } else {
      for k in 0..<3 where signs[k] > 0 { flips[k] = -1 }
      if flips.reduce(1, *) < 0 {
        // An odd number of flips changes the handedness; the last right angle takes one more.
        guard let right = signs.lastIndex(of: 0) else { return }
        flips[right] = -1
      }
    }
    guard flips.contains(-1) else { return }
    apply(IntegerMatrix(diagonal: SIMD3(flips[0], flips[1], flips[2])))
    measure()
  }

  /// Steps 5 to 8, as the rows of the change; `nil` when the basis is reduced.
  private func shorteningStep() -> IntegerMatrix? {
    let identity = IntegerMatrix.identity
    if greater(abs(xi), B, B, C) || (equal(xi, B, B, C) && greater(zeta, 2 * eta, A, C))
      || (equal(xi, -B, B, C) && sign(zeta, A, B) < 0)
    {
      return IntegerMatrix(identity.x, identity.y, SIMD3(0, xi > 0 ? -1 : 1, 1))
    }
    if greater(abs(eta), A, A, C) || (equal(eta, A, A, C) && greater(zeta, 2 * xi, B, C))
      || (equal(eta, -A, A, C) && sign(zeta, A, B) < 0)
    {
      return IntegerMatrix(identity.x, identity.y, SIMD3(eta > 0 ? -1 : 1, 0, 1))
    }
    if greater(abs(zeta), A, A, B) || (equal(zeta, A, A, B) && greater(eta, 2 * xi, B, C))
      || (equal(zeta, -A, A, B) && sign(eta, A, C) < 0)
    {
      return IntegerMatrix(identity.x, SIMD3(zeta > 0 ? -1 : 1, 1, 0), identity.z)
    }
    let sum = xi + eta + zeta + A + B
    if greater(0, sum, B, C) || (equal(sum, 0, B, C) && greater(2 * (A + eta) + zeta, 0, A, C)) {
      return IntegerMatrix(identity.x, identity.y, SIMD3(1, 1, 1))
    }
    return nil
  }

  private mutating func apply(_ step: IntegerMatrix) {
    let old = vectors
    func vector(_ row: SIMD3<Int>) -> SIMD3<Double> {
      Double(row.x) * old[0] + Double(row.y) * old[1] + Double(row.z) * old[2]
    }
    vectors = [vector(step.x), vector(step.y), vector(step.z)]
    change = step * change
  }

  private mutating func measure() {
    let (a, b, c) = (vectors[0], vectors[1], vectors[2])
    (A, B, C) = (dot(a, a), dot(b, b), dot(c, c))
    (xi, eta, zeta) = (2 * dot(b, c), 2 * dot(a, c), 2 * dot(a, b))
  }

  // MARK: Comparisons within the tolerance

  /// What is equal: the tolerance, or what rounding leaves of products of vectors whose squares are
  /// `p` and `q`, where a cell is very long.
  private func margin(_ p: Double, _ q: Double) -> Double {
    max(smallest, 1e-14 * (p * q).squareRoot())
  }

  private func greater(_ value: Double, _ other: Double, _ p: Double, _ q: Double) -> Bool {
    value - other > margin(p, q)
  }

  private func equal(_ value: Double, _ other: Double, _ p: Double, _ q: Double) -> Bool {
    abs(value - other) <= margin(p, q)
  }

  private func sign(_ value: Double, _ p: Double, _ q: Double) -> Int {
    greater(value, 0, p, q) ? 1 : greater(0, value, p, q) ? -1 : 0
  }
}
